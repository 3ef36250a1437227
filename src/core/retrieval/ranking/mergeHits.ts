/** Joins what several queries found of one index. */

import type { ChunkHit } from "../../ports";

/** @returns the hits, and behind them those of the others that are not among them. */
export function mergeHits(hits: readonly ChunkHit[], others: readonly ChunkHit[]): readonly ChunkHit[] {
  const place = ({ fileId, ordinal }: ChunkHit) => `${fileId}:${ordinal}`;
  const known = new Set(hits.map(place));
  return [...hits, ...others.filter((hit) => !known.has(place(hit)))];
}
