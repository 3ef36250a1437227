/** The searcher of an index, over files that no index holds. */

import type { SearchDeps, Searcher } from "../searchDeps";
import { createSearcher } from "../searcher";
import { CommitIndex } from "../table/commitIndex";
import type { FlatFiles } from "./flatFiles";
import type { FlatSearch } from "./flatSearch";

/** Of these files no commits are known yet. */
const NO_COMMITS = new CommitIndex([]);

const NOTHING_KEPT = { read: () => undefined, write: () => Promise.resolve() };

/** @param search of these files, by which everything that is asked of the searcher has to be done. */
export function createFlatSearcher(
  { manifest, table }: FlatFiles,
  { store }: FlatSearch,
  { folderName, patterns, nextTurn }: Pick<SearchDeps, "folderName" | "patterns" | "nextTurn">,
): Searcher {
  const commits = () => NO_COMMITS;
  return createSearcher({ folderName, patterns, nextTurn, manifest, table, store, commits, keptTable: NOTHING_KEPT });
}
