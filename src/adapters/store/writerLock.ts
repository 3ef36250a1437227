/**
 * The writer's place of an index: at most one process holds it.
 *
 * The lock belongs to the kernel and dies with its process, so a crash or `kill -9` never leaves it behind: SQLite's
 * exclusive lock on a file of its own. No program may open and close that file by other means while the lock is held,
 * since POSIX then drops the lock.
 */

import { rmdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { isBusy, isDamage, toSqliteEngineError } from "./sqliteErrors";

/** The name of the lock's file in the folder of the index. */
export const LOCK_FILE = "writer.lock";

/** The lock of whoever fills in vectors, which takes long and hinders no other writer. */
export const VECTORS_LOCK_FILE = `${LOCK_FILE}.vectors`;

export interface WriterLock {
  /** Gives the place up. May be called again. */
  release(): void;
}

/**
 * @param indexDir an existing folder.
 * @param name of the lock's file; it begins as `LOCK_FILE` does, so that it stays when the index is replaced.
 * @returns undefined if another holder has the lock, in this process or in any other.
 * @throws {EngineError} `index-unwritable`, `disk-full`.
 */
export function tryAcquireWriterLock(indexDir: string, name = LOCK_FILE): WriterLock | undefined {
  const path = join(indexDir, name);
  try {
    return acquire(path);
  } catch (error) {
    if (isDamage(error)) {
      // Nobody can hold a lock on a file that SQLite refuses. Emptied in place and not replaced, so that of two processes
      // that get here at once still only one gets the lock.
      truncateSync(path);
    } else if (!isRemovedFolder(path)) {
      throw toSqliteEngineError(error, indexDir);
    }
  }
  return acquire(path);
}

export interface LockWait {
  /** As of `tryAcquireWriterLock`. */
  readonly name?: string;
  readonly retryMs: number;
  /** Called once if another holder has the lock. */
  readonly onWait: () => void;
  readonly signal: AbortSignal;
}

/**
 * Waits until nobody else holds the lock.
 *
 * @throws {EngineError} as `tryAcquireWriterLock`.
 * @throws {DOMException} `AbortError` when `signal` fires.
 */
export async function acquireWriterLock(
  indexDir: string,
  { name, retryMs, onWait, signal }: LockWait,
): Promise<WriterLock> {
  for (let isFirst = true; ; isFirst = false) {
    signal.throwIfAborted();
    const lock = tryAcquireWriterLock(indexDir, name);
    if (lock !== undefined) {
      return lock;
    }
    if (isFirst) {
      onWait();
    }
    await delay(retryMs, undefined, { signal });
  }
}

/** True if an empty folder lay there. Unlike a move, this cannot hit the file that another process has made meanwhile. */
function isRemovedFolder(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

function acquire(path: string): WriterLock | undefined {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    return heldLock(database);
  } catch (error) {
    database.close();
    if (isBusy(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Keeps a held lock alive when its holder has lost sight of it: a connection that is collected is closed. */
const held = new Set<DatabaseSync>();

function heldLock(database: DatabaseSync): WriterLock {
  held.add(database);
  return {
    release: () => {
      if (held.delete(database)) {
        database.close();
      }
    },
  };
}
