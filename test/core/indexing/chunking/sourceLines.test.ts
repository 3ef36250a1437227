/** Lines that are measured in place are those that `splitLines` makes, with the white space of `\s`. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { measureLines } from "../../../../src/core/indexing/chunking/sourceLines";
import { splitLines } from "../../../../src/domain/lines";

const CODE_UNITS = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code));
const WHITE_SPACE = CODE_UNITS.filter((character) => /\s/.test(character));

const anyText = fc
  .array(fc.oneof(fc.constantFrom("\n", " ", ...WHITE_SPACE), fc.constantFrom("a", "}", "é", "中", "😀")))
  .map((characters) => characters.join(""));

test("every code unit is white space or not as in an expression", () => {
  const lines = CODE_UNITS.filter((character) => character !== "\n");
  const source = measureLines(lines.join("\n"));
  expect(lines.filter((_, index) => source.isBlank(index + 1))).toEqual(lines.filter((line) => !/\S/.test(line)));
});

test("lines, their indentation and their text", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const lines = splitLines(text);
      const source = measureLines(text);
      expect(source.count).toBe(lines.length);
      lines.forEach((line, index) => {
        expect(source.indentation(index + 1)).toBe(line.search(/\S/));
        const rest = { startLine: index + 1, endLine: lines.length };
        expect(source.text(rest)).toBe(lines.slice(index).join("\n"));
        expect(source.text({ startLine: 1, endLine: index + 1 })).toBe(lines.slice(0, index + 1).join("\n"));
      });
    }),
  );
});

test.each([
  ["", 0],
  ["x", 20],
  [" \u3000\u00a0", 5 + 1],
  ["x".repeat(30), 30],
  [`\t\t\t${"x".repeat(30)}`, 31],
  ["中".repeat(30), 90],
  [`\u3000\u3000\u3000${"x".repeat(30)}`, 31 + 6],
])("%j costs %d", (text, cost) => {
  expect(measureLines(text).cost(1, 1)).toBe(cost);
});
