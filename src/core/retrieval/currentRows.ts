/** Rows that count: those of superseded file versions may lie in the chunk table at any time. */

import type { ChunkHit, ChunkStore, FoundRow, SearchedManifest, SearchNarrowing } from "../ports";

/** A row that was found, of a file as the manifest names it. */
export interface CurrentRow extends FoundRow {
  readonly path: string;
}

interface Index {
  readonly manifest: SearchedManifest;
  readonly store: Pick<ChunkStore, "search" | "read">;
}

/**
 * The full-text query, without rows of superseded versions. A row that the manifest does not name may be of a file that
 * another process has just written: then the manifest is read again and the query asked once more.
 */
export async function currentRows(
  { manifest, store }: Index,
  terms: readonly string[],
  limit: number,
  signal?: AbortSignal,
  narrow?: SearchNarrowing,
): Promise<CurrentRow[]> {
  if (terms.length === 0 || narrow?.fileIds?.length === 0) {
    return [];
  }
  const rows = await store.search(terms, limit, narrow);
  signal?.throwIfAborted();
  const current = currentOf(rows, manifest);
  if (current.length === rows.length || !manifest.refresh()) {
    return current;
  }
  const again = await store.search(terms, limit, narrow);
  return currentOf(again, manifest);
}

/** The same with what the rows hold. */
export async function currentHits(
  index: Index,
  terms: readonly string[],
  limit: number,
  signal?: AbortSignal,
  narrow?: SearchNarrowing,
): Promise<ChunkHit[]> {
  const hits = await index.store.read(await currentRows(index, terms, limit, signal, narrow));
  signal?.throwIfAborted();
  return hits;
}

function currentOf(rows: readonly FoundRow[], manifest: SearchedManifest): CurrentRow[] {
  const current: CurrentRow[] = [];
  for (const { rowId, fileId, ordinal, score } of rows) {
    const path = manifest.withFileId(fileId)?.path;
    if (path !== undefined) {
      current.push({ rowId, fileId, ordinal, score, path });
    }
  }
  return current;
}

/** True for chunks that the manifest names. */
export function isCurrent(manifest: SearchedManifest): (hit: Pick<ChunkHit, "path" | "fileId">) => boolean {
  return ({ path, fileId }) => manifest.get(path)?.fileId === fileId;
}
