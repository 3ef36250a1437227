import { expect, test } from "vitest";
import type { SourceCheck } from "../../../../src/core/answering/checks/citations";
import { lookUpInIndex } from "../../../../src/core/answering/checks/lookUp";

const index = {
  knownNames: async (names: readonly string[]) => new Set(names.filter((name) => ["flush", "Cache"].includes(name))),
  hasPath: async (path: string, endLine: number | undefined) => path === "src/cache.ts" && (endLine ?? 0) <= 90,
};

const failing = (text: string, lookUp: SourceCheck["lookUp"]): SourceCheck => ({
  kind: "identifier",
  text,
  isFound: false,
  lookUp,
});

test.each<[string, SourceCheck, string]>([
  ["what the sources hold", { kind: "path", text: "a.ts", isFound: true, lookUp: undefined }, "sources"],
  ["a name of the index", failing("flush", { names: ["flush"] }), "index"],
  ["several", failing("Cache.flush()", { names: ["Cache", "flush"] }), "index"],
  ["one that is not", failing("Cache.drop()", { names: ["Cache", "drop"] }), "nowhere"],
  ["a path", failing("src/cache.ts", { path: "src/cache.ts", startLine: undefined, endLine: undefined }), "index"],
  ["its lines", failing("src/cache.ts:9", { path: "src/cache.ts", startLine: 9, endLine: 9 }), "index"],
  ["lines that it lacks", failing("src/cache.ts:99", { path: "src/cache.ts", startLine: 99, endLine: 99 }), "nowhere"],
  ["what no index can tell", failing("[9]", undefined), "nowhere"],
])("%s: %#", async (_, check, found) => {
  expect(await lookUpInIndex([check], index)).toEqual([{ kind: check.kind, text: check.text, found }]);
});

test("without an index nothing more is found, and no more is looked up than pays", async () => {
  expect(await lookUpInIndex([failing("flush", { names: ["flush"] })], undefined)).toMatchObject([
    { found: "nowhere" },
  ]);
  const many = Array.from({ length: 100 }, () => failing("flush", { names: ["flush"] }));
  const found = (await lookUpInIndex(many, index)).filter((check) => check.found === "index");
  expect(found).toHaveLength(40);
});
