import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { chunksHolding, createWordScan, rootsOf } from "../../../../src/core/retrieval/flat/wordScan";
import { searchTerms } from "../../../../src/core/retrieval/query/terms";

const count = (terms: readonly string[], text: string) => {
  const counts = createWordScan(terms).count(text);
  return counts && [...counts];
};

test("every word begins as its stem says", () => {
  const source = join(import.meta.dirname, "../../../../src");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  const words = new Set(files.flatMap((path) => readFileSync(join(source, path), "utf8").match(/\b[a-z]+\b/g) ?? []));
  expect(words.size).toBeGreaterThan(3_000);
  const others = [...words].filter((word) =>
    searchTerms(word).some((term) => !rootsOf(term).some((root) => word.startsWith(root))),
  );
  expect(others).toEqual([]);
});

describe("a word counts", () => {
  test.each([
    { terms: ["queri"], text: "query queries Querying", counts: [3], why: "in every form and case" },
    { terms: ["request"], text: "maxRequests MAX_REQUEST HTTPRequest http2Request", counts: [4], why: "in a name" },
    { terms: ["map"], text: "bitmap remap", counts: undefined, why: "not within a word" },
    { terms: ["use", "user"], text: "user use", counts: [1, 1], why: "for the longer of two that begin alike" },
    { terms: ["rate", "limit"], text: "no such words", counts: undefined, why: "not at all" },
    { terms: ["rate", "limit"], text: "a limit", counts: [0, 1], why: "for itself" },
    { terms: ["限流"], text: "接口限流", counts: [1], why: "in a script without spaces" },
    {
      terms: ["hash", "map", "hashmap"],
      text: "HashMap hashmap",
      counts: [1, 1, 2],
      why: "and with it the name it is part of",
    },
    { terms: [], text: "nothing is asked", counts: undefined, why: "not where there is none" },
    { terms: ["id"], text: "id idle", counts: [2], why: "even where it is short, with what begins like it" },
  ])("$text for $terms: $counts, $why", ({ terms, text, counts }) => {
    expect(count(terms, text)).toEqual(counts);
  });
});

test("a text of one chunk holds a word in one, and a long one in as many as are likely", () => {
  const [few = 0, many = 0, none] = chunksHolding({ counts: Uint32Array.from([2, 1_000, 0]), length: 8_500 });
  expect(few).toBeCloseTo(1.9);
  expect(many).toBeCloseTo(10);
  expect(none).toBe(0);
  expect(chunksHolding({ counts: Uint32Array.from([5]), length: 10 })).toEqual([1]);
});

test.each([
  { text: "hash_map", holds: true, why: "whose whole name is not spelled out" },
  { text: "HashMap", holds: true, why: "whose parts begin words" },
  { text: "hash", holds: false, why: "of which one is missing" },
])("a text may hold all of hash, map and hashmap: $text $holds, $why", ({ text, holds }) => {
  const words = createWordScan(["hash", "map", "hashmap"]);
  expect(words.holdsAll(words.count(text) ?? new Uint32Array(3))).toBe(holds);
});
