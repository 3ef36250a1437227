import { expect, test } from "vitest";
import { selectedLines, selectedPiece } from "../../../src/extension/explain/selectedLines";

/** Positions as `line:character`, both from 0. */
const at = (text: string) => {
  const [line = 0, character = 0] = text.split(":").map(Number);
  return { line, character };
};

test.each([
  { from: "2:0", to: "4:3", lines: [3, 5], why: "counted from 1, both included" },
  { from: "2:4", to: "2:9", lines: [3, 3], why: "a part of a line means the line" },
  { from: "2:0", to: "5:0", lines: [3, 5], why: "ending before the first character leaves the line out" },
  { from: "2:7", to: "3:0", lines: [3, 3], why: "only the line end is selected" },
])("$from to $to are lines $lines: $why", ({ from, to, lines: [startLine, endLine] }) => {
  expect(selectedLines(at(from), at(to))).toEqual({ startLine, endLine });
});

test.each([
  { selected: "foo(1)", line: "  return foo(1);", piece: "foo(1)" },
  { selected: " foo(1) ", line: "  return foo(1) + 1;", piece: "foo(1)" },
  { selected: "return foo(1);", line: "  return foo(1);", piece: undefined },
  { selected: "  ", line: "  return foo(1);", piece: undefined },
  { selected: "x".repeat(81), line: `${"x".repeat(81)};`, piece: undefined },
])("of $line, $selected is named as $piece", ({ selected, line, piece }) => {
  expect(selectedPiece(selected, line)).toBe(piece);
});
