/** What an index holds, in numbers and by file. */

import type { FileRecord } from "../../core/ports";
import type { FileReport, IndexSummary } from "../../domain/indexStatus";

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

/** In order of their paths. */
export function fileReports(records: Iterable<FileRecord>): FileReport[] {
  const reports = Array.from(records, ({ path, state, reason, chunks }) => ({ path, state, reason, chunks }));
  return reports.sort((a, b) => (a.path < b.path ? -1 : 1));
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
