import { expect, test } from "vitest";
import { ndcgAt10, recallAt10 } from "../../bench/retrieval/score";

/** Paths are written as letters, one each. */
test.each([
  { found: "a", targets: "a", ndcg: 1, recall: 1, why: "first" },
  { found: "xa", targets: "a", ndcg: 1 / Math.log2(3), recall: 1, why: "second" },
  { found: "xxa", targets: "a", ndcg: 0.5, recall: 1, why: "repetitions take ranks" },
  { found: "aab", targets: "a", ndcg: 1, recall: 1, why: "the first place counts" },
  { found: "ab", targets: "ba", ndcg: 1, recall: 1, why: "the order of targets does not matter" },
  { found: "xb", targets: "ab", ndcg: 1 / Math.log2(3) / (1 + 1 / Math.log2(3)), recall: 0.5, why: "one of two" },
  { found: "xxxxxxxxxxa", targets: "a", ndcg: 0, recall: 0, why: "the eleventh does not count" },
  { found: "", targets: "a", ndcg: 0, recall: 0, why: "nothing found" },
])("$found for $targets: $why", ({ found, targets, ndcg, recall }) => {
  expect(ndcgAt10([...found], [...targets])).toBeCloseTo(ndcg, 12);
  expect(recallAt10([...found], [...targets])).toBe(recall);
});

test("a target may be relative to a folder of the repository, or the result may be", () => {
  expect(ndcgAt10(["lib/core/a.js"], ["core/a.js"])).toBe(1);
  expect(ndcgAt10(["a.js"], ["lib/a.js"])).toBe(1);
  expect(ndcgAt10(["lib/bca.js"], ["a.js"])).toBe(0);
});
