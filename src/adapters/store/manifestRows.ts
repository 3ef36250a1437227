/** Records of the manifest to and from rows of its table. */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { FileRecord } from "../../core/ports";
import type { SkipReason } from "../../domain/skipReason";
import { textHash } from "./textHash";

/** The columns of a record, in the order of a row. */
const RECORD_COLUMNS = `path, fileId, reason, contentHash, sizeBytes, mtimeMs, ctimeMs, language, lines, chunks, chunksHash,
  definitions, indexedAt`;

/** As a `FileRecord`, in the types of SQLite. */
type RecordRow = readonly [
  path: string,
  fileId: number,
  reason: SkipReason | null,
  contentHash: string,
  sizeBytes: number,
  mtimeMs: number,
  ctimeMs: number,
  language: string,
  lines: number,
  chunks: number,
  chunksHash: string,
  definitions: string,
  indexedAt: number,
];

type WrittenRow = readonly [...RecordRow, checksum: string];

export const PUT_FILE = `INSERT OR REPLACE INTO files (${RECORD_COLUMNS}, checksum, revision)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** @returns the values that `PUT_FILE` takes. */
export function toPutFile(record: FileRecord, revision: number): (string | number | null)[] {
  const row = toRow(record);
  return [...row, checksum(row), revision];
}

/** @param rest of the query, after `FROM files`. */
export function selectRecords(database: DatabaseSync, rest: string): StatementSync {
  return selectRows(database, RECORD_COLUMNS, rest);
}

/** @param row one that `selectRecords` gives. */
export function toRecord(row: unknown): FileRecord {
  const [path, fileId, reason, contentHash, sizeBytes, mtimeMs, ctimeMs, language, lines, chunks, ...others] =
    row as RecordRow;
  const [chunksHash, definitions, indexedAt] = others;
  return {
    path,
    fileId,
    state: reason === null ? "indexed" : "skipped",
    reason: reason ?? undefined,
    contentHash,
    sizeBytes,
    mtimeMs,
    ctimeMs,
    language: shared(language),
    lines,
    chunks,
    chunksHash,
    definitions,
    indexedAt,
  };
}

/** @returns the paths of the records that are not as they were written; a broken path as it is found. */
export function listBroken(database: DatabaseSync): string[] {
  return Array.from(writtenRows(database, "")).flatMap((row) => (isSound(row) ? [] : [row[0]]));
}

/** The records that are as they were written, up to the first that cannot be read. @throws what SQLite throws there. */
export function* readSoundRecords(database: DatabaseSync, order: "ASC" | "DESC"): Generator<FileRecord> {
  for (const row of writtenRows(database, `ORDER BY path ${order}`)) {
    if (isSound(row)) {
      yield toRecord(row);
    }
  }
}

function writtenRows(database: DatabaseSync, rest: string): Iterable<WrittenRow> {
  const rows: Iterable<unknown> = selectRows(database, `${RECORD_COLUMNS}, checksum`, rest).iterate();
  return rows as Iterable<WrittenRow>;
}

/** Rows are arrays, which SQLite makes in half the time of objects. */
function selectRows(database: DatabaseSync, columns: string, rest: string): StatementSync {
  const statement = database.prepare(`SELECT ${columns} FROM files ${rest}`);
  statement.setReturnArrays(true);
  return statement;
}

function toRow(record: FileRecord): RecordRow {
  return [
    record.path,
    record.fileId,
    record.state === "skipped" ? (record.reason ?? "unreadable") : null,
    record.contentHash,
    record.sizeBytes,
    record.mtimeMs,
    record.ctimeMs,
    record.language,
    record.lines,
    record.chunks,
    record.chunksHash,
    record.definitions,
    Math.trunc(record.indexedAt),
  ];
}

/** What tells a record that was written from one that a broken disk made of it. */
const checksum = (row: readonly unknown[]): string => textHash(JSON.stringify(row));

const isSound = (row: WrittenRow): boolean => row.at(-1) === checksum(row.slice(0, -1));

/** Languages are few, and SQLite makes a new string of each. */
const languages = new Map<string, string>();

function shared(language: string): string {
  const known = languages.get(language);
  if (known === undefined) {
    languages.set(language, language);
  }
  return known ?? language;
}
