/**
 * What holds the index, or the folder, goes bad under an engine at work and comes right again. Meanwhile a search goes on
 * or says why it cannot, and afterwards the index follows the folder again by itself: nobody restarts anything.
 */

import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, type TestContext, test } from "vitest";
import type { EngineClient } from "../../src/client/engineClient";
import { EngineError } from "../../src/domain/errors";
import { requests } from "../../src/protocol/engine";
import { smallDisk } from "../support/smallDisk";
import { temporaryFolder } from "../support/temporaryFolder";
import { expectWithin, inForm, printFigures } from "./support/form";
import { enginePid, openWindow, searchPaths, withDefaults } from "./support/realEngine";
import { inject, needStrace } from "./support/strace";

const SAYS_SO_WITHIN_MS = 1_000;
const RECOVERS_WITHIN_MS = 10_000;

interface Place {
  readonly folder: string;
  readonly indexRoot: string;
  readonly window: EngineClient;
}

interface Trouble {
  readonly what: string;
  /** What a save is answered with while it lasts; undefined where it is got over at once. */
  readonly saveSays: string | undefined;
  /** What a search may be answered with instead of results. */
  readonly searchSays?: string;
  /** Where the index is to lie. */
  readonly indexRoot?: (context: TestContext) => { readonly path: string };
  /** @returns what ends it. */
  readonly start: (place: Place, context: TestContext) => Promise<() => Promise<void> | void>;
}

const indexDirOf = ({ indexRoot }: Place) => join(indexRoot, readdirSync(indexRoot)[0] ?? "");

const failingCall = (call: string, error: string) => async (place: Place, context: TestContext) => {
  needStrace(context);
  const fault = { call, what: `error=${error}`, when: "1+" };
  const tracing = await inject(await enginePid(place.window), fault, join(temporaryFolder(), "trace"));
  return () => tracing.stop();
};

const ALL_TROUBLES: readonly Trouble[] = [
  {
    what: "the disk of the index is full",
    saveSays: "disk-full",
    indexRoot: (context) => smallDisk(context, "40m"),
    start: async ({ indexRoot }) => {
      const ballast = join(indexRoot, "ballast");
      fill(ballast);
      return () => rmSync(ballast);
    },
  },
  {
    what: "the folder of the index was deleted",
    saveSays: undefined,
    searchSays: "index-missing",
    start: async (place) => {
      rmSync(indexDirOf(place), { recursive: true });
      return () => undefined;
    },
  },
  {
    what: "the folder of the index was renamed",
    saveSays: undefined,
    searchSays: "index-missing",
    start: async (place) => {
      renameSync(indexDirOf(place), `${place.indexRoot}-elsewhere`);
      return () => undefined;
    },
  },
  {
    what: "the place of all indexes became a file",
    saveSays: "index-unwritable",
    searchSays: "index-missing",
    start: async ({ indexRoot }) => {
      renameSync(indexRoot, `${indexRoot}-elsewhere`);
      writeFileSync(indexRoot, "");
      return () => {
        rmSync(indexRoot);
        renameSync(`${indexRoot}-elsewhere`, indexRoot);
      };
    },
  },
  {
    what: "the folder was renamed",
    saveSays: "folder-not-found",
    start: async ({ folder }) => {
      renameSync(folder, `${folder}-elsewhere`);
      return () => renameSync(`${folder}-elsewhere`, folder);
    },
  },
  {
    what: "the file system has no hard links",
    saveSays: "index-unwritable",
    start: failingCall("linkat", "EPERM"),
  },
  {
    what: "the disk fails when it is to make a write last",
    saveSays: "index-unwritable",
    start: failingCall("fsync", "EIO"),
  },
  { what: "no file can be made", saveSays: "index-unwritable", start: failingCall("renameat", "EACCES") },
];

const TROUBLES = inForm(
  ALL_TROUBLES,
  ALL_TROUBLES.filter(({ what }) => /disk of the index is full|index was deleted|no hard links/.test(what)),
);

test.each(TROUBLES)(
  "$what",
  async (trouble, context) => {
    const scratch = temporaryFolder();
    const folder = join(scratch, "folder");
    mkdirSync(folder);
    writeFileSync(join(folder, "first.txt"), "alpha first\n");
    const indexRoot = trouble.indexRoot?.(context as unknown as TestContext).path ?? join(scratch, "indexes");
    const window = openWindow(indexRoot);
    onTestFinished(() => window.dispose());
    const place = { folder, indexRoot, window };
    await window.request(requests.follow, { folder: withDefaults(folder) });
    await window.request(requests.index, { folder: withDefaults(folder), rebuild: false });

    const end = await trouble.start(place, context as unknown as TestContext);
    const searchedMs = await timed(() => searchOr(trouble.searchSays, place));
    const isThere = trouble.saveSays !== "folder-not-found";
    if (isThere) {
      writeFileSync(join(folder, "second.txt"), "beta second\n");
    }
    const savedMs = await timed(async () => {
      const save = window.request(requests.update, { folder, paths: ["second.txt"] });
      expect(await codeOf(save)).toBe(trouble.saveSays);
    });
    const searchedAfterMs = await timed(() => searchOr(trouble.searchSays, place));
    await end();
    if (!isThere) {
      writeFileSync(join(folder, "second.txt"), "beta second\n");
    }
    const recoveredMs = await timed(async () => {
      while ((await codeOf(searchPaths(window, folder, "beta").then(mustFind))) !== undefined) {
        await delay(100);
      }
    });
    expect(await searchPaths(window, folder, "alpha")).toEqual(["first.txt"]);
    await expect
      .poll(async () => (await window.request(requests.status, { folder: withDefaults(folder) })).problem, {
        timeout: 30_000,
      })
      .toBeUndefined();
    printFigures(trouble.what, {
      searchedMs: [searchedMs, searchedAfterMs].map(Math.round),
      savedMs: Math.round(savedMs),
      recoveredMs: Math.round(recoveredMs),
    });
    expectWithin("a search or why there is none", [searchedMs, searchedAfterMs], SAYS_SO_WITHIN_MS);
    expectWithin("a save or why there is none", trouble.saveSays === undefined ? [] : [savedMs], SAYS_SO_WITHIN_MS);
    expectWithin("recovery", [recoveredMs], RECOVERS_WITHIN_MS);
  },
  120_000,
);

test("a disk that could not be written can be again", async (context) => {
  const disk = smallDisk(context, "50m");
  const folder = temporaryFolder({ "first.txt": "alpha first\n" });
  const before = openWindow(disk.path);
  await before.request(requests.index, { folder: withDefaults(folder), rebuild: false });
  await before.dispose();
  disk.remount("ro");
  writeFileSync(join(folder, "second.txt"), "beta second\n");
  const window = openWindow(disk.path);
  onTestFinished(() => window.dispose());
  await window.request(requests.follow, { folder: withDefaults(folder) });
  expect(await codeOf(window.request(requests.index, { folder: withDefaults(folder), rebuild: false }))).toBe(
    "index-unwritable",
  );
  expect(await searchPaths(window, folder, "alpha")).toEqual(["first.txt"]);
  disk.remount("rw");
  const recoveredMs = await timed(async () => {
    while ((await searchPaths(window, folder, "beta")).length === 0) {
      await delay(100);
    }
  });
  printFigures("a disk that could not be written", { recoveredMs: Math.round(recoveredMs) });
  expectWithin("recovery", [recoveredMs], RECOVERS_WITHIN_MS);
}, 120_000);

function mustFind(paths: readonly string[]): void {
  if (paths.length === 0) {
    throw new EngineError({ code: "file-not-found", path: "" });
  }
}

/** @returns the code of the error that the work ends with; undefined if it ends well. */
async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof EngineError ? error.detail.code : String(error);
  }
}

async function searchOr(code: string | undefined, { window, folder }: Place): Promise<void> {
  const search = searchPaths(window, folder, "alpha");
  expect([undefined, code]).toContain(await codeOf(search));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function fill(path: string): void {
  for (let bytes = 64 * 1024 * 1024; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    try {
      for (;;) {
        writeFileSync(path, Buffer.alloc(bytes), { flag: "a" });
      }
    } catch {
      // no room for that much more
    }
  }
}
