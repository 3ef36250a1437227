/** Looks up in the index what the sources do not hold: a name or a path that is real is no invention, only unseen. */

import type { AnswerCheck } from "../../../domain/answer";
import type { LookUp, SourceCheck } from "./citations";

export interface IndexLookUp {
  /** True if a file defines the name, or holds it as a word. */
  hasName(name: string): Promise<boolean>;
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
  let left = MAX_LOOKED_UP;
  return Promise.all(
    checks.map(async ({ kind, text, isFound, lookUp }): Promise<AnswerCheck> => {
      if (isFound) {
        return { kind, text, found: "sources" };
      }
      const isLookedUp = index !== undefined && lookUp !== undefined && left > 0;
      left -= isLookedUp ? 1 : 0;
      return { kind, text, found: isLookedUp && (await isInIndex(lookUp, index)) ? "index" : "nowhere" };
    }),
  );
}

async function isInIndex(lookUp: LookUp, index: IndexLookUp): Promise<boolean> {
  if ("path" in lookUp) {
    return index.hasPath(lookUp.path, lookUp.endLine);
  }
  const known = await Promise.all(lookUp.names.map((name) => index.hasName(name)));
  return known.every((isKnown) => isKnown);
}
