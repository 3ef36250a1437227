/**
 * Chunks that hold a quoted phrase word for word.
 *
 * The full-text index keeps no positions, which would double it; so the chunks that hold all words of a phrase are asked
 * for and their text is looked at.
 */

import { placeKey } from "../chunkPlace";
import type { SearchNarrowing } from "../ports";
import { type CurrentRow, currentRows } from "./currentRows";
import type { Question } from "./query/question";
import { searchTerms } from "./query/terms";
import { holdsPhrase } from "./ranking/holdsPhrase";
import type { SearchDeps } from "./searchDeps";

/** Chunks that hold the words of one phrase and are looked at. */
const MAX_LOOKED_AT = 300;

/** @returns chunks that hold any of the question's phrases, in letters of either case and any white space. */
export async function exactRows(
  deps: Pick<SearchDeps, "manifest" | "store">,
  { phrases }: Question,
  narrow: SearchNarrowing | undefined,
): Promise<CurrentRow[]> {
  const found = await Promise.all(
    phrases.map(async (phrase) => {
      const terms = [...new Set(searchTerms(phrase))];
      const rows = await currentRows(deps, terms, MAX_LOOKED_AT, undefined, { ...narrow, mustHoldAll: true });
      const chunks = rows.length === 0 ? [] : await deps.store.read(rows);
      const holding = new Set(chunks.filter(({ text }) => holdsPhrase(text, phrase)).map(placeKey));
      return rows.filter((row) => holding.has(placeKey(row)));
    }),
  );
  return found.flat();
}
