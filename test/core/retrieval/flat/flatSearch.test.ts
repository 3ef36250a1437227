/** Real files that no index holds, searched by the code that searches an index. */

import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { textHash } from "../../../../src/adapters/store/textHash";
import { NO_STAMP } from "../../../../src/core/fileStamp";
import { FlatFiles } from "../../../../src/core/retrieval/flat/flatFiles";
import { FlatSearch } from "../../../../src/core/retrieval/flat/flatSearch";
import { createSearcher, searchFolders } from "../../../../src/core/retrieval/searcher";
import { createInProcessScanner } from "../../../support/inProcessScanner";
import { memoryIndex } from "../../../support/memoryIndex";
import { temporaryFolder } from "../../../support/temporaryFolder";

const THROTTLE = "/** Lets a request wait. */\nexport function throttle(request: Request): void {\n  wait(request);\n}";

function open(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder(files);
  const flat = new FlatFiles("folder");
  let ticks = 0;
  let late = 0;
  const sizeOf = (path: string) => statSync(join(folder, path), { throwIfNoEntry: false })?.size ?? 0;
  const listed = (paths: readonly string[]) =>
    flat.update(
      paths.map((path) => ({ path, ...NO_STAMP, sizeBytes: sizeOf(path), mtimeMs: ticks })),
      [],
    );
  listed(Object.keys(files));
  const begin = () => {
    const deps = { scanner: createInProcessScanner(folder), hashText: textHash, clock: Date.now };
    const search = new FlatSearch(flat, deps, { signal: undefined, endsAt: Date.now() + 3_000 - late });
    const { manifest, table } = flat;
    return { search, searcher: createSearcher({ ...memoryIndex(), manifest, table, store: search.store }) };
  };
  return {
    flat,
    begin,
    listed,
    find: async (query: string) =>
      (await begin().searcher.search(query, 10)).map(({ path, startLine }) => `${path}:${startLine}`),
    search: (query: string) => searchFolders([begin()], query, 10),
    /** The time of searches that begin from now on is over so many milliseconds sooner. */
    beLate: (ms: number) => {
      late = ms;
    },
    write: (path: string, text: string | Uint8Array) => {
      writeFileSync(join(folder, path), text);
      ticks += 1;
    },
  };
}

test("what a question asks for is found, best first, with its lines", async () => {
  const { begin } = open({
    "src/throttle.ts": THROTTLE,
    "src/other.ts": "export const request = 1;\n",
    "notes.md": "# Notes\n\nA request may be throttled.\n",
    "none.ts": "export const nothing = 1;\n",
  });
  const found = await begin().searcher.search("where do we throttle requests?", 10);
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
  const { flat, begin } = open({ "a.ts": THROTTLE });
  const { searcher } = begin();
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
  const folders = [{ searcher: index, isElsewhere: (path: string) => flat.has(path) }, { searcher }];
  const { results } = await searchFolders(folders, "throttle", 10);
  expect(results.map(({ chunk: { path, text } }) => [path, text])).toEqual([
    ["a.ts", THROTTLE],
    ["b.ts", "see throttle"],
  ]);
  const pattern = await searchFolders(folders, "/thrott[l]e/", 10);
  expect(pattern.results.map(({ chunk: { path } }) => path)).toEqual(["a.ts", "b.ts"]);
});

test("where the time is over before all files are looked at, that is known", async () => {
  const { begin, beLate } = open({ "a.txt": "wombat\n", "b.txt": "wombat\n" });
  beLate(10_000);
  const { search, searcher } = begin();
  expect(await searcher.search("wombat", 10)).toEqual([]);
  expect(search.isWhole).toBe(false);
  beLate(0);
  const next = begin();
  await next.searcher.search("wombat", 10);
  expect(next.search.isWhole).toBe(true);
});

test("a path is known, and its lines once they are counted, as long as there is time for it", async () => {
  const { begin, beLate } = open({ "src/a.txt": "1\n2\n3\n", "b/a.txt": "1\n", "bin.txt": "\0 2\n3\n" });
  const { search, searcher } = begin();
  searcher.table.sync(searcher.deps.manifest);
  const known = (path: string, endLine?: number) => search.knowsPath(path, endLine);
  expect(await Promise.all([known("a.txt"), known("src/a.txt"), known("c.txt")])).toEqual([true, true, false]);
  beLate(10_000);
  const late = begin().search;
  expect(await late.knowsPath("a.txt", 2), "nobody has counted").toBe(false);
  expect(await Promise.all([known("a.txt", 3), known("a.txt", 4), known("b/a.txt", 2), known("bin.txt", 1)])).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(await late.knowsPath("a.txt", 2), "once they are").toBe(true);
});

test("files that prove to be none that is indexed do not take the places of others, and are not read again", async () => {
  const binary = Array.from({ length: 200 }, (_, n) => [`a${n}.ts`, "\0 wombat wombat wombat"] as const);
  const generated = Array.from(
    { length: 200 },
    (_, n) => [`g${n}.ts`, "// @generated\nwombat wombat wombat\n"] as const,
  );
  const { find, begin } = open({ ...Object.fromEntries([...binary, ...generated]), "z.ts": "const wombat = 1;\n" });
  expect(await find("wombat")).toEqual(["z.ts:1"]);
  await find("lang:typescript");
  for (let look = 0; look < 40; look += 1) {
    await begin().searcher.search("lang:typescript", 10);
  }
  expect(await find("lang:typescript")).toEqual(["z.ts:1"]);
});

test.each(["\u0301\u0316", "\uff9e\u0334"])("a file of nothing but marks holds up no search", async (marks) => {
  const { find } = open({ "zalgo.txt": `wombat ${marks.repeat(250_000)}\n`, "a.txt": "wombat\n" });
  const startedAt = performance.now();
  expect(await find("wombat")).toContain("a.txt:1");
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

test("a file that one search cuts is found by another that began before", async () => {
  const { begin } = open({ "a.txt": "wombat koala\n", "b.txt": "wombat\n" });
  const [first, second] = [begin(), begin()];
  const scan = first.search.store.scan([1, 2])[Symbol.asyncIterator]();
  await second.searcher.search("wombat", 10);
  const { value } = await scan.next();
  expect(value?.map(({ path }: { path: string }) => path).sort()).toEqual(["a.txt", "b.txt"]);
});

test("a name in either spelling is found by a phrase that holds it", async () => {
  const { find } = open({
    "a.ts": "const map = new HashMap();\n",
    "b.ts": "let hash_map = hash + map;\n",
    "c.ts": "hash\n",
  });
  expect((await find('"new HashMap"'))[0]).toBe("a.ts:1");
  expect((await find('"hash_map"'))[0]).toBe("b.ts:1");
});
