/**
 * Search without a model: one full-text query for the best few hundred chunks, files nominated by path and by the
 * names they define, files ranked by a sum of features, and the best chunks of the best files.
 *
 * Rows of superseded file versions may lie in the chunk table at any time; only those that the manifest names count.
 */

import type { ChunkHit, ChunkStore, Manifest } from "../ports";
import { analyseQuestion, type Question } from "./query/question";
import { compareChunks, definitionMatch, pickChunks, type RankedChunk } from "./ranking/pickChunks";
import { type FileCandidate, findCandidates, type RankedFile, rankFiles } from "./ranking/rankFiles";
import { createFileTable, type FileTable } from "./table/fileTable";

/** Chunks that the full-text query returns. */
const TEXT_HITS = 200;

/** Files whose chunks are shown are at most as many as results asked for, and at most this many. */
const MAX_FILES = 60;

/** Of those, files whose chunks are read in full because the full-text query did not return the right ones. */
const MAX_FILES_READ = 12;

/** A file with more chunks is read in full only if nothing of it is known. */
const MAX_CHUNKS_READ = 400;

export interface SearchDeps {
  readonly manifest: Manifest;
  readonly store: ChunkStore;
}

/** Searches the index of one folder. */
export interface Searcher {
  /**
   * @param query anything a person types; never too long.
   * @returns at most `limit` chunks, best first; empty where nothing matches.
   */
  search(query: string, limit: number, signal?: AbortSignal): Promise<RankedChunk[]>;
  /** What `searchFolders` needs of each folder: files worth ranking, with features as measured. */
  candidates(question: Question, signal?: AbortSignal): Promise<FileCandidate[]>;
  /** The current chunks of the files of this folder, by path. */
  chunksOf(files: readonly FileCandidate[]): Promise<Map<string, ChunkHit[]>>;
  readonly table: FileTable;
  readonly deps: SearchDeps;
}

export function createSearcher(deps: SearchDeps): Searcher {
  const table = createFileTable();
  const searcher: Searcher = {
    table,
    deps,
    search: async (query, limit, signal) => {
      const found = await searchFolders([{ searcher }], query, limit, signal);
      return found.map(({ chunk }) => chunk);
    },
    candidates: async (question, signal) => {
      const hits = await currentHits(deps, question.terms, TEXT_HITS, signal);
      table.sync(deps.manifest);
      return findCandidates(question, hits, table, deps.manifest);
    },
    chunksOf: async (files) => {
      const chunks = await deps.store.chunksOfFiles(files.map(({ fileId }) => fileId));
      return Map.groupBy(chunks.filter(isCurrent(deps.manifest)), ({ path }) => path);
    },
  };
  return searcher;
}

/**
 * Searches several folders as one: their files are ranked against each other.
 *
 * @param folders whatever the caller knows folders by, each with its searcher.
 * @returns at most `limit` chunks, best first, each with its folder.
 */
export async function searchFolders<Folder extends { readonly searcher: Searcher }>(
  folders: readonly Folder[],
  query: string,
  limit: number,
  signal?: AbortSignal,
): Promise<{ readonly folder: Folder; readonly chunk: RankedChunk }[]> {
  const found = await searchFor(analyseQuestion(query), folders, limit, signal);
  // A word by itself may be a name; where no folder knows it, it may be Spanish.
  return found.length > 0 ? found : searchFor(analyseQuestion(query, true), folders, limit, signal);
}

async function searchFor<Folder extends { readonly searcher: Searcher }>(
  question: Question,
  folders: readonly Folder[],
  limit: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly folder: Folder; readonly chunk: RankedChunk }[]> {
  if (limit < 1 || (question.terms.length === 0 && question.paths.length === 0)) {
    return [];
  }
  const candidates = await Promise.all(
    folders.map(async (folder) => {
      const found = await folder.searcher.candidates(question, signal);
      return found.map((candidate) => ({ ...candidate, folder }));
    }),
  );
  signal?.throwIfAborted();
  const files = rankFiles(question, candidates.flat()).slice(0, Math.min(limit, MAX_FILES));
  const picked = await Promise.all(
    folders.map(async (folder) => {
      const own = files.filter(({ candidate }) => candidate.folder === folder);
      const chunks = await chunksToShow(question, own, folder.searcher);
      return chunks.map((chunk) => ({ folder, chunk }));
    }),
  );
  signal?.throwIfAborted();
  return picked
    .flat()
    .sort((a, b) => compareChunks(a.chunk, b.chunk))
    .slice(0, limit);
}

/** The chunks of ranked files: those the query hit, and all chunks of files whose right chunk it did not hit. */
async function chunksToShow(
  question: Question,
  files: readonly RankedFile<FileCandidate>[],
  searcher: Searcher,
): Promise<RankedChunk[]> {
  const unread = files
    .filter(({ candidate }) => lacksChunk(question, candidate, searcher.deps.manifest))
    .slice(0, MAX_FILES_READ)
    .map(({ candidate }) => candidate);
  const read = unread.length > 0 ? await searcher.chunksOf(unread) : new Map<string, ChunkHit[]>();
  return files.flatMap((file) => {
    const { hits, path } = file.candidate;
    const known = new Set(hits.map(({ ordinal }) => ordinal));
    const others = (read.get(path) ?? []).filter(({ ordinal }) => !known.has(ordinal));
    return pickChunks(question, file, [...hits, ...others.map((chunk) => ({ ...chunk, score: 0 }))]);
  });
}

/** True where the query returned no chunk of the file, or not the one that the question names. */
function lacksChunk(question: Question, { path, hits, features }: FileCandidate, manifest: Manifest): boolean {
  if (hits.length === 0) {
    return true;
  }
  if ((manifest.get(path)?.chunks ?? 0) > MAX_CHUNKS_READ) {
    return false;
  }
  const isDefining = features.wholeDefinition > 0 || features.namedDefinition > 0;
  const definesNone = !question.names.some((name) => hits.some((hit) => definitionMatch(hit, name) > 0));
  const isNamedWithLine = features.pathMention > 0 && question.paths.some(({ line }) => line !== undefined);
  return (isDefining && definesNone) || isNamedWithLine;
}

/**
 * The full-text query, without rows of superseded versions. A row that the manifest does not name may be of a file that
 * another process has just written: then the manifest is read again and the query asked once more.
 */
export async function currentHits(
  { manifest, store }: SearchDeps,
  terms: readonly string[],
  limit: number,
  signal?: AbortSignal,
): Promise<ChunkHit[]> {
  if (terms.length === 0) {
    return [];
  }
  const hits = await store.search(terms, limit);
  signal?.throwIfAborted();
  const current = hits.filter(isCurrent(manifest));
  if (current.length === hits.length || !manifest.refresh()) {
    return current;
  }
  const again = await store.search(terms, limit);
  return again.filter(isCurrent(manifest));
}

function isCurrent(manifest: Manifest): (hit: ChunkHit) => boolean {
  return ({ path, fileId }) => manifest.get(path)?.fileId === fileId;
}
