/** What a search needs, offers and returns. */

import type { SearchNotice } from "../../domain/answer";
import type { KeptTable, PatternMatcher, SearchedManifest, SearchedStore } from "../ports";
import type { Question } from "./query/question";
import type { RankedChunk } from "./ranking/pickChunks";
import type { FileCandidate } from "./ranking/rankFiles";
import type { MeaningSearch } from "./similarChunks";
import type { CommitIndex } from "./table/commitIndex";
import type { FileTable } from "./table/fileTable";

export interface SearchDeps {
  /** Its last part alone. */
  readonly folderName: string;
  readonly manifest: SearchedManifest;
  readonly store: SearchedStore;
  /** As they are now. */
  readonly commits: () => CommitIndex;
  readonly keptTable: KeptTable;
  /** Of the files of `manifest`, where it outlives the searcher. */
  readonly table?: FileTable;
  readonly patterns: PatternMatcher;
  /** Resolves once all that waits for this thread has had its turn. */
  readonly nextTurn: () => Promise<unknown>;
}

/** Searches the index of one folder. */
export interface Searcher {
  /**
   * @param query anything a person types; never too long.
   * @param meaning the query as a vector; undefined searches by words alone.
   * @returns at most `limit` chunks, best first; empty where nothing matches.
   */
  search(query: string, limit: number, signal?: AbortSignal, meaning?: MeaningSearch): Promise<RankedChunk[]>;
  /** What `searchFolders` needs of each folder: files worth ranking, with features as measured. */
  candidates(
    question: Question,
    signal?: AbortSignal,
    searched?: Pick<SearchedFolder, "meaning" | "isElsewhere">,
  ): Promise<FileCandidate[]>;
  readonly table: FileTable;
  /** Keeps the table where that saves the next engine time. To be called by the holder of the lock. */
  keepTable(): Promise<void>;
  readonly deps: SearchDeps;
}

/** A folder that is searched with others. */
export interface SearchedFolder {
  readonly searcher: Searcher;
  /** For all folders of a search, with the same vector, or for none. */
  readonly meaning?: MeaningSearch | undefined;
  /** True for a file that another of the folders holds as it is now: here it does not count. */
  readonly isElsewhere?: ((path: string) => boolean) | undefined;
}

/** What a search of folders returns: at most as many chunks as asked for, best first, each with its folder. */
export interface Found<Folder> {
  readonly results: readonly { readonly folder: Folder; readonly chunk: RankedChunk }[];
  readonly notice: SearchNotice | undefined;
}
