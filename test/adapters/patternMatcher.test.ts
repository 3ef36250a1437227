import { describe, expect, test } from "vitest";
import { createPatternMatcher } from "../../src/adapters/patternMatcher";

test.each<[source: string, flags: string, text: string, offset: number]>([
  ["b+", "", "aabb", 2],
  ["B+", "", "aabb", -1],
  ["B+", "i", "aabb", 2],
  ["^b", "m", "a\nb", 2],
  ["\\p{Lu}", "u", "aÉ", 1],
  ["a.b", "s", "a\nb", 0],
])("/%s/%s in %j is at %i", (source, flags, text, offset) => {
  expect(createPatternMatcher().start(source, flags)?.offsets([text])).toEqual([offset]);
});

test.each(["(", "[z-a]", "a{2,1}", "(?<n>a)(?<n>b)", "*"])("%j is no expression", (source) => {
  expect(createPatternMatcher().start(source, "")).toBeUndefined();
});

describe("an expression that takes time without end", () => {
  test.each([
    ["(a+)+$", `${"a".repeat(60)}!`],
    ["(?:a|aa)+$", `${"a".repeat(80)}!`],
    ["(.*)*x", "y".repeat(60)],
  ])("/%s/ is stopped", (source, text) => {
    const run = createPatternMatcher(50).start(source, "");
    expect(run?.offsets([text])).toBeUndefined();
    expect(run?.offsets(["a"])).toBeUndefined();
  });
});

test("an expression sees the texts alone", () => {
  const texts = ["constructor", "__proto__"];
  expect(createPatternMatcher().start("o", "")?.offsets(texts)).toEqual([1, 4]);
});
