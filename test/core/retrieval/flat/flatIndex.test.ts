/** Real files that no index holds, searched by the code that searches an index. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { textHash } from "../../../../src/adapters/store/textHash";
import { NO_STAMP } from "../../../../src/core/fileStamp";
import { FlatIndex } from "../../../../src/core/retrieval/flat/flatIndex";
import { createSearcher, searchFolders } from "../../../../src/core/retrieval/searcher";
import { createInProcessScanner } from "../../../support/inProcessScanner";
import { memoryIndex } from "../../../support/memoryIndex";
import { temporaryFolder } from "../../../support/temporaryFolder";

const THROTTLE = "/** Lets a request wait. */\nexport function throttle(request: Request): void {\n  wait(request);\n}";

function open(files: Readonly<Record<string, string>>, limitMs?: number) {
  const folder = temporaryFolder(files);
  let now = 0;
  const index = new FlatIndex(createInProcessScanner(folder, limitMs), textHash, () => now);
  let clock = 0;
  const listed = (paths: readonly string[]) =>
    index.update(paths.map((path) => ({ path, ...NO_STAMP, mtimeMs: clock })));
  listed(Object.keys(files));
  const { manifest, store } = index;
  const searcher = createSearcher({ ...memoryIndex(), manifest, store });
  return {
    index,
    searcher,
    listed,
    find: async (query: string) =>
      (await searcher.search(query, 10)).map(({ path, startLine }) => `${path}:${startLine}`),
    search: (query: string) => searchFolders([{ searcher }], query, 10),
    passTime: (ms: number) => {
      now += ms;
    },
    write: (path: string, text: string | Uint8Array) => {
      writeFileSync(join(folder, path), text);
      clock += 1;
    },
  };
}

test("what a question asks for is found, best first, with its lines", async () => {
  const { searcher } = open({
    "src/throttle.ts": THROTTLE,
    "src/other.ts": "export const request = 1;\n",
    "notes.md": "# Notes\n\nA request may be throttled.\n",
    "none.ts": "export const nothing = 1;\n",
  });
  const found = await searcher.search("where do we throttle requests?", 10);
  expect(found.map(({ path }) => path)).toEqual(["src/throttle.ts", "src/other.ts", "notes.md"]);
  expect(found[0]).toMatchObject({ startLine: 1, endLine: 4, language: "typescript" });
  expect(found[0]?.text).toBe(THROTTLE);
});

test.each([
  ["throttle", ["src/throttle.ts:1"], "a name"],
  ["throttle.ts", ["src/throttle.ts:1"], "a path"],
  ["throttle lang:python", [], "a filter that admits no file with the word"],
  ["request lang:go", ["a.go:1"], "a filter"],
  ["symbol:throttle request", [], "a filter by what files define, before any is cut"],
])("%s finds %j: %s", async (query, expected) => {
  const { find } = open({ "src/throttle.ts": THROTTLE, "a.go": "package a\n\nvar request = 1\n", "b.py": "x = 1\n" });
  expect(await find(query)).toEqual(expected);
});

test("a quoted phrase is found where it stands word for word", async () => {
  const { find } = open({
    "a.ts": "request wait wait request\n",
    "b.ts": "// a request\n//  may wait\n",
    "c.ts": "may\n",
  });
  expect((await find('"request wait"'))[0]).toBe("a.ts:1");
  expect((await find('"may wait"'))[0]).toBe("b.ts:1");
});

test.each(["/wai[t]/", "=>"])("the text itself is looked for: %s", async (query) => {
  const { search } = open({ "a.ts": "wait();\nconst f = () => 1;\n", "b.ts": "nothing();\n" });
  expect((await search(query)).results.map(({ chunk }) => chunk.path)).toEqual(["a.ts"]);
});

test("accents, other encodings and other scripts are found as in an index", async () => {
  const { find, write, listed } = open({ "es.md": "La función limita las peticiones.\n", "zh.md": "接口限流\n" });
  write("utf16.txt", Buffer.from("\ufeffa wombat digs\n", "utf16le"));
  listed(["es.md", "zh.md", "utf16.txt"]);
  expect(await find("wombats")).toEqual(["utf16.txt:1"]);
  expect(await find("funcion")).toEqual(["es.md:1"]);
  expect(await find("función")).toEqual(["es.md:1"]);
  expect(await find("限流")).toEqual(["zh.md:1"]);
});

test("files that would not be indexed are not found", async () => {
  const { find } = open({
    "key.txt": "-----BEGIN RSA PRIVATE KEY-----\nwombat\n",
    "package-lock.json": '{ "wombat": 1 }\n',
    "a.txt": "wombat\n",
  });
  expect(await find("wombat")).toEqual(["a.txt:1"]);
});

test("a file that changes is read anew, and one that is gone, or indexed by now, is not found", async () => {
  const { find, write, listed } = open({ "a.txt": "wombat burrow\n", "b.txt": "wombat\n" });
  expect((await find("wombat")).sort()).toEqual(["a.txt:1", "b.txt:1"]);
  write("a.txt", "first\nkoala tree\n");
  expect(await find("koala"), "as it lies, whatever was listed").toEqual(["a.txt:1"]);
  listed(["a.txt", "b.txt"]);
  expect(await find("burrow")).toEqual([]);
  listed(["a.txt"]);
  expect(await find("wombat")).toEqual([]);
});

test("a file is ranked with those of the index, and counts once", async () => {
  const flat = open({ "a.ts": THROTTLE });
  const chunk = {
    startLine: 1,
    endLine: 1,
    language: "typescript",
    kind: "lines",
    symbol: undefined,
    enclosing: [],
  } as const;
  const old = { path: "a.ts", chunks: [{ ...chunk, path: "a.ts", text: "throttle(old)" }], definitions: [] };
  const other = { path: "b.ts", chunks: [{ ...chunk, path: "b.ts", text: "see throttle" }], definitions: [] };
  const index = createSearcher(memoryIndex(old, other));
  const folders = [
    { searcher: index, isElsewhere: (path: string) => flat.index.has(path) },
    { searcher: flat.searcher },
  ];
  const { results } = await searchFolders(folders, "throttle", 10);
  expect(results.map(({ chunk: { path, text } }) => [path, text])).toEqual([
    ["a.ts", THROTTLE],
    ["b.ts", "see throttle"],
  ]);
  const pattern = await searchFolders(folders, "/thrott[l]e/", 10);
  expect(pattern.results.map(({ chunk: { path } }) => path)).toEqual(["a.ts", "b.ts"]);
});

test("where the time is over before all files are looked at, that is known", async () => {
  const { index, find } = open({ "a.txt": "wombat\n", "b.txt": "wombat\n" }, -1);
  await find("wombat");
  expect(index.isWhole).toBe(false);
});

test("the text itself is looked for as long as a person waits", async () => {
  const files = Array.from({ length: 120 }, (_, n) => [`${String(n).padStart(3, "0")}.txt`, "koala\n"] as const);
  const { index, passTime } = open(Object.fromEntries(files));
  const seen: number[] = [];
  for await (const rows of index.store.scan()) {
    seen.push(rows.length);
    passTime(1_500);
  }
  expect(seen).toEqual([50, 50]);
  expect(index.isWhole).toBe(false);
});
