/** Whether names and paths are anywhere in the indexed files, exactly as they are spelled. */

import type { SearchNarrowing } from "../ports";
import { currentHits } from "./currentRows";
import { narrowing } from "./narrowing";
import { searchTerms } from "./query/terms";
import { definesExactly } from "./ranking/findCandidates";
import { hasWord } from "./ranking/nameInText";
import type { SearchedFolder } from "./searchDeps";

/** Chunks that hold a name's words among which the name itself is looked for. */
const HITS = 40;

/** @returns those of the names that a file defines, or holds as a word. */
export async function knownNames(
  folders: readonly SearchedFolder[],
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const folder of folders) {
    const narrow = narrowing({ filters: [] }, folder.searcher.deps.manifest, folder.isElsewhere);
    await Promise.all(
      names.map(async (name) => {
        if (!known.has(name) && (await knowsName(folder, name, narrow))) {
          known.add(name);
        }
      }),
    );
  }
  return known;
}

async function knowsName(
  { searcher: { table, deps }, isElsewhere }: SearchedFolder,
  name: string,
  narrow: SearchNarrowing | undefined,
): Promise<boolean> {
  table.sync(deps.manifest);
  const counts = (path: string) => isElsewhere?.(path) !== true;
  const sites = table.sitesOf(name).filter(({ slot }) => counts(table.pathOf(slot) ?? ""));
  if (sites.some((site) => definesExactly(name, site, table, deps.manifest))) {
    return true;
  }
  const terms = [...new Set(searchTerms(name))];
  const hits = await currentHits(deps, terms, HITS, undefined, narrow);
  return hits.some(({ path, text }) => counts(path) && hasWord(text, name));
}

/** @param endLine true only for a file with that many lines. */
export function knowsPath(folders: readonly SearchedFolder[], path: string, endLine: number | undefined): boolean {
  return folders.some(({ searcher: { table, deps }, isElsewhere }) => {
    table.sync(deps.manifest);
    return table
      .pathsEndingWith(path)
      .some((one) => isElsewhere?.(one) !== true && (endLine ?? 0) <= (deps.manifest.get(one)?.lines ?? -1));
  });
}
