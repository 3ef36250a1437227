/** Records of the manifest to and from rows of its table. */

import type { DatabaseSync } from "node:sqlite";
import type { FileRecord } from "../../core/ports";
import type { SkipReason } from "../../domain/skipReason";
import { textHash } from "./textHash";

/** As a `FileRecord`, in the types of SQLite. */
export interface ManifestRow extends Omit<FileRecord, "state" | "reason" | "depth"> {
  readonly reason: SkipReason | null;
  readonly isLexical: number;
  readonly checksum: string;
}

type Column = string | number | null;

/** The columns of a record from `path` to `indexedAt`, and the checksum of them. */
export function toColumns(record: FileRecord): Column[] {
  const columns = [
    record.path,
    record.fileId,
    record.state === "skipped" ? (record.reason ?? "unreadable") : null,
    record.contentHash,
    record.sizeBytes,
    record.mtimeMs,
    record.language,
    record.lines,
    record.chunks,
    record.chunksHash,
    Number(record.depth === "lexical"),
    record.definitions,
    Math.trunc(record.indexedAt),
  ];
  return [...columns, checksum(columns)];
}

/** What tells a record that was written from one that a broken disk made of it. */
const checksum = (columns: readonly Column[]): string => textHash(JSON.stringify(columns));

export function isSound(row: ManifestRow): boolean {
  const { path, fileId, reason, contentHash, sizeBytes, mtimeMs, language, lines, chunks, chunksHash } = row;
  const first = [path, fileId, reason, contentHash, sizeBytes, mtimeMs, language, lines, chunks, chunksHash];
  return row.checksum === checksum([...first, row.isLexical, row.definitions, row.indexedAt]);
}

/** The records that are as they were written, up to the first that cannot be read. @throws what SQLite throws there. */
export function* readSoundRecords(database: DatabaseSync, order: "ASC" | "DESC"): Generator<FileRecord> {
  for (const row of database.prepare(`SELECT * FROM files ORDER BY path ${order}`).iterate()) {
    if (isSound(row as unknown as ManifestRow)) {
      yield toRecord(row as unknown as ManifestRow);
    }
  }
}

export function toRecord(row: ManifestRow): FileRecord {
  const { reason } = row;
  return {
    path: row.path,
    fileId: row.fileId,
    state: reason === null ? "indexed" : "skipped",
    reason: reason ?? undefined,
    contentHash: row.contentHash,
    sizeBytes: row.sizeBytes,
    mtimeMs: row.mtimeMs,
    language: shared(row.language),
    lines: row.lines,
    chunks: row.chunks,
    chunksHash: row.chunksHash,
    depth: row.isLexical === 1 ? "lexical" : "full",
    definitions: row.definitions,
    indexedAt: row.indexedAt,
  };
}

/** Languages are few, and SQLite makes a new string of each. */
const languages = new Map<string, string>();

function shared(language: string): string {
  const known = languages.get(language);
  if (known === undefined) {
    languages.set(language, language);
  }
  return known ?? language;
}
