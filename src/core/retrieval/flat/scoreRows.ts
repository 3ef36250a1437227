/** BM25 over chunks of some files, with terms as rare as they are in many more. */

import type { ChunkRow, FoundFiles, FoundRow } from "../../ports";

/** Those of the full-text index. */
const K1 = 1.2;
const B = 0.75;

/** @returns the rows that hold any term, or all of them where that is asked for; best first. */
export function scoreRows(
  rows: readonly ChunkRow[],
  terms: readonly string[],
  { chunks, holding }: Pick<FoundFiles, "chunks" | "holding">,
  mustHoldAll: boolean,
): FoundRow[] {
  const weights = terms.map((_, term) => {
    const those = Math.min(chunks, holding[term] ?? 0);
    return Math.log(1 + (chunks - those + 0.5) / (those + 0.5));
  });
  const position = new Map(terms.map((term, index) => [term, index]));
  const counted = rows.map((row) => ({ row, ...countTerms(row, position) }));
  const averageLength = counted.reduce((sum, { length }) => sum + length, 0) / Math.max(1, counted.length);
  return counted
    .filter(({ counts }) => (mustHoldAll ? counts.every((count) => count > 0) : counts.some((count) => count > 0)))
    .map(({ row: { fileId, ordinal }, counts, length }) => {
      const norm = K1 * (1 - B + (B * length) / averageLength);
      const score = weights.reduce((sum, weight, term) => {
        const count = counts[term] ?? 0;
        return sum + (weight * count * (K1 + 1)) / (count + norm);
      }, 0);
      return { rowId: undefined, fileId, ordinal, score };
    })
    .sort((a, b) => b.score - a.score || a.fileId - b.fileId || a.ordinal - b.ordinal);
}

function countTerms({ terms }: ChunkRow, position: ReadonlyMap<string, number>): { counts: number[]; length: number } {
  const counts = Array.from(position, () => 0);
  const all = terms.split(" ");
  for (const term of all) {
    const at = position.get(term);
    if (at !== undefined) {
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  return { counts, length: all.length };
}
