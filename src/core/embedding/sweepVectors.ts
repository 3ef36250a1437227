/**
 * Which vectors may go because no chunk refers to them.
 *
 * Not at once: who switches to another branch and back has not changed a thing. So an unused vector stays for some weeks,
 * unless there are more of them than of those in use; then the ones unused longest go first.
 */

const KEEP_UNUSED_MS = 30 * 24 * 60 * 60 * 1000;

/** So many unused ones are never too many. */
const MIN_KEPT = 5_000;

export interface Sweep {
  readonly remove: readonly string[];
  /** Milliseconds since the epoch at which each unused key that stays was first seen to be so. */
  readonly unusedSince: Readonly<Record<string, number>>;
}

/**
 * @param stored every key that has a vector. @param used every key that a chunk refers to.
 * @param known `unusedSince` of the last sweep.
 */
export function sweepUnused(
  stored: ReadonlySet<string>,
  used: ReadonlySet<string>,
  known: Readonly<Record<string, number>>,
  now: number,
): Sweep {
  const unused = [...stored]
    .filter((key) => !used.has(key))
    .map((key) => ({ key, since: known[key] ?? now }))
    .sort((a, b) => b.since - a.since || (a.key < b.key ? -1 : 1));
  const kept = unused.slice(0, Math.max(MIN_KEPT, used.size)).filter(({ since }) => now - since < KEEP_UNUSED_MS);
  const keeps = new Set(kept.map(({ key }) => key));
  return {
    remove: unused.map(({ key }) => key).filter((key) => !keeps.has(key)),
    unusedSince: Object.fromEntries(kept.map(({ key, since }) => [key, since])),
  };
}
