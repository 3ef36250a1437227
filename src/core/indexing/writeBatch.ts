/**
 * The write protocol: a batch of file changes, so that a kill at any point leaves every acknowledged file whole.
 *
 * 1. The new rows are added under file ids that were never used. Nobody reads them yet, for the manifest names none.
 * 2. The manifest commits the new records: the acknowledgement. From here on the new rows count, and the old do not.
 * 3. The old rows are deleted. If that does not come to pass, the next sweep does it.
 */

import type { ChunkRow, ChunkStore, FileRecord, Manifest } from "../ports";
import type { FileChange } from "./fileChange";

export interface IndexTarget {
  readonly manifest: Manifest;
  readonly store: ChunkStore;
}

/** @throws {EngineError} `disk-full`, `index-unwritable`, `index-damaged`; the batch is then in the index, or is not. */
export async function writeBatch({ manifest, store }: IndexTarget, changes: readonly FileChange[]): Promise<void> {
  const rows: ChunkRow[] = [];
  const put: FileRecord[] = [];
  const remove: string[] = [];
  const superseded: number[] = [];
  for (const change of changes) {
    if (change.known !== undefined && change.known.chunks > 0 && change.chunks !== undefined) {
      superseded.push(change.known.fileId);
    }
    if (change.next === undefined) {
      remove.push(change.path);
      continue;
    }
    const fileId = fileIdFor(change, manifest);
    put.push({ ...change.next, fileId });
    change.chunks?.forEach((chunk, ordinal) => {
      rows.push({ ...chunk, fileId, ordinal });
    });
  }
  await store.add(rows);
  manifest.commit({ put, remove });
  await store.deleteFiles(superseded);
}

/** A new version of a file has a new id; a record whose chunks stay keeps its own. */
function fileIdFor({ known, chunks }: FileChange, manifest: Manifest): number {
  return known !== undefined && chunks === undefined ? known.fileId : manifest.nextFileId();
}
