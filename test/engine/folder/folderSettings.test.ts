/** What is to be left out is not shown, whichever engine was told so and whatever became of the file that keeps it. */

import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { EngineClient } from "../../../src/client/engineClient";
import { type FolderRef, requests } from "../../../src/protocol/engine";
import { openWindow } from "../../faults/support/realEngine";
import { temporaryFolder } from "../../support/temporaryFolder";

let folder: string;
let indexRoot: string;

beforeEach(() => {
  folder = temporaryFolder({ "a.txt": "zebrafish", "secret/b.txt": "zebrafish" });
  indexRoot = join(temporaryFolder(), "indexes");
});

const settingsFile = () => globSync(join(indexRoot, "*", "settings.json"))[0] ?? "";

function open(): EngineClient {
  const engine = openWindow(indexRoot);
  onTestFinished(() => engine.dispose());
  return engine;
}

const index = (engine: EngineClient, settings: FolderRef["settings"]) =>
  engine.request(requests.index, { folder: { folder, settings }, rebuild: false });

async function search(engine: EngineClient, settings?: FolderRef["settings"]) {
  const folders = [{ folder, settings }];
  const { results, notice } = await engine.request(requests.search, { folders, query: "zebrafish", limit: 10 });
  return { paths: results.map(({ path }) => path), notice };
}

test("where the file is damaged, files that are not indexed are not looked for", async () => {
  const first = open();
  await index(first, { exclude: ["secret/"] });
  await first.dispose();
  writeFileSync(settingsFile(), "{ broken");
  const second = open();
  await expect(index(second, undefined)).rejects.toThrow("settings-damaged");
  expect(await search(second)).toEqual({ paths: ["a.txt"], notice: "scan-partial" });
});

test("an index is not taken for current by an engine that is told to leave out more", async () => {
  const engine = open();
  await index(engine, undefined);
  expect((await search(engine)).paths.toSorted()).toEqual(["a.txt", "secret/b.txt"]);
  expect((await search(engine, { exclude: ["secret/"] })).paths).toEqual(["a.txt"]);
});

test("what another engine was told meanwhile is kept", async () => {
  const [first, second] = [open(), open()];
  await first.request(requests.status, { folder: { folder, settings: { maxFileKiB: 100 } } });
  await index(second, { exclude: ["secret/"] });
  await index(first, { maxFileKiB: 100 });
  expect(JSON.parse(readFileSync(settingsFile(), "utf8"))).toEqual({ exclude: ["secret/"], maxFileKiB: 100 });
  await index(first, { maxFileKiB: 200 });
  expect(JSON.parse(readFileSync(settingsFile(), "utf8"))).toEqual({ exclude: ["secret/"], maxFileKiB: 200 });
});
