/** A question that comes while a folder is indexed for the first time, from the window that indexes it. */

import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { EngineClient } from "../../src/client/engineClient";
import { type AskParams, requests } from "../../src/protocol/engine";
import { openWindow, withDefaults } from "../faults/support/realEngine";
import { temporaryFolder } from "../support/temporaryFolder";

const question = (folders: readonly string[], words: string): AskParams => ({
  turnId: "1",
  folders: folders.map(withDefaults),
  question: words,
  history: [],
  selection: undefined,
  unsaved: [],
  indexFirst: true,
});

/** Takes more than a moment to index. */
function largeFolder(more: Readonly<Record<string, string>> = {}): string {
  const text = "export const filler = compute(1);\n".repeat(60);
  const files = Array.from({ length: 600 }, (_, n) => [`part${String(n).padStart(3, "0")}.ts`, text]);
  return temporaryFolder({ ...Object.fromEntries(files), ...more });
}

function open(root = temporaryFolder()): EngineClient {
  const window = openWindow(join(root, "indexes"));
  onTestFinished(() => window.dispose());
  return window;
}

/** Returns while a part of the folder is indexed. */
async function begin(window: EngineClient, folder: string): Promise<void> {
  const isPartial = new Promise<void>((resolve) => {
    window.onStatus((status) => status.folder === folder && status.health === "partial" && resolve());
  });
  await window.request(requests.follow, { folder: withDefaults(folder) });
  await isPartial;
}

describe("a file that is still to be indexed", () => {
  const last = { "zoo.ts": "export const wombat = 1;\n" };

  /** Of all files the one that was changed first, which comes last. */
  function folderWithLast(): string {
    const folder = largeFolder(last);
    utimesSync(join(folder, "zoo.ts"), 1, 1);
    return folder;
  }

  const searchIn = (window: EngineClient, folder: string) =>
    window.request(requests.search, { folders: [withDefaults(folder)], query: "wombat", limit: 5 });

  test("is found as it lies", async () => {
    const window = open();
    const folder = folderWithLast();
    await begin(window, folder);
    const { results, notice } = await searchIn(window, folder);
    expect(results.map(({ path, text }) => [path, text])).toEqual([["zoo.ts", "export const wombat = 1;"]]);
    expect(notice).toBe("index-partial");
  });

  test("is found by another window, which waits for its turn to index", async () => {
    const root = temporaryFolder();
    const [first, second] = [open(root), open(root)];
    const folder = folderWithLast();
    await begin(first, folder);
    await second.request(requests.follow, { folder: withDefaults(folder) });
    const { results, notice } = await searchIn(second, folder);
    expect(results.map(({ path }) => path)).toEqual(["zoo.ts"]);
    expect(notice).toBe("index-partial");
  });

  test("is found while indexing is paused, also by a new engine", async () => {
    const root = temporaryFolder();
    const folder = folderWithLast();
    const window = open(root);
    await begin(window, folder);
    await window.request(requests.pause, { folder });
    const { results, notice } = await searchIn(window, folder);
    expect(results.map(({ path }) => path)).toEqual(["zoo.ts"]);
    expect(notice).toBe("index-partial");
    await window.dispose();
    const later = open(root);
    await later.request(requests.follow, { folder: withDefaults(folder) });
    expect((await searchIn(later, folder)).results.map(({ path }) => path)).toEqual(["zoo.ts"]);
  });
});

test("after a switch of branches a window that waits for another one to index finds what the files hold", async () => {
  const root = temporaryFolder();
  const [first, second] = [open(root), open(root)];
  const folder = largeFolder({ "zoo.ts": "export const wombat = 1;\n" });
  for (const window of [first, second]) {
    await window.request(requests.index, { folder: withDefaults(folder), rebuild: false });
  }
  for (let n = 0; n < 600; n += 1) {
    writeFileSync(join(folder, `part${String(n).padStart(3, "0")}.ts`), "export const koala = 1;\n".repeat(60));
  }
  writeFileSync(join(folder, "zoo.ts"), "export const koala = 2;\n");
  const isBegun = new Promise<void>((resolve) => {
    first.onStatus(({ progress }) => progress.phase === "indexing" && resolve());
  });
  const isWaiting = new Promise<void>((resolve) => {
    second.onStatus(({ progress }) => progress.phase === "waiting" && resolve());
  });
  const runs = [first.request(requests.index, { folder: withDefaults(folder), rebuild: false })];
  await isBegun;
  runs.push(second.request(requests.index, { folder: withDefaults(folder), rebuild: false }));
  await isWaiting;
  const search = (query: string) =>
    second.request(requests.search, { folders: [withDefaults(folder)], query, limit: 5 });
  expect(await search("koala")).toMatchObject({ results: { length: 5 }, notice: "index-partial" });
  expect(await search("wombat")).toMatchObject({ results: [], notice: "index-partial" });
  await Promise.all(runs);
  expect((await search("koala")).notice).toBeUndefined();
});

test("a pause while the files are listed costs no search anything", async () => {
  const folder = largeFolder({ "zoo.ts": "export const wombat = 1;\n" });
  const window = open();
  await window.request(requests.follow, { folder: withDefaults(folder) });
  await window.request(requests.pause, { folder });
  const query = { folders: [withDefaults(folder)], query: "wombat", limit: 5 };
  const search = () => window.request(requests.search, query).catch(() => ({ results: [] }));
  await expect.poll(async () => (await search()).results.map(({ path }) => path)).toEqual(["zoo.ts"]);
});

test("that nothing is found is said only of the whole folder", async () => {
  const window = open();
  const folder = largeFolder({ "zoo.ts": "export const wombat = 1;\n" });
  await begin(window, folder);
  const { sources, notice } = await window.request(requests.ask, question([folder], "koala"));
  expect({ sources, notice }).toEqual({ sources: [], notice: undefined });
  expect(await window.request(requests.status, { folder: withDefaults(folder) })).toMatchObject({ health: "ready" });
});

test("an answer from a part of the folders says so", async () => {
  const window = open();
  const small = temporaryFolder({ "zoo.ts": "export const wombat = 1;\n" });
  const large = largeFolder();
  await window.request(requests.index, { folder: withDefaults(small), rebuild: false });
  await begin(window, large);
  const ask = () => window.request(requests.ask, question([small, large], "wombat"));
  const notices: unknown[] = [];
  window.onAskEvent(({ event }) => event.type === "sources" && notices.push(event.notice));
  const { notice, sources } = await ask();
  expect({ notice, sources }).toMatchObject({ notice: "index-partial", sources: [{ folder: small }] });
  expect(notices[0]).toBe("index-partial");
  const byFilter = { folders: [withDefaults(large)], query: "lang:cobol", limit: 10 };
  expect((await window.request(requests.search, byFilter)).notice, "may be indexed yet").toBe("index-partial");

  await window.request(requests.index, { folder: withDefaults(large), rebuild: false });
  expect((await ask()).notice).toBeUndefined();
  expect((await window.request(requests.search, byFilter)).notice).toBe("filters-admit-none");
  const begun = { text: "It is ", sources, notice };
  const continued = await window.request(requests.ask, { ...question([small, large], "wombat"), begun });
  expect(continued.notice, "its sources are those of before").toBe("index-partial");
});
