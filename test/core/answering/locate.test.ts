import fc from "fast-check";
import { expect, test } from "vitest";
import { locateText } from "../../../src/core/answering/locate";

/** Files and cited texts are written as words, one a line: "a b c" is three lines. */
const lines = (text: string) => text.split(" ").join("\n");

const locate = (file: string | undefined, startLine: number, cited: string) => {
  const count = cited.split(" ").length;
  const found = locateText(file === undefined ? undefined : lines(file), {
    startLine,
    endLine: startLine + count - 1,
    text: lines(cited),
  });
  return `${found.state} ${found.startLine}-${found.endLine}`;
};

test.each<[string | undefined, number, string, string, string]>([
  ["a b c d", 2, "b c", "current 2-3", "where it was"],
  ["x y a b c", 1, "a b", "moved 3-4", "lines were added above"],
  ["b c", 5, "b c", "moved 1-2", "lines were removed above"],
  ["a B c", 1, "a b", "changed 1-2", "one character differs"],
  ["a x b", 1, "a b", "changed 1-2", "a line came between"],
  ["", 1, "a", "changed 1-1", "the file is empty"],
  [undefined, 3, "a b", "gone 3-4", "the file is gone"],
  ["a x a x a x", 4, "x", "current 4-4", "of several places the one that is cited"],
  ["a x x x a x", 5, "x", "moved 4-4", "of two places equally near the first"],
  ["a a b a a b", 5, "a b", "current 5-6", "a beginning that repeats itself"],
  ["a a a b", 1, "a a b", "moved 2-4", "overlapping beginnings"],
  ["a b", 2, "b c", "changed 2-3", "cut off at the end of the file"],
])("in %j, cited at %d: %j is %s (%s)", (file, startLine, cited, expected) => {
  expect(locate(file, startLine, cited)).toBe(expected);
});

test.each([
  ["a\r\nb\r\nc", "windows line ends"],
  ["a\rb\rc", "old line ends"],
  ["\uFEFFa\nb\nc\n", "a byte order mark and a final line end"],
])("%j is the same text: %s", (file) => {
  expect(locateText(file, { startLine: 1, endLine: 3, text: "a\nb\nc" }).state).toBe("current");
});

test("blank lines are lines", () => {
  expect(locateText("a\n\n\nb\n", { startLine: 2, endLine: 3, text: "\n" })).toEqual({
    state: "current",
    startLine: 2,
    endLine: 3,
  });
});

test("is the nearest of all places where the lines stand", () => {
  const word = fc.constantFrom("a", "b", "c");
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 30 }),
      fc.array(word, { minLength: 1, maxLength: 4 }),
      fc.nat(40),
      (file, cited, before) => {
        const startLine = before + 1;
        const result = locateText(file.join("\n"), {
          startLine,
          endLine: startLine + cited.length - 1,
          text: cited.join("\n"),
        });
        const places = file
          .map((_, index) => index + 1)
          .filter((start) => cited.every((line, offset) => file[start - 1 + offset] === line));
        const nearest = Math.min(...places.map((start) => Math.abs(start - startLine)));
        expect(result.state).toBe(places.length === 0 ? "changed" : nearest === 0 ? "current" : "moved");
        if (places.length > 0) {
          expect(Math.abs(result.startLine - startLine)).toBe(nearest);
        }
      },
    ),
  );
});

test("takes linear time on lines made to be compared again and again", () => {
  const file = `${"a\n".repeat(200_000)}b`;
  const cited = `${"a\n".repeat(100_000)}b`;
  expect(locateText(file, { startLine: 1, endLine: 100_001, text: cited })).toEqual({
    state: "moved",
    startLine: 100_001,
    endLine: 200_001,
  });
});
