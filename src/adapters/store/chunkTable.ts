/**
 * The columns of the chunk table, and chunks to and from Arrow.
 *
 * Each row carries a checksum of its columns, since neither Lance nor a disk tells of a bit that has flipped: in a line
 * number it would send a reader to the wrong place.
 */

import { crc32 } from "node:zlib";
import { type Data, Field, Int32, makeData, RecordBatch, Schema, Struct, Table, Utf8, type Vector } from "apache-arrow";
import type { ChunkPlace } from "../../core/chunkPlace";
import type { CheckedRow, ChunkHit, ChunkName, ChunkRow, FoundRow } from "../../core/ports";
import type { ChunkKind } from "../../domain/chunk";

/** What a reader of chunks selects: everything but `terms`. */
export const CHUNK_COLUMNS = [
  "fileId",
  "ordinal",
  "path",
  "startLine",
  "endLine",
  "language",
  "kind",
  "symbol",
  "enclosing",
  "text",
  "textHash",
  "checksum",
] as const;

/** All columns. */
export const STORED_COLUMNS = [...CHUNK_COLUMNS, "terms"] as const;

/** What tells a chunk by its name and the hash of its text. */
export const NAME_COLUMNS = ["fileId", "ordinal", "textHash", "symbol", "enclosing"] as const;

/** Read for the few chunks that are shown; a tenth less of the whole index, at no cost that can be measured. */
const COMPRESSED = new Map([["lance-encoding:compression", "lz4"]]);

/**
 * Terms are encoded in Lance's own way: compressed they would be smaller, but each read would take two to three times as long,
 * and those of rows that the full-text index lacks are read at every search.
 */
export function chunkSchema(): Schema {
  return new Schema([
    new Field("fileId", new Int32(), false),
    new Field("ordinal", new Int32(), false),
    new Field("path", new Utf8(), false),
    new Field("startLine", new Int32(), false),
    new Field("endLine", new Int32(), false),
    new Field("language", new Utf8(), false),
    new Field("kind", new Utf8(), false),
    new Field("symbol", new Utf8(), true),
    new Field("enclosing", new Utf8(), false), // a JSON array
    new Field("text", new Utf8(), false, COMPRESSED),
    new Field("textHash", new Utf8(), false),
    new Field("checksum", new Int32(), false), // of all columns above
    new Field("terms", new Utf8(), false),
  ]);
}

export function toArrowTable(rows: readonly ChunkRow[]): Table {
  const schema = chunkSchema();
  const columns: Record<string, Data> = {
    fileId: numberColumn(rows.map((row) => row.fileId)),
    ordinal: numberColumn(rows.map((row) => row.ordinal)),
    path: textColumn(rows.map((row) => row.path)),
    startLine: numberColumn(rows.map((row) => row.startLine)),
    endLine: numberColumn(rows.map((row) => row.endLine)),
    language: textColumn(rows.map((row) => row.language)),
    kind: textColumn(rows.map((row) => row.kind)),
    symbol: textColumn(rows.map((row) => row.symbol ?? null)),
    enclosing: textColumn(rows.map((row) => JSON.stringify(row.enclosing))),
    text: textColumn(rows.map((row) => row.text)),
    textHash: textColumn(rows.map((row) => row.textHash)),
    checksum: numberColumn(rows.map(checksumOf)),
    terms: textColumn(rows.map((row) => row.terms)),
  };
  const data = makeData({
    type: new Struct(schema.fields),
    length: rows.length,
    nullCount: 0,
    children: schema.fields.flatMap(({ name }) => columns[name] ?? []),
  });
  return new Table(schema, [new RecordBatch(schema, data)]);
}

const numberColumn = (values: readonly number[]): Data =>
  makeData({ type: new Int32(), data: Int32Array.from(values) });

/** Arrow takes the first of a text for a mark of its encoding, and leaves it out when it reads. */
const BYTE_ORDER_MARK = "\ufeff";

const asArrowReads = (text: string): string => (text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK + text : text);

/** As `vectorFromArray` would make it, in a quarter of the time. */
function textColumn(texts: readonly (string | null)[]): Data {
  const values = texts.map((text) => text && asArrowReads(text));
  const valueOffsets = new Int32Array(values.length + 1);
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  let length = 0;
  let nullCount = 0;
  for (const [at, value] of values.entries()) {
    if (value === null) {
      nullCount += 1;
    } else {
      length += Buffer.byteLength(value);
      nullBitmap[at >> 3] = (nullBitmap[at >> 3] ?? 0) | (1 << (at & 7));
    }
    valueOffsets[at + 1] = length;
  }
  const data = Buffer.allocUnsafeSlow(length);
  for (const [at, value] of values.entries()) {
    data.write(value ?? "", valueOffsets[at] ?? 0);
  }
  return makeData({ type: new Utf8(), length: values.length, nullCount, nullBitmap, valueOffsets, data });
}

function checksumOf(row: Omit<ChunkRow, "terms">): number {
  const { fileId, ordinal, path, startLine, endLine, language, kind, symbol, enclosing, text, textHash } = row;
  const small = [fileId, ordinal, path, startLine, endLine, language, kind, symbol ?? null, enclosing, textHash];
  return crc32(text, crc32(JSON.stringify(small))) | 0; // the column holds signed numbers
}

/** The part of an Arrow table that is read here; LanceDB may bring another copy of the library. */
export interface ReadableTable {
  readonly numRows: number;
  getChild(name: string): Vector | null;
}

/**
 * @param table of `_rowid`, which LanceDB leaves out where there are no rows.
 * @returns whole numbers below 2 ** 53: to make a `bigint` of each of hundreds of thousands takes long.
 */
export function rowIdsOf(table: ReadableTable): Float64Array {
  const values = (table.getChild("_rowid")?.toArray() ?? new BigUint64Array()) as BigUint64Array;
  const halves = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length); // the lower one first, as Arrow has them
  const numbers = new Float64Array(values.length);
  for (let at = 0; at < numbers.length; at += 1) {
    numbers[at] = (halves[2 * at + 1] ?? 0) * 2 ** 32 + (halves[2 * at] ?? 0);
  }
  return numbers;
}

/**
 * @param table of `_score` and `_rowid`.
 * @param places of its rows; undefined for one that is gone.
 */
export function toFoundRows(table: ReadableTable, places: readonly (ChunkPlace | undefined)[]): FoundRow[] {
  const rowIds = rowIdsOf(table);
  const scores = (table.getChild("_score")?.toArray() ?? []) as Float32Array;
  const rows: FoundRow[] = [];
  for (const [at, place] of places.entries()) {
    if (place !== undefined) {
      rows.push({ rowId: rowIds[at] ?? 0, fileId: place.fileId, ordinal: place.ordinal, score: scores[at] ?? 0 });
    }
  }
  return rows;
}

/**
 * @returns the rows in their order, with a score of 0.
 * @throws {BrokenRow} if one is not as it was written: no answer is to be made of it.
 */
export function toChunkHits(table: ReadableTable): ChunkHit[] {
  const checksums = table.getChild("checksum");
  return toRows(table).map((row, index) => {
    if (checksums?.get(index) !== checksumOf(row)) {
      throw new BrokenRow(row.path);
    }
    return { ...row, score: 0 };
  });
}

export class BrokenRow extends Error {
  constructor(path: string) {
    super(`what is stored of ${path} has changed`);
  }
}

/** @param table of all columns. @returns the rows as they are: whether they are sound is seen by their file's hash. */
export function toChunkRows(table: ReadableTable): ChunkRow[] {
  const terms = table.getChild("terms");
  return toRows(table).map((row, index) => ({ ...row, terms: terms?.get(index) }));
}

/** @param table of all columns. */
export function toCheckedRows(table: ReadableTable): CheckedRow[] {
  const checksums = table.getChild("checksum");
  return toChunkRows(table).map((row, index) => ({ ...row, isSound: checksums?.get(index) === checksumOf(row) }));
}

function toRows(table: ReadableTable): Omit<ChunkRow, "terms">[] {
  if (table.numRows === 0) {
    return []; // LanceDB leaves out the columns as well
  }
  const [fileId, ordinal, path, startLine, endLine, language, kind, symbol, enclosing, text, textHash] =
    CHUNK_COLUMNS.map((name) => columnOf(table, name));
  return Array.from({ length: table.numRows }, (_, row) => ({
    fileId: fileId?.get(row),
    ordinal: ordinal?.get(row),
    path: path?.get(row),
    startLine: startLine?.get(row),
    endLine: endLine?.get(row),
    language: language?.get(row),
    kind: kind?.get(row) as ChunkKind,
    symbol: symbol?.get(row) ?? undefined,
    enclosing: namesIn(enclosing?.get(row)),
    text: text?.get(row),
    textHash: textHash?.get(row),
  }));
}

/** @returns the column as the only name where it is broken. */
function namesIn(json: string): string[] {
  try {
    return JSON.parse(json) as string[];
  } catch {
    return [json];
  }
}

export function toChunkNames(table: ReadableTable): ChunkName[] {
  if (table.numRows === 0) {
    return [];
  }
  const [fileId, ordinal, textHash, symbol, enclosing] = NAME_COLUMNS.map((name) => columnOf(table, name));
  return Array.from({ length: table.numRows }, (_, row) => ({
    fileId: fileId?.get(row),
    ordinal: ordinal?.get(row),
    textHash: textHash?.get(row),
    symbol: symbol?.get(row) ?? undefined,
    enclosing: namesIn(enclosing?.get(row)),
  }));
}

function columnOf(table: ReadableTable, name: string): Vector {
  const found = table.getChild(name);
  if (found === null) {
    throw new Error(`the chunk table has no column ${name}`);
  }
  return found;
}
