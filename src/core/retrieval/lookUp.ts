/** Whether names and paths are anywhere in the indexed files, exactly as they are spelled. */

import { currentHits } from "./currentRows";
import { searchTerms } from "./query/terms";
import { definesExactly } from "./ranking/findCandidates";
import { hasWord } from "./ranking/nameInText";
import type { Searcher } from "./searchDeps";

/** Chunks that hold a name's words among which the name itself is looked for. */
const HITS = 40;

/** @returns those of the names that a file defines, or holds as a word. */
export async function knownNames(
  searchers: readonly Searcher[],
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const isKnown = await Promise.all(names.map((name) => knowsName(searchers, name)));
  return new Set(names.filter((_, at) => isKnown[at]));
}

async function knowsName(searchers: readonly Searcher[], name: string): Promise<boolean> {
  for (const { table, deps } of searchers) {
    table.sync(deps.manifest);
    if (table.sitesOf(name).some((site) => definesExactly(name, site, table, deps.manifest))) {
      return true;
    }
    const terms = [...new Set(searchTerms(name))];
    const hits = await currentHits(deps, terms, HITS);
    if (hits.some(({ text }) => hasWord(text, name))) {
      return true;
    }
  }
  return false;
}

/** @param endLine true only for a file with that many lines. */
export function knowsPath(searchers: readonly Searcher[], path: string, endLine: number | undefined): boolean {
  return searchers.some(({ table, deps }) => {
    table.sync(deps.manifest);
    return table
      .slotsEndingWith(path)
      .some((slot) => (endLine ?? 0) <= (deps.manifest.get(table.pathOf(slot) ?? "")?.lines ?? -1));
  });
}
