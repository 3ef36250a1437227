/** What people type beside words: filters, phrases, patterns, stack traces. */

import { describe, expect, test } from "vitest";
import { createSearcher, searchFolders } from "../../../src/core/retrieval/searcher";
import { codeFiles } from "../../support/codeFiles";
import { memoryIndex } from "../../support/memoryIndex";

const FILES = {
  "src/net/client.py":
    "class Client # connection pool\n\n  def send # raises 'connection reset by peer'\n\n  def close",
  "src/net/pool.py":
    "class Pool # by peer the connection is reset, or a reset of a peer\n\n  def take # => a connection",
  "src/app/main.py": "def main # opens the pool\n\ndef stop # closes the pool",
  "tests/net/test_client.py": "def test_send # connection reset by peer",
  "docs/net.md": "The connection pool.\n\nA pool holds connections.",
  "src/中文.py": "def lock # 锁在这里\n\ndef arabic # مرحبا بالعالم",
};

const searcher = createSearcher(memoryIndex(...codeFiles(FILES)));
const search = (query: string) => searchFolders([{ searcher }], query, 10);
const places = async (query: string) =>
  (await search(query)).results.map(({ chunk }) => `${chunk.path}:${chunk.startLine}`);
const paths = async (query: string) => [...new Set((await search(query)).results.map(({ chunk }) => chunk.path))];

describe("filters", () => {
  test.each<[query: string, expected: string[]]>([
    ["connection path:src/net", ["src/net/client.py", "src/net/pool.py"]],
    ["connection pool -path:src -path:tests", ["docs/net.md"]],
    ["connection path:tests", ["tests/net/test_client.py"]],
    ["connection symbol:Pool", ["src/net/pool.py"]],
    ["symbol:Pool", ["src/net/pool.py"]],
    ["path:src/app", ["src/app/main.py"]],
    ["connection path:nowhere", []],
    ["connection lang:cobol", []],
  ])("%s finds only files that they let through", async (query, expected) => {
    expect((await paths(query)).sort()).toEqual(expected);
  });

  test.each<[query: string, notice: string | undefined]>([
    ["connection lang:cobol", "filters-admit-none"],
    ["lang:cobol", "filters-admit-none"],
    ["/pool/ lang:cobol", "filters-admit-none"],
    ["-path:.", "filters-admit-none"],
    ["zeppelin lang:python", undefined],
    ["zeppelin", undefined],
  ])("%s finds nothing, and why is said: %s", async (query, notice) => {
    expect(await search(query)).toEqual({ results: [], notice });
  });

  test("that are unknown are words", async () => {
    expect(await paths("author:connection")).toContain("src/net/client.py");
  });
});

describe("phrases", () => {
  test("what holds one word for word comes first, also a test", async () => {
    const found = await paths('"connection reset by peer"');
    expect(found.slice(0, 2).sort()).toEqual(["src/net/client.py", "tests/net/test_client.py"]);
  });

  test("are found across lines and in either case", async () => {
    expect((await places('"RAISES  \'connection reset"'))[0]).toBe("src/net/client.py:3");
  });

  test("without a match are words", async () => {
    expect(await paths('"pool connection"')).toContain("src/net/pool.py");
  });
});

describe("patterns", () => {
  test.each<[query: string, expected: string[]]>([
    ["/clos(e|es)\\b/", ["src/app/main.py:3", "src/net/client.py:5"]],
    ["/POOL/ path:app", []],
    ["/POOL/i path:app", ["src/app/main.py:1", "src/app/main.py:3"]],
    ["/^def (main|stop)/", ["src/app/main.py:1", "src/app/main.py:3"]],
  ])("%s matches %j", async (query, expected) => {
    expect((await places(query)).sort()).toEqual(expected);
  });

  test("with a filter read no more than the files that it lets through", async () => {
    const index = memoryIndex(...codeFiles(FILES));
    const read: (readonly number[] | undefined)[] = [];
    const scan: typeof index.store.scan = (fileIds) => {
      read.push(fileIds);
      return index.store.scan(fileIds);
    };
    const watched = createSearcher({ ...index, store: { ...index.store, scan } });
    await watched.search("/pool/i path:app", 10);
    await watched.search("/pool/i path:nowhere", 10);
    expect(read).toEqual([[index.manifest.get("src/app/main.py")?.fileId]]);
  });

  test("matches in tests come after the code", async () => {
    expect((await paths("/reset by peer/")).at(-1)).toBe("tests/net/test_client.py");
  });

  test("that are none are said to be", async () => {
    const patterns = { start: () => undefined };
    const broken = createSearcher({ ...memoryIndex(...codeFiles(FILES)), patterns });
    expect(await searchFolders([{ searcher: broken }], "/(/", 10)).toEqual({ results: [], notice: "pattern-invalid" });
  });

  test("that run out of time show what was found, and say so", async () => {
    const index = memoryIndex(...codeFiles(FILES));
    let calls = 0;
    const twice = async function* () {
      yield* index.store.scan();
      yield* index.store.scan();
    };
    const slow = createSearcher({
      ...index,
      store: { ...index.store, scan: twice },
      patterns: {
        start: () => ({
          offsets: (texts) => ((calls += 1) > 1 ? undefined : texts.map((text) => text.indexOf("main"))),
        }),
      },
    });
    const { results, notice } = await searchFolders([{ searcher: slow }], "/main/", 10);
    expect([results.map(({ chunk }) => chunk.path), notice]).toEqual([["src/app/main.py"], "pattern-partial"]);
  });
});

describe("what has no words is found as it is written", () => {
  test.each([
    ["=>", "src/net/pool.py:3"],
    ["在这里", "src/中文.py:1"],
    ["锁", "src/中文.py:1"],
    ["مرحبا", "src/中文.py:3"],
    ["رحب", "src/中文.py:3"],
    ["onnecti", "src/net/client.py:1"],
  ])("%j in %s", async (query, expected) => {
    expect(await places(query)).toContain(expected);
  });
});

describe("stack traces", () => {
  const PYTHON = [
    "Traceback (most recent call last):",
    '  File "/usr/lib/python3/runpy.py", line 20, in run',
    '  File "/home/ci/work/src/app/main.py", line 3, in stop',
    '  File "/home/ci/work/src/net/pool.py", line 3, in take',
    "ConnectionError: gone",
  ].join("\n");

  test("their frames come first, at their lines", async () => {
    expect((await places(PYTHON)).slice(0, 2).sort()).toEqual(["src/app/main.py:3", "src/net/pool.py:3"]);
  });

  test("with the paths of another machine", async () => {
    expect((await places("Error: gone\n    at close (C:\\build\\src\\net\\client.py:5:3)"))[0]).toBe(
      "src/net/client.py:5",
    );
  });
});

test("a directory finds the files in it", async () => {
  expect((await paths("what is in src/net")).slice(0, 2).sort()).toEqual(["src/net/client.py", "src/net/pool.py"]);
});

describe("other places of a file", () => {
  test("are named once, with the file's first result, and are no results themselves", async () => {
    const text = Array.from({ length: 8 }, (_, n) => `def lock_${n} # takes the lock`).join("\n\n");
    const own = createSearcher(memoryIndex(...codeFiles({ "a.py": text, "b.py": "def b # takes the lock" })));
    const found = await own.search("takes the lock", 3);
    const lines = found.filter(({ path }) => path === "a.py").map(({ startLine }) => startLine);
    const [first, ...others] = found.filter(({ path }) => path === "a.py");
    expect(first?.alsoAt.length).toBeGreaterThan(0);
    expect(first?.alsoAt.filter(({ startLine }) => lines.includes(startLine))).toEqual([]);
    expect(others.flatMap(({ alsoAt }) => alsoAt)).toEqual([]);
  });
});

test("an explanation comes to the file's score", async () => {
  for (const query of ["connection pool", "Pool", "test_send", "src/net/pool.py"]) {
    const [best] = (await search(query)).results;
    const { parts = [], factor = 0, traits = [] } = best?.chunk.explanation ?? {};
    const sum = parts.reduce((total, { value, weight }) => total + value * weight, 0);
    const factors = traits.reduce((product, trait) => product * trait.factor, factor);
    expect(best?.chunk.score).toBeCloseTo(factors * sum, 10);
    expect(parts.every(({ value }) => value > 0 && value <= 1)).toBe(true);
  }
});

describe("hostile questions", () => {
  test.each([
    ["no words", "?! ... ;;;"],
    ["one letter", "a"],
    ["100,000 characters", "reset the connection ".repeat(5_000)],
    ["100,000 characters without a space", "x".repeat(100_000)],
    ["SQL", "'; DROP TABLE chunks; -- \" OR 1=1"],
    ["control characters", "\u0000\u0007\u001b[31mconnection"],
    ["nothing but quotes", '"'.repeat(1_000)],
    ["nothing but slashes", "/".repeat(1_000)],
    ["a thousand filters", "path:a ".repeat(1_000)],
    ["a filter with an expression", "path:((((*"],
    ["lone surrogates", "\ud800 \udc00 connection"],
  ])("%s", async (_, query) => {
    expect((await search(query)).results.length).toBeLessThanOrEqual(10);
  });
});
