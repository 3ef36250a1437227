/**
 * Chunks that hold a quoted phrase word for word.
 *
 * The full-text index keeps no positions, which would double it; so the chunks that hold all words of a phrase are asked
 * for and their text is looked at.
 */

import type { ChunkHit, SearchNarrowing } from "../ports";
import { currentHits } from "./currentHits";
import type { Question } from "./query/question";
import { searchTerms } from "./query/terms";
import type { SearchDeps } from "./searchDeps";

/** Chunks that hold the words of one phrase and are looked at. */
const MAX_LOOKED_AT = 300;

/** @returns chunks that hold any of the question's phrases, in letters of either case and any white space. */
export async function exactHits(
  deps: Pick<SearchDeps, "manifest" | "store">,
  { phrases }: Question,
  narrow: SearchNarrowing | undefined,
): Promise<ChunkHit[]> {
  const found = await Promise.all(
    phrases.map(async (phrase) => {
      const terms = [...new Set(searchTerms(phrase))];
      const holding = await currentHits(deps, terms, MAX_LOOKED_AT, undefined, { ...narrow, mustHoldAll: true });
      const wanted = flat(phrase);
      return holding.filter(({ text }) => flat(text).includes(wanted));
    }),
  );
  return found.flat();
}

function flat(text: string): string {
  return text.replace(/\s+/g, " ").toLowerCase();
}
