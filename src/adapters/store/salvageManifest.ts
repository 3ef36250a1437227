/**
 * Makes a manifest anew out of what can still be read of a damaged one: each record carries a checksum, so what is
 * taken over is as it was written. Files whose record is lost are indexed again.
 */

import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { FileRecord } from "../../core/ports";
import { readSoundRecords } from "./manifestRows";
import { createManifestFile, MANIFEST_FILE, openSqliteManifest } from "./sqliteManifest";

const SALVAGED_FILE = "manifest.salvaged.sqlite";

/** Beyond any id that a lost record may have had: its rows may still lie in the chunk table. */
const SKIPPED_IDS = 1_000_000;

/**
 * To be called by the holder of the lock.
 *
 * @param setAside moves a file of the index, named relative to its folder, out of the way; it is kept.
 * @returns false if nothing could be read.
 * @throws {EngineError} `index-unwritable`, `disk-full`.
 */
export function salvageManifest(indexDir: string, setAside: (name: string) => void): boolean {
  const records = readBothWays(join(indexDir, MANIFEST_FILE));
  if (records.length === 0) {
    return false;
  }
  const lastId = records.reduce((last, { fileId }) => Math.max(last, fileId), 0);
  rmSync(join(indexDir, SALVAGED_FILE), { force: true });
  createManifestFile(indexDir, SALVAGED_FILE, lastId + SKIPPED_IDS);
  const salvaged = openSqliteManifest(indexDir, true, SALVAGED_FILE);
  salvaged.commit({ put: records, remove: [] });
  salvaged.close();
  for (const name of [MANIFEST_FILE, `${MANIFEST_FILE}-journal`]) {
    if (existsSync(join(indexDir, name))) {
      setAside(name);
    }
  }
  renameSync(join(indexDir, SALVAGED_FILE), join(indexDir, MANIFEST_FILE));
  return true;
}

/** From either end up to the damage. */
function readBothWays(path: string): FileRecord[] {
  const records = new Map<string, FileRecord>();
  for (const order of ["ASC", "DESC"] as const) {
    try {
      const database = new DatabaseSync(path, { readOnly: true });
      try {
        for (const record of readSoundRecords(database, order)) {
          records.set(record.path, record);
        }
      } finally {
        database.close();
      }
    } catch {
      // what was read until here is what there is to have
    }
  }
  return [...records.values()];
}
