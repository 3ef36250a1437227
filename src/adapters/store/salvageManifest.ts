/**
 * Makes a manifest anew out of what can still be read of a damaged one: each record carries a checksum, so what is
 * taken over is as it was written. Files whose record is lost are indexed again.
 */

import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { FileRecord } from "../../core/ports";
import { guardWrite } from "./fileErrors";
import { readSoundRecords } from "./manifestRows";
import { isWithoutTable } from "./sqliteErrors";
import { createManifestFile, MANIFEST_FILE, openSqliteManifest } from "./sqliteManifest";

const SALVAGED_FILE = "manifest.salvaged.sqlite";

const journalOf = (path: string) => `${path}-journal`;

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
  finishManifestSalvage(indexDir);
  const records = readBothWays(join(indexDir, MANIFEST_FILE));
  if (records.length === 0) {
    return false;
  }
  const lastId = records.reduce((last, { fileId }) => Math.max(last, fileId), 0);
  createManifestFile(indexDir, SALVAGED_FILE, lastId + SKIPPED_IDS);
  const salvaged = openSqliteManifest(indexDir, true, SALVAGED_FILE);
  salvaged.commit({ put: records, remove: [] });
  salvaged.close();
  // The manifest last: a journal that outlived it would be taken for one of the new manifest.
  for (const name of [journalOf(MANIFEST_FILE), MANIFEST_FILE]) {
    if (existsSync(join(indexDir, name))) {
      setAside(name);
    }
  }
  finishManifestSalvage(indexDir);
  return true;
}

/**
 * Ends what a killed repair has begun: the new manifest is whole as soon as the old one is out of its way; before that it
 * is litter. To be called by the holder of the lock.
 *
 * @throws {EngineError} `index-unwritable`, `disk-full`.
 */
export function finishManifestSalvage(indexDir: string): void {
  const salvaged = join(indexDir, SALVAGED_FILE);
  if (!existsSync(salvaged)) {
    return;
  }
  guardWrite(indexDir, () => {
    if (existsSync(join(indexDir, MANIFEST_FILE))) {
      rmSync(journalOf(salvaged), { force: true });
      rmSync(salvaged);
    } else {
      renameSync(salvaged, join(indexDir, MANIFEST_FILE));
    }
  });
}

/**
 * To be called by the holder of the lock.
 *
 * @returns false if the manifest names no file, as when the index is being made; true also for one that cannot be read.
 */
export function holdsRecords(indexDir: string): boolean {
  const path = join(indexDir, MANIFEST_FILE);
  if (!existsSync(path)) {
    return false;
  }
  try {
    const database = new DatabaseSync(path);
    try {
      return database.prepare("SELECT 1 FROM files LIMIT 1").get() !== undefined;
    } finally {
      database.close();
    }
  } catch (error) {
    return !isWithoutTable(error);
  }
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
