/** What SQLite's result codes mean for an index; see https://www.sqlite.org/rescode.html. */

import { EngineError } from "../../domain/errors";
import { type IndexAccess, refused } from "./fileErrors";

const DISK_FULL = new Set([13]); // FULL
const DAMAGED = new Set([1, 11, 26]); // ERROR (a table of ours is missing), CORRUPT, NOTADB
const REFUSED = new Set([3, 5, 6, 8, 10, 14]); // PERM, BUSY, LOCKED, READONLY, IOERR, CANTOPEN
const BUSY = new Set([5, 6]); // BUSY, LOCKED
const WITHOUT_TABLE = 1; // ERROR
/** READONLY_DBMOVED: the file that is open lies no more where it lay. */
const MOVED = 1032;

/** The extended result code of an error of `node:sqlite`; undefined for any other error. */
function extendedCode(error: unknown): number | undefined {
  const code = error instanceof Error ? (error as Error & { errcode?: unknown }).errcode : undefined;
  return typeof code === "number" ? code : undefined;
}

/** The primary one. */
function resultCode(error: unknown): number | undefined {
  const code = extendedCode(error);
  return code === undefined ? undefined : code & 0xff;
}

/** True when another connection holds the lock that was asked for. */
export function isBusy(error: unknown): boolean {
  return BUSY.has(resultCode(error) ?? 0);
}

/** True when the file is no database, or a broken one. */
export function isDamage(error: unknown): boolean {
  return DAMAGED.has(resultCode(error) ?? 0);
}

/** True when a database that can be read lacks a table that was asked for. */
export function isWithoutTable(error: unknown): boolean {
  return resultCode(error) === WITHOUT_TABLE;
}

/**
 * @param access what SQLite was asked to do.
 * @returns the error to throw: an {EngineError} where the code is known, else the error itself.
 */
export function toSqliteEngineError(error: unknown, indexDir: string, access: IndexAccess = "write"): unknown {
  const code = resultCode(error);
  if (!(error instanceof Error) || code === undefined) {
    return error;
  }
  if (DISK_FULL.has(code)) {
    return new EngineError({ code: "disk-full", indexDir }, { cause: error });
  }
  if (extendedCode(error) === MOVED) {
    return new EngineError(
      { code: "index-damaged", indexDir, problem: "it was deleted while in use" },
      { cause: error },
    );
  }
  if (DAMAGED.has(code)) {
    return new EngineError({ code: "index-damaged", indexDir, problem: error.message }, { cause: error });
  }
  return REFUSED.has(code) ? refused(error, indexDir, access, error.message) : error;
}
