/**
 * What a file gains by standing beside one that ranks high: in its directory, or under its name elsewhere (`pool.ts` and
 * `pool.d.ts`, `pool.c` and `pool.h`). What a question is about is seldom all in one file.
 */

/** The best score of another file, 0 for none. */
export interface Neighbours {
  readonly sameDirectory: number;
  readonly sameName: number;
}

/**
 * @param paths of different files.
 * @param scores by path, from 0.
 */
export function neighboursOf(paths: readonly string[], scores: readonly number[]): Neighbours[] {
  const inDirectory = bestOthers(paths.map(directoryOf), scores);
  const ofName = bestOthers(paths.map(nameOf), scores);
  return paths.map((_, at) => ({ sameDirectory: inDirectory[at] ?? 0, sameName: ofName[at] ?? 0 }));
}

/** For each, the best score of the others of its group. */
function bestOthers(groups: readonly string[], scores: readonly number[]): number[] {
  const best = new Map<string, { at: number; first: number; second: number }>();
  for (const [at, group] of groups.entries()) {
    const score = scores[at] ?? 0;
    const known = best.get(group);
    if (known === undefined) {
      best.set(group, { at, first: score, second: 0 });
    } else if (score > known.first) {
      best.set(group, { at, first: score, second: known.first });
    } else {
      known.second = Math.max(known.second, score);
    }
  }
  return groups.map((group, at) => {
    const { at: bestAt, first, second } = best.get(group) ?? { at, first: 0, second: 0 };
    return bestAt === at ? second : first;
  });
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** Up to the first dot that is not its first character. */
function nameOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const dot = name.indexOf(".", 1);
  return dot < 0 ? name : name.slice(0, dot);
}
