/**
 * The full comparison of manifest and chunk table: every record and every row against the hash it was written with.
 *
 * A record that is not as it was written, or whose rows are not, is dropped, so that the next run indexes that file
 * again and no other; rows that belong to no record go as well.
 */

import type { FileRecord, HashText } from "../ports";
import { RowsHash } from "./rowsHash";
import type { OnDrop } from "./sweepIndex";
import type { IndexTarget } from "./writeBatch";

/**
 * @param hashText as the rows were hashed when they were written.
 * @param onDrop gets a broken path as it is found.
 * @throws {EngineError} `index-damaged` where the manifest or the table cannot be read, …
 */
export async function verifyIndex({ manifest, store }: IndexTarget, hashText: HashText, onDrop: OnDrop): Promise<void> {
  const broken = new Set(manifest.verify());
  const found = await hashRows({ manifest, store }, hashText);
  const strays = new Set(found.keys());
  for (const record of manifest.all()) {
    if (!broken.has(record.path) && isWhole(record, found.get(record.fileId))) {
      strays.delete(record.fileId);
    } else {
      broken.add(record.path);
    }
  }
  if (broken.size > 0) {
    onDrop([...broken].sort());
  }
  manifest.commit({ put: [], remove: [...broken] });
  await store.deleteFiles([...strays]);
}

function isWhole(record: FileRecord, found: RowsHash | undefined): boolean {
  return (found?.rows ?? 0) === record.chunks && (found?.value ?? "") === record.chunksHash;
}

/** A row that is not sound has its file count as one without rows: no search could show it. */
async function hashRows({ store }: IndexTarget, hashText: HashText): Promise<Map<number, RowsHash>> {
  const hashes = new Map<number, RowsHash>();
  const spoilt = new Set<number>();
  for await (const rows of store.scanChecked()) {
    for (const row of rows) {
      if (!row.isSound) {
        spoilt.add(row.fileId);
      }
      let hash = hashes.get(row.fileId);
      if (hash === undefined) {
        hash = new RowsHash(hashText);
        hashes.set(row.fileId, hash);
      }
      hash.add(row, row.ordinal);
    }
  }
  for (const fileId of spoilt) {
    hashes.set(fileId, new RowsHash(hashText));
  }
  return hashes;
}
