/**
 * The manifest in SQLite: what the index holds of each file. It is the truth about the index.
 *
 * A rollback journal with full synchronisation, because a commit is the acknowledgement of a file and has to outlive a
 * power cut; it is one file at rest, and a read-only folder can still be read. All records are kept in memory as well.
 * Each row carries the revision of its last change, and removed paths leave a tombstone, so a reader catches up with
 * another process by reading what is new alone.
 */

import { type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { FileRecord, Manifest, ManifestChange } from "../../core/ports";
import { EngineError } from "../../domain/errors";
import { type IndexAccess, toFileEngineError } from "./fileErrors";
import { listBroken, PUT_FILE, selectRecords, toPutFile, toRecord } from "./manifestRows";
import { toSqliteEngineError } from "./sqliteErrors";

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
    ctimeMs REAL NOT NULL,
    language TEXT NOT NULL,
    lines INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    chunksHash TEXT NOT NULL,
    definitions TEXT NOT NULL,
    indexedAt INTEGER NOT NULL,
    checksum TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX filesByRevision ON files (revision);
  CREATE TABLE removed (path TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX removedByRevision ON removed (revision);
`;

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
  const found = lookAt(path, indexDir);
  if (!found?.isFile()) {
    const problem = `${name} is ${found === undefined ? "missing" : "no file"}`;
    throw new EngineError({ code: "index-damaged", indexDir, problem });
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

function lookAt(path: string, indexDir: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw toFileEngineError(error, indexDir, "read");
  }
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
  readonly #byFileId = new Map<number, FileRecord>();
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

  withFileId(fileId: number): FileRecord | undefined {
    return this.#byFileId.get(fileId);
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
      this.#forget(path);
    }
    for (const record of change.put) {
      this.#remember(record);
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
      return listBroken(this.database);
    });
  }

  close(): void {
    if (this.database.isOpen) {
      this.database.close();
    }
  }

  #remember(record: FileRecord): void {
    const known = this.#records.get(record.path);
    if (known !== undefined) {
      this.#byFileId.delete(known.fileId);
    }
    this.#records.set(record.path, record);
    this.#byFileId.set(record.fileId, record);
  }

  #forget(path: string): void {
    const known = this.#records.get(path);
    if (known !== undefined) {
      this.#records.delete(path);
      this.#byFileId.delete(known.fileId);
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
      putFile.run(...toPutFile(record, revision));
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
      this.#byFileId.clear();
      this.#revision = -1;
    }
    for (const row of this.#statements.removedSince.iterate(this.#revision)) {
      this.#forget(String(row["path"]));
    }
    const { allFiles, filesSince } = this.#statements;
    for (const row of this.#revision === -1 ? allFiles.iterate() : filesSince.iterate(this.#revision)) {
      const record = toRecord(row);
      this.#remember(record);
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
  readonly allFiles: StatementSync;
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
    allFiles: selectRecords(database, ""), // in the order in which they lie, which is faster than by revision
    filesSince: selectRecords(database, "WHERE revision > ?"),
    removedSince: database.prepare("SELECT path FROM removed WHERE revision > ?"),
  };
}
