/** Which texts are worth cutting into chunks for a query: those that hold its rarest words most often. */

import type { TextCounts } from "./wordScan";

/** As those of BM25; a long file is not to lose for its length alone, since its best chunk is what will count. */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.4;

/** A word in the path of a file says as much as this many in its text. */
const PATH_COUNT = 3;

export interface CountedText extends TextCounts {
  readonly path: string;
  /** The same of the path. */
  readonly pathCounts: Uint32Array | undefined;
}

/**
 * @param texts all that hold any term.
 * @param looked how many were looked at.
 * @returns best first; equal ones in order of path.
 */
export function rankTexts(texts: readonly CountedText[], looked: number): CountedText[] {
  const terms = texts[0]?.counts.length ?? 0;
  const weights = Array.from({ length: terms }, (_, term) => {
    const holding = texts.reduce((sum, { counts }) => sum + Number((counts[term] ?? 0) > 0), 0);
    return Math.log(1 + (looked - holding + 0.5) / (holding + 0.5));
  });
  const averageLength = texts.reduce((sum, { length }) => sum + length, 0) / Math.max(1, texts.length);
  return texts
    .map((text) => ({ text, score: scoreOf(text, weights, averageLength) }))
    .sort((a, b) => b.score - a.score || (a.text.path < b.text.path ? -1 : 1))
    .map(({ text }) => text);
}

function scoreOf(
  { counts, pathCounts, length }: CountedText,
  weights: readonly number[],
  averageLength: number,
): number {
  const norm = SATURATION * (1 - LENGTH_SHARE + (LENGTH_SHARE * length) / averageLength);
  return weights.reduce((sum, weight, term) => {
    const count = (counts[term] ?? 0) + PATH_COUNT * Math.min(1, pathCounts?.[term] ?? 0);
    return sum + (weight * count) / (count + norm);
  }, 0);
}
