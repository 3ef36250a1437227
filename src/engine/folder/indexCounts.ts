/** What an index holds, in numbers. */

import type { FileRecord } from "../../core/ports";
import type { IndexSummary } from "../../domain/indexStatus";

export interface Counts {
  files: number;
  skipped: number;
  chunks: number;
  bytes: number;
  updatedAt: number | undefined;
}

export const NOTHING: Counts = { files: 0, skipped: 0, chunks: 0, bytes: 0, updatedAt: undefined };

/** Adds up what the manifest says. */
export function count(records: Iterable<FileRecord>): Counts {
  const counts = { ...NOTHING };
  for (const record of records) {
    if (record.state === "indexed") {
      counts.files += 1;
      counts.bytes += record.sizeBytes;
    } else {
      counts.skipped += 1;
    }
    counts.chunks += record.chunks;
    counts.updatedAt = Math.max(counts.updatedAt ?? 0, record.indexedAt);
  }
  return counts;
}

/** Of a run that did nothing. */
export function emptySummary(folder: string): IndexSummary {
  return {
    folder,
    files: 0,
    chunks: 0,
    skipped: 0,
    bytes: 0,
    filesIndexed: 0,
    filesRemoved: 0,
    chunksWritten: 0,
    embedded: 0,
    reused: 0,
    elapsedMs: 0,
  };
}
