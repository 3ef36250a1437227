/**
 * Housekeeping of the chunk table, by its writer: each step looks first whether it pays, and writes nothing if not.
 *
 * `optimize` rewrites the table, so it waits until the table has fallen into many pieces; taking new rows into the
 * full-text index waits until searching them one by one can be felt.
 */

import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Table } from "@lancedb/lancedb";

export const TERMS_INDEX = "terms_idx";

/** Each write makes a fragment; this many cost more to keep than to merge. */
const MAX_FRAGMENTS = 100;

/**
 * A long run leaves fragments of thousands of rows, and what a search finds lies in all of them: of 300,000 rows in 99
 * fragments 200 are found in 19 ms, in one fragment in 5. Merging them is done once, for what saves add is small.
 */
const MAX_LARGE_FRAGMENTS = 32;
const LARGE_FRAGMENT_ROWS = 1_000;

/** Each commit makes a version, which is a file at least. */
const MAX_OLD_VERSIONS = 500;

/** What is kept may be so many times what the rows need, and so much more. */
const MAX_KEPT_FACTOR = 1.5;
const MAX_WASTE_BYTES = 8 * 1024 * 1024;

/** Each thousand rows outside the full-text index cost a search 10 to 15 ms. */
const MIN_UNINDEXED_ROWS = 1_000;
const MAX_UNINDEXED_SHARE = 0.02;

/**
 * A build of a large folder's full-text index takes ten seconds, in which saves wait: as long as forty searches longer through
 * a tenth of the rows, one by one, take in all. So this share, and 0.3 s of a search at most, wait for quiet.
 */
const MAX_SHARE_LEFT = 0.1;
const MAX_ROWS_LEFT = 20_000;

/** Other processes may read an old version for a while yet; what is older than this may go. */
const KEEP_VERSIONS_MS = 60 * 60 * 1000;

/** @returns true if the table was rewritten; its handle is then best opened anew. */
export async function compactIfWorthwhile(table: Table, tableDir: string): Promise<boolean> {
  const { fragmentStats, totalBytes, numRows } = await table.stats();
  const { numFragments, numSmallFragments, lengths } = fragmentStats;
  const isInPieces =
    numSmallFragments > MAX_FRAGMENTS || (numFragments > MAX_LARGE_FRAGMENTS && lengths.p50 >= LARGE_FRAGMENT_ROWS);
  const storedRows = lengths.mean * numFragments; // also those that were deleted
  const neededBytes = (totalBytes * numRows) / Math.max(1, storedRows);
  if (!isInPieces && !(await holdsTooMuchHistory(tableDir, neededBytes))) {
    return false;
  }
  await table.optimize({ cleanupOlderThan: new Date(Date.now() - KEEP_VERSIONS_MS) });
  return true;
}

/** True if there are old versions that may go by now, and far more bytes as old as they are than the rows need. */
async function holdsTooMuchHistory(tableDir: string, neededBytes: number): Promise<boolean> {
  const goesBefore = Date.now() - KEEP_VERSIONS_MS;
  let oldBytes = 0;
  let oldVersions = 0;
  for (const entry of await readdir(tableDir, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) {
      const { size, mtimeMs } = await stat(join(entry.parentPath, entry.name));
      if (mtimeMs < goesBefore) {
        oldBytes += size;
        oldVersions += Number(entry.name.endsWith(".manifest"));
      }
    }
  }
  return (
    oldVersions > MAX_OLD_VERSIONS || (oldVersions > 1 && oldBytes > MAX_KEPT_FACTOR * neededBytes + MAX_WASTE_BYTES)
  );
}

/**
 * Whether the full-text index is to be built anew: that disturbs searches less than bringing the old one up to date.
 *
 * @param isQuiet true where no run is under way: then what runs have left counts as well.
 */
export async function isIndexingWorthwhile(table: Table, isQuiet: boolean): Promise<boolean> {
  const stats = await table.indexStats(TERMS_INDEX);
  const indexed = stats?.numIndexedRows ?? 0;
  const unindexed = stats?.numUnindexedRows ?? Number.POSITIVE_INFINITY;
  const mostLeft = Math.min(MAX_ROWS_LEFT, MAX_SHARE_LEFT * (indexed + unindexed));
  return unindexed > Math.max(MIN_UNINDEXED_ROWS, isQuiet ? MAX_UNINDEXED_SHARE * indexed : mostLeft);
}

/** Removes what a killed writer left half written. Nothing else writes now, so every temporary file is litter. */
export async function removeLitter(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) {
      await removeLitter(path);
    } else if (entry.name.startsWith(".tmp") && (await isOld(path))) {
      await rm(path, { force: true });
    }
  }
}

/** A minute's grace, for a write that this process gave up and its library has not. */
async function isOld(path: string): Promise<boolean> {
  const { mtimeMs } = await stat(path);
  return Date.now() - mtimeMs > 60_000;
}
