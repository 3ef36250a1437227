/** Folders that no window follows, as on the command line: nothing has told the engine of what changed. */

import { existsSync, readdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { locateIndex } from "../../src/adapters/store/indexDirectory";
import { loadLance } from "../../src/adapters/store/lanceModule";
import { connectTo, TABLE_NAME } from "../../src/adapters/store/lanceTable";
import { acquireWriterLock } from "../../src/adapters/store/writerLock";
import type { EngineClient } from "../../src/client/engineClient";
import { requests } from "../../src/protocol/engine";
import { openWindow, searchPaths, withDefaults } from "../faults/support/realEngine";
import { temporaryFolder } from "../support/temporaryFolder";

const LONG_AGO = 1_000_000_000;

interface World {
  readonly folder: string;
  readonly indexRoot: string;
  readonly window: EngineClient;
  readonly write: (path: string, text: string) => void;
  readonly index: () => Promise<unknown>;
}

async function indexed(files: Readonly<Record<string, string>>): Promise<World> {
  const folder = temporaryFolder(files);
  const indexRoot = join(temporaryFolder(), "indexes");
  const window = openWindow(indexRoot);
  onTestFinished(() => window.dispose());
  const index = () => window.request(requests.index, { folder: withDefaults(folder), rebuild: false });
  await index();
  return { folder, indexRoot, window, index, write: (path, text) => writeFileSync(join(folder, path), text) };
}

function search({ window, folder }: World, query: string, indexFirst: boolean) {
  return window.request(requests.search, { folders: [withDefaults(folder)], query, limit: 10, indexFirst });
}

describe("before a question", () => {
  test("they are looked over", async () => {
    const world = await indexed({ "a.ts": "export const wombat = 1;\n" });
    world.write("b.ts", "export const kangaroo = 1;\n");
    const { results, notice } = await search(world, "kangaroo", true);
    expect([results.map(({ path }) => path), notice]).toEqual([["b.ts"], undefined]);
  });

  test.each([
    { what: "nothing", query: "wombat", found: "a.ts", notice: "index-stale" },
    { what: "a new file", query: "kangaroo", found: "b.ts", notice: "index-partial" },
  ])(
    "which is left undone, and said, while another process writes; there is $what",
    async ({ query, found, notice }) => {
      const world = await indexed({ "a.ts": "export const wombat = 1;\n" });
      const { indexDir } = locateIndex(world.folder, world.indexRoot);
      const lock = await acquireWriterLock(indexDir, {
        retryMs: 10,
        onWait: () => undefined,
        signal: new AbortController().signal,
      });
      onTestFinished(() => lock.release());
      writeFileSync(join(indexDir, "running"), "");
      if (found === "b.ts") {
        world.write("b.ts", "export const kangaroo = 1;\n");
      }
      expect(await search(world, query, true)).toMatchObject({ results: [{ path: found }], notice });
      expect(existsSync(join(indexDir, "running")), "the other's mark").toBe(true);
    },
  );

  test("what is shown is what the files hold, also where they were not looked over", async () => {
    const world = await indexed({ "a.ts": "export const wombat = 1;\n", "b.ts": "export const wombat = 2;\n" });
    world.write("a.ts", "export const platypus = 1;\n");
    renameSync(join(world.folder, "b.ts"), join(world.folder, "c.ts"));
    const { results } = await search(world, "wombat", false);
    expect(results.map(({ path, text }) => [path, text])).toEqual([["a.ts", "export const platypus = 1;"]]);
  });
});

test("a file is read again whose time stamp and size are as they were", async () => {
  const world = await indexed({ "a.ts": "export const wombat = 1;\n" });
  const path = join(world.folder, "a.ts");
  for (const name of ["kiwiii", "parrot"]) {
    world.write("a.ts", `export const ${name} = 1;\n`);
    utimesSync(path, LONG_AGO, LONG_AGO);
    await world.index();
    expect(await searchPaths(world.window, world.folder, name), name).toEqual(["a.ts"]);
  }
});

test("many runs leave no more pieces of table than many saves do", async () => {
  const world = await indexed({ "a.ts": "export const wombat = 1;\n" });
  for (let run = 0; run < 110; run += 1) {
    world.write("a.ts", `export const wombat = ${run + 100};\n`);
    await world.index();
  }
  const connection = await connectTo(await loadLance(), locateIndex(world.folder, world.indexRoot).indexDir);
  const { fragmentStats } = await (await connection.openTable(TABLE_NAME)).stats();
  connection.close();
  expect(fragmentStats.numFragments).toBeLessThan(100);
});

describe("temporary files", () => {
  function placeForThem(path: string): void {
    const before = process.env["TMPDIR"];
    onTestFinished(() => {
      process.env["TMPDIR"] = before ?? "/tmp";
    });
    process.env["TMPDIR"] = path;
  }

  test("none is left by an engine that ends", async () => {
    const place = temporaryFolder();
    const world = await indexed({ "a.ts": "export const wombat = 1;\n" });
    await world.window.dispose();
    placeForThem(place);
    const window = openWindow(world.indexRoot);
    expect(await searchPaths(window, world.folder, "wombat")).toEqual(["a.ts"]);
    expect(readdirSync(place)).toEqual([expect.stringMatching(/^cloister-engine-\d+-/)]);
    await window.dispose();
    expect(readdirSync(place)).toEqual([]);
  });

  test("no place for them is an error that says so", async () => {
    const folder = temporaryFolder({ "a.ts": "export const wombat = 1;\n" });
    const window = openWindow(join(temporaryFolder(), "indexes"));
    onTestFinished(() => window.dispose());
    placeForThem(join(folder, "nowhere"));
    const run = window.request(requests.index, { folder: withDefaults(folder), rebuild: false });
    await expect(run).rejects.toMatchObject({ detail: { code: "temporary-folder-unwritable" } });
  });
});
