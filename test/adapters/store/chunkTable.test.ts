import { expect, test } from "vitest";
import { CHUNK_COLUMNS, type ReadableTable, toArrowTable, toChunkHits } from "../../../src/adapters/store/chunkTable";
import { rowsOf } from "../../support/diskIndex";

const [row] = rowsOf(1, "one");
const other = {
  fileId: 2,
  ordinal: 1,
  path: "other.ts",
  startLine: 262_145,
  endLine: 7,
  language: "python",
  kind: "class",
  symbol: "other",
  enclosing: ["Other"],
  text: "another text",
  textHash: "0",
  terms: "other",
} as const;

/** The table of one row, with one column of another. */
function tableWith(column: string): ReadableTable {
  const [own, foreign] = [toArrowTable(row ? [row] : []), toArrowTable([other])] as const;
  return { numRows: 1, getChild: (name) => (name === column ? foreign : own).getChild(name) };
}

test("rows come back as they were written", () => {
  expect(toChunkHits(tableWith("none of them"))).toMatchObject([{ path: "file1.ts", startLine: 1, endLine: 10 }]);
});

test("a text that begins with a byte order mark keeps it, and its path", () => {
  const marked = { ...other, path: "\ufeffdir/x.ts", text: "\ufeff\ufeffexport const two = 2;" };
  expect(toChunkHits(toArrowTable([marked]))).toMatchObject([{ path: marked.path, text: marked.text }]);
});

test.each(CHUNK_COLUMNS)("a row is not served whose %s is another", (column) => {
  expect(() => toChunkHits(tableWith(column))).toThrow("has changed");
});
