/**
 * The manifest in SQLite: what the index holds of each file. It is the truth about the index.
 *
 * A rollback journal with full synchronisation, because a commit is the acknowledgement of a file and has to outlive a
 * power cut; it is one file at rest, and a read-only folder can still be read. All records are kept in memory as well.
 * Each row carries the revision of its last change, and removed paths leave a tombstone, so a reader catches up with
 * another process by reading what is new alone.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Definition, FileRecord, Manifest, ManifestChange } from "../../core/ports";
import { EngineError } from "../../domain/errors";
import type { SkipReason } from "../../domain/skipReason";
import type { IndexAccess } from "./fileErrors";
import { toSqliteEngineError } from "./sqliteErrors";
import { textHash } from "./textHash";

export const MANIFEST_FILE = "manifest.sqlite";

/** How long a commit waits for readers, which hold their lock for the length of one read. */
const BUSY_TIMEOUT_MS = 10_000;

/** More removed paths than this are forgotten when the writer opens; a reader that missed them reads everything. */
const MAX_TOMBSTONES = 20_000;

const SCHEMA = `
  CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL,
    nextFileId INTEGER NOT NULL,
    forgottenRevision INTEGER NOT NULL
  ) STRICT;
  INSERT INTO meta VALUES (1, 0, 1, 0);
  CREATE TABLE files (
    path TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    fileId INTEGER NOT NULL,
    reason TEXT,
    contentHash TEXT NOT NULL,
    sizeBytes INTEGER NOT NULL,
    mtimeMs REAL NOT NULL,
    language TEXT NOT NULL,
    lines INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    chunksHash TEXT NOT NULL,
    isLexical INTEGER NOT NULL,
    definitions TEXT NOT NULL,
    indexedAt INTEGER NOT NULL,
    checksum TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX filesByRevision ON files (revision);
  CREATE TABLE removed (path TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX removedByRevision ON removed (revision);
`;

const PUT_FILE = `INSERT OR REPLACE INTO files
  (revision, path, fileId, reason, contentHash, sizeBytes, mtimeMs, language, lines, chunks, chunksHash, isLexical,
   definitions, indexedAt, checksum)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Makes an empty manifest in a folder that has none. @throws {EngineError} `index-unwritable`, `disk-full`. */
export function createSqliteManifest(indexDir: string): void {
  createManifestFile(indexDir, MANIFEST_FILE, 1);
}

/** @param nextFileId the first that is given out. */
export function createManifestFile(indexDir: string, name: string, nextFileId: number): void {
  guard(indexDir, () => {
    const database = new DatabaseSync(join(indexDir, name));
    try {
      database.exec(`PRAGMA synchronous = FULL; BEGIN; ${SCHEMA} COMMIT`);
      database.prepare("UPDATE meta SET nextFileId = ?").run(nextFileId);
    } finally {
      database.close();
    }
  });
}

/**
 * Opens the manifest and reads all of it.
 *
 * @param isWriter a reader can open it in a folder that cannot be written.
 * @throws {EngineError} `index-damaged`; `index-unwritable`, or `index-unreadable` for a reader.
 */
export function openSqliteManifest(indexDir: string, isWriter: boolean, name = MANIFEST_FILE): Manifest {
  const path = join(indexDir, name);
  if (!existsSync(path)) {
    throw new EngineError({ code: "index-damaged", indexDir, problem: `${name} is missing` });
  }
  return guard(
    indexDir,
    () => {
      const database = isWriter ? openForWriting(path) : openForReading(path);
      try {
        return new SqliteManifest(indexDir, database);
      } catch (error) {
        database.close();
        throw error;
      }
    },
    isWriter ? "write" : "read",
  );
}

function openForWriting(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE`);
    forgetTombstones(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A reader too opens for writing where it can: only so can it finish what a killed writer left half done. */
function openForReading(path: string): DatabaseSync {
  const open = (readOnly: boolean): DatabaseSync => {
    const database = new DatabaseSync(path, { readOnly });
    try {
      database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; SELECT revision FROM meta; PRAGMA query_only = ON`);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  };
  try {
    return open(false);
  } catch {
    return open(true); // throws what is wrong, if it is more than the permission to write
  }
}

function forgetTombstones(database: DatabaseSync): void {
  const count = database.prepare("SELECT count(*) AS n FROM removed").get()?.["n"];
  if (Number(count) > MAX_TOMBSTONES) {
    database.exec("BEGIN; DELETE FROM removed; UPDATE meta SET forgottenRevision = revision; COMMIT");
  }
}

function guard<T>(indexDir: string, run: () => T, access: IndexAccess = "write"): T {
  try {
    return run();
  } catch (error) {
    throw toSqliteEngineError(error, indexDir, access);
  }
}

interface Meta {
  readonly revision: number;
  readonly nextFileId: number;
  readonly forgottenRevision: number;
}

class SqliteManifest implements Manifest {
  readonly #records = new Map<string, FileRecord>();
  readonly #rows = new RowReader();
  readonly #statements: Statements;
  #revision = -1;
  #nextFileId = 1;

  constructor(
    readonly indexDir: string,
    readonly database: DatabaseSync,
  ) {
    this.#statements = prepareStatements(database);
    this.#read();
  }

  get size(): number {
    return this.#records.size;
  }

  get revision(): number {
    return this.#revision;
  }

  get(path: string): FileRecord | undefined {
    return this.#records.get(path);
  }

  all(): Iterable<FileRecord> {
    return this.#records.values();
  }

  nextFileId(): number {
    return this.#nextFileId++;
  }

  commit(change: ManifestChange): void {
    if (change.put.length === 0 && change.remove.length === 0) {
      return;
    }
    const revision = this.#revision + 1;
    guard(this.indexDir, () => this.#transaction(() => this.#write(change, revision)));
    for (const path of change.remove) {
      this.#records.delete(path);
    }
    for (const record of change.put) {
      this.#records.set(record.path, this.#rows.share(record));
    }
    this.#revision = revision;
  }

  refresh(): boolean {
    return guard(this.indexDir, () => this.#read(), "read");
  }

  verify(): string[] {
    return guard(this.indexDir, () => {
      const [problem] = Object.values(this.database.prepare("PRAGMA integrity_check(1)").get() ?? {});
      if (problem !== "ok") {
        throw new EngineError({ code: "index-damaged", indexDir: this.indexDir, problem: String(problem) });
      }
      const rows = this.database.prepare("SELECT * FROM files").iterate() as Iterable<unknown>;
      return Array.from(rows, (row) => row as Row).flatMap((row) => (isSound(row) ? [] : [row.path]));
    });
  }

  close(): void {
    if (this.database.isOpen) {
      this.database.close();
    }
  }

  /** Runs `body` in a transaction: all of it is on disk afterwards, or nothing. */
  #transaction(body: () => void): void {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      body();
      this.database.exec("COMMIT");
    } catch (error) {
      if (this.database.isTransaction) {
        this.database.exec("ROLLBACK");
      }
      throw error;
    }
  }

  #write({ put, remove }: ManifestChange, revision: number): void {
    const { putFile, removeFile, bury, unearth, setMeta } = this.#statements;
    for (const path of remove) {
      removeFile.run(path);
      bury.run(path, revision);
    }
    for (const record of put) {
      unearth.run(record.path);
      const columns = toColumns(record);
      putFile.run(revision, ...columns, checksum(columns));
    }
    setMeta.run(revision, this.#nextFileId);
  }

  /** Reads what changed since the last time, in one snapshot. @returns true if anything did. */
  #read(): boolean {
    this.database.exec("BEGIN");
    try {
      const meta = this.#statements.getMeta.get() as Meta | undefined;
      if (meta === undefined) {
        throw new EngineError({ code: "index-damaged", indexDir: this.indexDir, problem: "the manifest is empty" });
      }
      return meta.revision !== this.#revision && this.#readSince(meta);
    } finally {
      this.database.exec("COMMIT");
    }
  }

  #readSince(meta: Meta): true {
    if (meta.forgottenRevision > this.#revision || meta.revision < this.#revision) {
      this.#records.clear();
      this.#revision = -1;
    }
    for (const row of this.#statements.removedSince.iterate(this.#revision)) {
      this.#records.delete(String(row["path"]));
    }
    for (const row of this.#statements.filesSince.iterate(this.#revision)) {
      const record = this.#rows.read(row as unknown as Row);
      this.#records.set(record.path, record);
      this.#nextFileId = Math.max(this.#nextFileId, record.fileId + 1); // an id that is in use is never given out again
    }
    this.#revision = meta.revision;
    this.#nextFileId = Math.max(this.#nextFileId, meta.nextFileId);
    return true;
  }
}

interface Statements {
  readonly getMeta: StatementSync;
  readonly setMeta: StatementSync;
  readonly putFile: StatementSync;
  readonly removeFile: StatementSync;
  readonly bury: StatementSync;
  readonly unearth: StatementSync;
  readonly filesSince: StatementSync;
  readonly removedSince: StatementSync;
}

function prepareStatements(database: DatabaseSync): Statements {
  return {
    getMeta: database.prepare("SELECT revision, nextFileId, forgottenRevision FROM meta"),
    setMeta: database.prepare("UPDATE meta SET revision = ?, nextFileId = ?"),
    putFile: database.prepare(PUT_FILE),
    removeFile: database.prepare("DELETE FROM files WHERE path = ?"),
    bury: database.prepare("INSERT OR REPLACE INTO removed (path, revision) VALUES (?, ?)"),
    unearth: database.prepare("DELETE FROM removed WHERE path = ?"),
    filesSince: database.prepare("SELECT * FROM files WHERE revision > ?"),
    removedSince: database.prepare("SELECT path FROM removed WHERE revision > ?"),
  };
}

// ---------------------------------------------------------------- rows

interface Row {
  readonly path: string;
  readonly fileId: number;
  readonly reason: SkipReason | null;
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly language: string;
  readonly lines: number;
  readonly chunks: number;
  readonly chunksHash: string;
  readonly isLexical: number;
  readonly definitions: string;
  readonly indexedAt: number;
  readonly checksum: string;
}

type Column = string | number | null;

/** What tells a record that was written from one that a broken disk made of it. */
const checksum = (columns: readonly Column[]): string => textHash(JSON.stringify(columns));

function isSound(row: Row): boolean {
  const { path, fileId, reason, contentHash, sizeBytes, mtimeMs, language, lines, chunks, chunksHash } = row;
  const first = [path, fileId, reason, contentHash, sizeBytes, mtimeMs, language, lines, chunks, chunksHash];
  return row.checksum === checksum([...first, row.isLexical, row.definitions, row.indexedAt]);
}

function toColumns(record: FileRecord): Column[] {
  return [
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
    encodeDefinitions(record.definitions),
    Math.trunc(record.indexedAt),
  ];
}

/** One string per definition: a digit of flags (1 top level, 2 type), then the name. */
function encodeDefinitions(definitions: readonly Definition[]): string {
  if (definitions.length === 0) {
    return "";
  }
  return JSON.stringify(definitions.map((d) => `${(d.isTopLevel ? 1 : 0) + (d.isType ? 2 : 0)}${d.name}`));
}

/** The records that are as they were written, up to the first that cannot be read. @throws what SQLite throws there. */
export function* readSoundRecords(database: DatabaseSync, order: "ASC" | "DESC"): Generator<FileRecord> {
  const reader = new RowReader();
  for (const row of database.prepare(`SELECT * FROM files ORDER BY path ${order}`).iterate()) {
    if (isSound(row as unknown as Row)) {
      yield reader.read(row as unknown as Row);
    }
  }
}

/** Turns rows into records. Equal definitions are one object: a large folder has a million, most names many times. */
class RowReader {
  readonly #known = new Map<string, Definition>();

  read(row: Row): FileRecord {
    return {
      path: row.path,
      fileId: row.fileId,
      state: row.reason === null ? "indexed" : "skipped",
      reason: row.reason ?? undefined,
      contentHash: row.contentHash,
      sizeBytes: row.sizeBytes,
      mtimeMs: row.mtimeMs,
      language: row.language,
      lines: row.lines,
      chunks: row.chunks,
      chunksHash: row.chunksHash,
      depth: row.isLexical === 1 ? "lexical" : "full",
      definitions: row.definitions === "" ? NO_DEFINITIONS : this.#decode(row.definitions),
      indexedAt: row.indexedAt,
    };
  }

  /** The same record, sharing its definitions with the others. */
  share(record: FileRecord): FileRecord {
    const definitions = record.definitions.length === 0 ? NO_DEFINITIONS : record.definitions.map((d) => this.#one(d));
    return { ...record, definitions };
  }

  #decode(encoded: string): Definition[] {
    return (JSON.parse(encoded) as string[]).map((entry) => {
      const flags = Number(entry[0]);
      return this.#one({ name: entry.slice(1), isTopLevel: (flags & 1) !== 0, isType: (flags & 2) !== 0 });
    });
  }

  #one(definition: Definition): Definition {
    const key = `${Number(definition.isTopLevel)}${Number(definition.isType)}${definition.name}`;
    const known = this.#known.get(key);
    if (known === undefined) {
      this.#known.set(key, definition);
    }
    return known ?? definition;
  }
}

const NO_DEFINITIONS: readonly Definition[] = [];
