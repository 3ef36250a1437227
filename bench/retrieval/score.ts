/**
 * Scores of one ranked list, by the rules of the public code-search benchmark: a target counts at the rank of the first
 * result whose path ends with it, gain is binary, several targets at one rank count once.
 */

/** Results that count. */
const DEPTH = 10;

/** @param found paths, best first, repetitions included. */
export function ndcgAt10(found: readonly string[], targets: readonly string[]): number {
  const gains = [...new Set(ranksOf(found, targets))].map(discount);
  const ideal = Array.from({ length: Math.min(DEPTH, targets.length) }, (_, index) => discount(index + 1));
  return sum(gains) / Math.max(sum(ideal), Number.MIN_VALUE);
}

/** The share of the targets among the first ten. */
export function recallAt10(found: readonly string[], targets: readonly string[]): number {
  return ranksOf(found, targets).length / Math.max(1, targets.length);
}

/** Ranks from 1 of the targets that were found. */
function ranksOf(found: readonly string[], targets: readonly string[]): number[] {
  const first = found.slice(0, DEPTH);
  return targets.flatMap((target) => {
    const index = first.findIndex((path) => isSameFile(path, target));
    return index >= 0 ? [index + 1] : [];
  });
}

/** One may stand for a whole repository and the other for a folder of it. */
function isSameFile(a: string, b: string): boolean {
  return a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);
}

function discount(rank: number): number {
  return 1 / Math.log2(rank + 1);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) {
    total += value;
  }
  return total;
}
