import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFileTable, type FileTable } from "../../../../src/core/retrieval/table/fileTable";
import { codeFile, codeFiles } from "../../../support/codeFiles";
import { type MemoryFile, memoryIndex } from "../../../support/memoryIndex";

const FILES = {
  "src/http/client.py": "class HttpClient\n\n  def send_request\n\n  def close",
  "src/http/retry.py": "def retry_request",
  "src/config/index.py": "class Settings\n\n  def load",
  "tests/test_client.py": "def test_send\n\n  def send_request",
};

const tableOf = (files: Readonly<Record<string, string>>): FileTable => {
  const table = createFileTable("folder");
  table.sync(memoryIndex(...codeFiles(files)).manifest);
  return table;
};

const sites = (table: FileTable, name: string) =>
  table
    .sitesOf(name)
    .map(({ slot, level }) => `${table.pathOf(slot)}: ${level}`)
    .sort();

describe("definitions", () => {
  const table = tableOf(FILES);

  test.each([
    ["HttpClient", ["src/http/client.py: type"]],
    ["http_client", ["src/http/client.py: type"]],
    ["HTTPCLIENT", ["src/http/client.py: type"]],
    ["send_request", ["src/http/client.py: member", "tests/test_client.py: member"]],
    ["retryRequest", ["src/http/retry.py: topLevel"]],
    ["missing", []],
    ["", []],
    ["constructor", []],
  ])("%j is defined in %j", (name, expected) => {
    expect(sites(table, name)).toEqual(expected);
  });

  test("scores follow the terms of the names", () => {
    const scores = table.scoreDefinitions(["settl", "load"], { k1: 1.2, b: 0.6 });
    const best = [...scores.entries()].filter(([, score]) => score > 0).map(([slot]) => table.pathOf(slot));
    expect(best).toEqual(["src/config/index.py"]);
  });
});

describe("paths", () => {
  const table = tableOf(FILES);
  const features = (path: string, ...terms: string[]) => table.matchPaths(terms).features(table.slotOf(path) ?? -1);

  test.each([
    ["src/http/client.py", ["client"], { stemExact: 1, stemCoverage: 1, pathCoverage: 1 }],
    ["src/http/client.py", ["client", "retri"], { stemExact: 0.5, stemCoverage: 1 }],
    ["src/http/client.py", ["cli"], { stemExact: 0, stemCoverage: 0.9, pathCoverage: 0.9 }],
    [
      "src/http/client.py",
      ["http"],
      { stemExact: 0, stemCoverage: 0, pathCoverage: expect.closeTo(0.8), directoryCoverage: 1 },
    ],
    ["src/config/index.py", ["config"], { stemExact: 1, pathCoverage: 1 }],
    ["src/http/retry.py", ["zebra"], { stemExact: 0, stemCoverage: 0, pathCoverage: 0, directoryCoverage: 0 }],
  ])("%s for %j has %j", (path, terms, expected) => {
    expect(features(path, ...terms)).toMatchObject(expected);
  });

  test.each([
    ["src/http/retry.py", ["src/http/retry.py"]],
    ["http/retry.py", ["src/http/retry.py"]],
    ["retry.py", ["src/http/retry.py"]],
    ["try.py", []],
    ["", []],
  ])("%j is the end of %j", (ending, expected) => {
    expect(table.slotsEndingWith(ending).map((slot) => table.pathOf(slot))).toEqual(expected);
  });
});

test("the chunks of tests make no package of another the smaller one", () => {
  const text = (definitions: number) => Array.from({ length: definitions }, (_, n) => `def one${n}`).join("\n\n");
  const index = memoryIndex(
    codeFile("src/flask/a.py", text(7)),
    codeFile("tests/t.py", text(90)),
    codeFile("x.py", text(1)),
  );
  const table = createFileTable("flask");
  table.sync(index.manifest);
  const beside = (path: string) => table.isBesideMain(path);
  expect(["src/flask/a.py", "tests/t.py", "x.py"].map(beside)).toEqual([false, true, true]);
});

describe("traits", () => {
  const ofLanguage = (path: string, language: string): MemoryFile => {
    const file = codeFile(path, "def one\n\ndef two");
    return { ...file, chunks: file.chunks.map((chunk) => ({ ...chunk, language })) };
  };
  const index = memoryIndex(
    ofLanguage("src/a.py", "python"),
    ofLanguage("src/b.py", "python"),
    ofLanguage("src/deep/c.py", "python"),
    ofLanguage("web/d.ts", "typescript"),
    ofLanguage("tests/web/e.ts", "typescript"),
    ofLanguage("README.md", "markdown"),
    ofLanguage("1/2/3/4/5/6/7/8/9/f.rb", "ruby"),
  );
  const table = createFileTable("folder");
  const traits = (path: string) => {
    table.sync(index.manifest);
    return table.traitsOf(table.slotOf(path) ?? -1);
  };

  test.each([
    { path: "src/a.py", depth: 1 / 8, language: 3 / 5, why: "one directory, and three files in five" },
    { path: "src/deep/c.py", depth: 2 / 8, language: 3 / 5, why: "two directories" },
    { path: "tests/web/e.ts", depth: 2 / 8, language: 1 / 5, why: "a test counts for no language, and has one" },
    { path: "README.md", depth: 0, language: 0, why: "prose is no code" },
    { path: "1/2/3/4/5/6/7/8/9/f.rb", depth: 1, language: 1 / 5, why: "deeper than deep is deep" },
  ])("of $path: $why", ({ path, depth, language }) => {
    expect(traits(path)).toEqual({ depth, language: expect.closeTo(language) });
  });

  test("follow what is changed and removed", () => {
    index.put(ofLanguage("src/a.py", "typescript"));
    index.remove("1/2/3/4/5/6/7/8/9/f.rb");
    expect([traits("src/a.py").language, traits("src/b.py").language]).toEqual([0.5, 0.5]);
  });
});

describe("sync", () => {
  test("takes in what is new, changed and gone", () => {
    const index = memoryIndex(...codeFiles(FILES));
    const table = createFileTable("folder");
    table.sync(index.manifest);

    index.put(codeFile("src/http/retry.py", "def back_off"), codeFile("src/new.py", "def brand_new"));
    index.remove("src/config/index.py");
    table.sync(index.manifest);

    expect(table.size).toBe(4);
    expect(sites(table, "retry_request")).toEqual([]);
    expect(sites(table, "back_off")).toEqual(["src/http/retry.py: topLevel"]);
    expect(sites(table, "brand_new")).toEqual(["src/new.py: topLevel"]);
    expect(sites(table, "Settings")).toEqual([]);
    expect(table.slotOf("src/config/index.py")).toBeUndefined();
  });

  test("leaves skipped files out", () => {
    const index = memoryIndex(...codeFiles(FILES));
    const record = index.manifest.get("src/http/retry.py");
    index.manifest.commit({ put: [{ ...(record as NonNullable<typeof record>), state: "skipped" }], remove: [] });
    const table = createFileTable("folder");
    table.sync(index.manifest);
    expect([table.size, sites(table, "retry_request")]).toEqual([3, []]);
  });

  test("what the table says depends on the files alone, not on how they came", () => {
    const names = ["red", "green", "blue", "redGreen", "blueRed"];
    const anyFile = fc.record({
      path: fc.constantFrom("a/red.py", "b/green.py", "c/blue.py"),
      name: fc.constantFrom(...names),
    });
    const describeTable = (table: FileTable) => {
      const paths = ["a/red.py", "b/green.py", "c/blue.py"];
      const scores = table.scoreDefinitions(["red", "blue"], { k1: 1.2, b: 0.6 });
      const match = table.matchPaths(["red", "blue"]);
      return paths.map((path) => {
        const slot = table.slotOf(path);
        return slot === undefined
          ? undefined
          : [scores[slot], match.scores[slot], match.features(slot), table.traitsOf(slot)];
      });
    };
    fc.assert(
      fc.property(fc.array(anyFile, { minLength: 1, maxLength: 12 }), (changes) => {
        const index = memoryIndex();
        const grown = createFileTable("folder");
        for (const { path, name } of changes) {
          index.put(codeFile(path, `def ${name}`));
          grown.sync(index.manifest);
        }
        const fresh = createFileTable("folder");
        fresh.sync(index.manifest);
        expect(describeTable(grown)).toEqual(describeTable(fresh));
      }),
    );
  });

  test("is built anew after many changes, with the same content", () => {
    const index = memoryIndex(...codeFiles(FILES));
    const table = createFileTable("folder");
    for (let version = 0; version < 500; version += 1) {
      index.put(codeFile("src/http/retry.py", `def retry_${version}`));
      table.sync(index.manifest);
    }
    expect(sites(table, "retry_499")).toEqual(["src/http/retry.py: topLevel"]);
    expect(sites(table, "retry_498")).toEqual([]);
    expect(table.slotOf("src/http/retry.py")).toBeLessThan(300);
  });
});
