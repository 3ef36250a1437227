/** Full-text hits that count: rows of superseded file versions may lie in the chunk table at any time. */

import type { ChunkHit, Manifest, SearchNarrowing } from "../ports";
import type { SearchDeps } from "./searchDeps";

/**
 * The full-text query, without rows of superseded versions. A row that the manifest does not name may be of a file that
 * another process has just written: then the manifest is read again and the query asked once more.
 */
export async function currentHits(
  { manifest, store }: Pick<SearchDeps, "manifest" | "store">,
  terms: readonly string[],
  limit: number,
  signal?: AbortSignal,
  narrow?: SearchNarrowing,
): Promise<ChunkHit[]> {
  if (terms.length === 0) {
    return [];
  }
  const hits = await store.search(terms, limit, narrow);
  signal?.throwIfAborted();
  const current = hits.filter(isCurrent(manifest));
  if (current.length === hits.length || !manifest.refresh()) {
    return current;
  }
  const again = await store.search(terms, limit, narrow);
  return again.filter(isCurrent(manifest));
}

/** True for rows that the manifest names. */
export function isCurrent(manifest: Manifest): (hit: Pick<ChunkHit, "path" | "fileId">) => boolean {
  return ({ path, fileId }) => manifest.get(path)?.fileId === fileId;
}
