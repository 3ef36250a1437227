/** Search by meaning: the chunks whose vectors point where the question's does. */

import type { ChunkKeys } from "../embedding/chunkKeys";
import type { VectorStore } from "../ports";

/** A question as a vector, and the vectors to compare it with: of one identity, those of one folder. */
export interface MeaningSearch {
  readonly vector: Float32Array;
  readonly store: Pick<VectorStore, "nearest" | "keys">;
  readonly keys: ChunkKeys;
}

export interface SimilarChunk {
  readonly path: string;
  readonly fileId: number;
  readonly ordinal: number;
  /** Above the least similar one that was found: only differences of cosines say something. */
  readonly similarity: number;
}

/** Chunks that are found, and vectors of texts no longer there that may lie between them. */
const SIMILAR_CHUNKS = 200;
const MAX_HITS = 2 * SIMILAR_CHUNKS;

/** @returns most similar first; `keys` is up to date afterwards. */
export async function similarChunks({ vector, store, keys }: MeaningSearch): Promise<SimilarChunk[]> {
  await keys.sync();
  const isMixed = store.keys.size > keys.size;
  const hits = await store.nearest(vector, isMixed ? MAX_HITS : SIMILAR_CHUNKS);
  const current = hits.map(({ key, similarity }) => ({ similarity, places: keys.places(key) }));
  const found = current.filter(({ places }) => places.length > 0).slice(0, SIMILAR_CHUNKS);
  const least = found.at(-1)?.similarity ?? 0;
  return found.flatMap(({ similarity, places }) =>
    places.map((place) => ({ ...place, similarity: similarity - least })),
  );
}
