/** Which files are searched as they lie, and what is said of them; the files are real, the list of them and the index are not. */

import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { textHash } from "../../../src/adapters/store/textHash";
import type { FolderScan } from "../../../src/core/ports";
import { createSearcher, searchFolders } from "../../../src/core/retrieval/searcher";
import type { OpenIndex } from "../../../src/engine/folder/openIndex";
import { UnindexedFiles } from "../../../src/engine/folder/unindexedFiles";
import { createInProcessScanner } from "../../support/inProcessScanner";
import { memoryIndex, recordOf } from "../../support/memoryIndex";
import { temporaryFolder } from "../../support/temporaryFolder";

const { signal } = new AbortController();

function open(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder(files);
  const listed = new Set(Object.keys(files));
  const skipped: FolderScan["skipped"][number][] = [];
  const index = memoryIndex();
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const warnings: string[] = [];
  const state = {
    isComplete: false,
    isHeldUp: false,
    indexedAt: 0,
    laterMs: 0,
    scans: 0,
    failWith: undefined as Error | undefined,
  };
  const stampOf = (path: string) => {
    const { size, mtimeMs, ctimeMs } = statSync(join(folder, path));
    return { sizeBytes: size, mtimeMs, ctimeMs };
  };
  const list = (): FolderScan => ({
    files: [...listed].map((path) => ({ path, ...stampOf(path) })),
    skipped: [...skipped],
  });
  const unindexed = new UnindexedFiles({
    files: {
      scan: async () => {
        state.scans += 1;
        if (state.failWith !== undefined) {
          throw state.failWith;
        }
        return list();
      },
    },
    scanner: createInProcessScanner(folder),
    hashText: textHash,
    clock: () => Date.now() + state.laterMs,
    isComplete: () => state.isComplete,
    isHeldUp: () => state.isHeldUp,
    life: life.signal,
    warn: (message) => warnings.push(message),
  });
  const searcher = createSearcher(index);
  const { manifest } = index;
  const beside = () => unindexed.beside({ manifest, searcher } as unknown as OpenIndex, signal);
  return {
    state,
    listed,
    skipped,
    warnings,
    unindexed,
    list,
    beside,
    write: (path: string, text: string) => {
      writeFileSync(join(folder, path), text);
      listed.add(path);
    },
    /** As a run does it. */
    index: (path: string, text: string) => {
      const chunk = {
        path,
        startLine: 1,
        endLine: 1,
        language: "text",
        kind: "lines",
        symbol: undefined,
        enclosing: [],
      } as const;
      const file = { path, chunks: [{ ...chunk, text }], definitions: [] };
      index.put(file);
      const fileId = manifest.get(path)?.fileId ?? 0;
      index.manifest.commit({
        put: [{ ...recordOf(file, fileId), ...stampOf(path), indexedAt: state.indexedAt }],
        remove: [],
      });
    },
    /** What a person sees, each result as its path and text, and what is said of it. */
    search: async (query: string) => {
      const flat = await beside();
      const folders =
        flat === undefined ? [{ searcher }] : [{ searcher, isElsewhere: flat.has }, { searcher: flat.searcher }];
      const { results } = await searchFolders(folders, query, 10);
      return { found: results.map(({ chunk }) => `${chunk.path}: ${chunk.text}`), notice: flat?.notice() };
    },
  };
}

test("what the index lacks is searched, once, and what it holds is not", async () => {
  const { search, index } = open({ "a.txt": "wombat", "b.txt": "wombat too" });
  index("a.txt", "wombat");
  expect(await search("wombat")).toEqual({ found: ["a.txt: wombat", "b.txt: wombat too"], notice: "index-partial" });
  index("b.txt", "wombat too");
  expect(await search("wombat")).toEqual({ found: ["a.txt: wombat", "b.txt: wombat too"], notice: undefined });
});

test("of a file that has changed since it was indexed, only its text as it is counts", async () => {
  const { search, index, write, skipped, listed } = open({ "a.txt": "wombat", "b.txt": "wombat", "c.txt": "wombat" });
  for (const path of ["a.txt", "b.txt", "c.txt"]) {
    index(path, "wombat");
  }
  write("a.txt", "wombat now");
  write("b.txt", "\0 binary wombat");
  listed.delete("c.txt");
  skipped.push({ path: "c.txt", reason: "excluded" });
  const now = { found: ["a.txt: wombat now"], notice: "index-partial" };
  expect(await search("wombat")).toEqual(now);
  await search("nothing of this kind");
  expect(await search("wombat"), "once it is known that b.txt is no text").toEqual(now);
});

test("nothing is said where all that is left is none that is indexed", async () => {
  const { search, skipped } = open({ "package-lock.json": "wombat" });
  skipped.push({ path: "large.txt", reason: "too-large" });
  expect(await search("wombat")).toEqual({ found: [], notice: undefined });
});

test("a file that is indexed, or changes, while two questions are answered is neither lost nor shown twice", async () => {
  const { beside, index, write, state } = open({ "a.txt": "wombat", "b.txt": "wombat" });
  const first = await beside();
  index("a.txt", "wombat");
  await beside();
  expect(first?.has("a.txt"), "so that what the index holds counts").toBe(false);
  index("b.txt", "wombat");
  write("b.txt", "wombat, changed");
  state.laterMs += 60_000;
  await beside(); // renews the list
  expect(first?.has("b.txt"), "whatever was known when the question began").toBe(true);
});

test("an index that is complete is searched alone, but for what a run has listed", async () => {
  const { search, unindexed, list, state, index, write } = open({ "a.txt": "wombat" });
  index("a.txt", "wombat");
  state.isComplete = true;
  write("b.txt", "wombat");
  expect(await search("wombat")).toEqual({ found: ["a.txt: wombat"], notice: undefined });
  const scan = Promise.withResolvers<FolderScan>();
  unindexed.expect();
  unindexed.begin(scan.promise);
  expect((await search("wombat")).found, "nobody waits for the list").toEqual(["a.txt: wombat"]);
  scan.resolve(list());
  const both = { found: ["a.txt: wombat", "b.txt: wombat"], notice: "index-partial" };
  await expect.poll(() => search("wombat")).toEqual(both);
  unindexed.settle();
  unindexed.end();
  expect((await search("wombat")).notice).toBeUndefined();
  expect(state.scans).toBe(0);
});

const WITH_B = { found: ["a.txt: wombat", "b.txt: wombat"], notice: "index-partial" };
const WITHOUT_B = { found: ["a.txt: wombat"], notice: undefined };

/** `a.txt` is indexed, `b.txt` has come since. */
function openComplete() {
  const all = open({ "a.txt": "wombat" });
  all.index("a.txt", "wombat");
  all.state.isComplete = true;
  all.write("b.txt", "wombat");
  return all;
}

test("a complete index is compared with the folder while it is held up", async () => {
  const { search, state } = openComplete();
  state.isHeldUp = true;
  expect(await search("wombat")).toEqual(WITH_B);
  state.isHeldUp = false;
  expect(await search("wombat")).toEqual(WITHOUT_B);
});

test("and after a run that was stopped or failed, until another one has indexed what it found", async () => {
  const { search, unindexed, list } = openComplete();
  unindexed.expect();
  unindexed.begin(Promise.resolve(list()));
  unindexed.end();
  expect(await search("wombat")).toEqual(WITH_B);
  unindexed.expect();
  const scan = Promise.withResolvers<FolderScan>();
  unindexed.begin(scan.promise);
  expect(await search("wombat"), "while the next one looks").toEqual({ ...WITH_B, notice: "scan-partial" });
  scan.resolve(list());
  unindexed.settle();
  unindexed.end();
  expect(await search("wombat")).toEqual(WITHOUT_B);
});

test("a run does not settle what came after its list", async () => {
  const { search, unindexed, list } = openComplete();
  unindexed.expect();
  unindexed.begin(Promise.resolve(list()));
  unindexed.suspect(); // as where an update fails, or another run is asked for
  unindexed.settle();
  unindexed.end();
  expect(await search("wombat")).toEqual(WITH_B);
});

test("a list that shows no difference settles it as well, so that the folder is not listed for ever", async () => {
  const { search, unindexed, index, state } = openComplete();
  index("b.txt", "wombat");
  unindexed.suspect();
  for (let question = 0; question < 3; question += 1) {
    expect(await search("wombat")).toEqual({ ...WITH_B, notice: undefined });
    state.laterMs += 31_000;
  }
  expect(state.scans).toBe(1);
});

test("a list is renewed also after the clock was set back", async () => {
  const { search, state } = open({ "a.txt": "wombat" });
  await search("wombat");
  state.laterMs -= 31_000;
  await search("wombat");
  expect(state.scans).toBe(2);
});

test("what the folder lacks by now is not found, and what came after the list is", async () => {
  const { search, state, index, listed, write } = open({ "a.txt": "wombat", "b.txt": "wombat", "c.txt": "wombat" });
  for (const path of ["a.txt", "b.txt"]) {
    index(path, "wombat");
  }
  await search("wombat");
  listed.delete("b.txt");
  state.laterMs += 31_000; // renews the list
  expect((await search("wombat")).found.toSorted()).toEqual(["a.txt: wombat", "c.txt: wombat"]);
  listed.delete("c.txt");
  state.laterMs += 31_000;
  expect(await search("wombat")).toEqual({ found: ["a.txt: wombat"], notice: undefined });
  state.indexedAt = Date.now() + state.laterMs + 1_000;
  state.laterMs += 2_000; // the list is older
  write("d.txt", "wombat");
  listed.delete("d.txt");
  index("d.txt", "wombat");
  expect((await search("wombat")).found.toSorted()).toEqual(["a.txt: wombat", "d.txt: wombat"]);
});

test("a run that was stopped while it listed the files costs a search nothing", async () => {
  const { search, unindexed, warnings } = open({ "a.txt": "wombat" });
  const scan = Promise.withResolvers<FolderScan>();
  unindexed.begin(scan.promise);
  const searched = search("wombat");
  scan.reject(new DOMException("stopped", "AbortError"));
  unindexed.end();
  expect(await searched).toEqual({ found: ["a.txt: wombat"], notice: "index-partial" });
  expect(warnings).toEqual([]);
});

test("a folder that cannot be listed is told of, and looked at again by the next question", async () => {
  const { search, state, warnings } = open({ "a.txt": "wombat" });
  state.failWith = new Error("no such folder");
  expect(await search("wombat")).toEqual({ found: [], notice: "scan-partial" });
  expect(warnings).toEqual([expect.stringContaining("no such folder")]);
  state.failWith = undefined;
  expect(await search("wombat")).toEqual({ found: ["a.txt: wombat"], notice: "index-partial" });
});

test("while indexing is held up, what came a moment ago is found", async () => {
  const { search, state, write } = openComplete();
  state.isHeldUp = true;
  expect(await search("wombat")).toEqual(WITH_B);
  write("c.txt", "wombat");
  state.laterMs += 3_000;
  expect((await search("wombat")).found).toEqual([...WITH_B.found, "c.txt: wombat"]);
});

test("a list that was begun before the last doubt is made anew", async () => {
  const { search, unindexed, list, write } = open({ "a.txt": "wombat" });
  const scan = Promise.withResolvers<FolderScan>();
  unindexed.begin(scan.promise);
  scan.resolve(list());
  write("b.txt", "wombat");
  unindexed.suspect();
  expect((await search("wombat")).found).toEqual(["a.txt: wombat", "b.txt: wombat"]);
});

test("an old list is renewed, and serves on where that fails, which is said", async () => {
  const { search, state, write } = open({ "a.txt": "wombat" });
  await search("wombat");
  write("b.txt", "wombat");
  expect((await search("wombat")).found).toEqual(["a.txt: wombat"]);
  state.laterMs += 31_000;
  state.failWith = new Error("not now");
  expect(await search("wombat")).toEqual({ found: ["a.txt: wombat"], notice: "scan-partial" });
  state.failWith = undefined;
  expect((await search("wombat")).found).toEqual(["a.txt: wombat", "b.txt: wombat"]);
  expect(state.scans).toBe(3);
});

test("a list that does not come holds up no search for longer than a person waits", async () => {
  const { unindexed, beside, index } = open({ "a.txt": "wombat" });
  index("a.txt", "wombat");
  unindexed.begin(new Promise(() => undefined));
  const startedAt = performance.now();
  const flat = await beside();
  expect(performance.now() - startedAt).toBeLessThan(4_000);
  expect(flat?.notice()).toBe("scan-partial");
});
