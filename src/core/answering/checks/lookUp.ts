/** Looks up in the index what the sources do not hold: a name or a path that is real is no invention, only unseen. */

import type { AnswerCheck } from "../../../domain/answer";
import type { LookUp, SourceCheck } from "./citations";

export interface IndexLookUp {
  /** @returns those of the names that a file defines, or holds as a word. */
  knownNames(names: readonly string[]): Promise<ReadonlySet<string>>;
  /** @param endLine true only if the file has that many lines. */
  hasPath(path: string, endLine: number | undefined): Promise<boolean>;
}

/** Things that are looked up; an answer that invents more is marked well enough. */
const MAX_LOOKED_UP = 40;

/** @param index undefined where there is nothing to look in. */
export async function lookUpInIndex(
  checks: readonly SourceCheck[],
  index: IndexLookUp | undefined,
): Promise<AnswerCheck[]> {
  const lookUps = checks.flatMap(({ isFound, lookUp }) => (isFound || lookUp === undefined ? [] : lookUp));
  const inIndex = index === undefined ? new Set() : await findInIndex(lookUps.slice(0, MAX_LOOKED_UP), index);
  return checks.map(({ kind, text, isFound, lookUp }): AnswerCheck => {
    const found = isFound ? "sources" : inIndex.has(lookUp) ? "index" : "nowhere";
    return { kind, text, found };
  });
}

async function findInIndex(lookUps: readonly LookUp[], index: IndexLookUp): Promise<ReadonlySet<LookUp | undefined>> {
  const names = new Set(lookUps.flatMap((lookUp) => ("names" in lookUp ? lookUp.names : [])));
  const known = names.size > 0 ? await index.knownNames([...names]) : names;
  const isThere = await Promise.all(
    lookUps.map(async (lookUp) =>
      "names" in lookUp ? lookUp.names.every((name) => known.has(name)) : index.hasPath(lookUp.path, lookUp.endLine),
    ),
  );
  return new Set(lookUps.filter((_, at) => isThere[at]));
}
