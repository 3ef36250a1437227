/**
 * Search: one full-text query for the best few hundred chunks, files nominated by path and by the names they define,
 * files ranked by a sum of features, and the best chunks of the best files. Where there are vectors, the chunks most
 * similar to the question nominate their files as well, and the similarity is one more feature.
 *
 * Rows of superseded file versions may lie in the chunk table at any time; only those that the manifest names count.
 */

import type { LineRange } from "../../domain/lines";
import type { ChunkHit, Manifest, SearchNarrowing } from "../ports";
import { currentHits, isCurrent } from "./currentHits";
import { exactHits } from "./exactHits";
import { narrowing } from "./narrowing";
import { analyseQuestion, type Question, type Topic } from "./query/question";
import { mergeHits } from "./ranking/mergeHits";
import { pathKinds } from "./ranking/pathPenalty";
import { compareChunks, definitionMatch, pickChunks, type RankedChunk } from "./ranking/pickChunks";
import { type FileCandidate, findCandidates, type RankedFile, rankFiles } from "./ranking/rankFiles";
import type { Found, SearchDeps, SearchedFolder, Searcher } from "./searchDeps";
import { searchLiteral, searchPattern } from "./searchPattern";
import { similarChunks } from "./similarChunks";
import { createFileTable } from "./table/fileTable";

/** Chunks that the full-text query returns. */
const TEXT_HITS = 200;

/** With a larger share of them in files that rank lower for what they are of, the others are asked for as well. */
const CROWDED_SHARE = 0.4;

/** Files whose chunks are shown are at most as many as results asked for, and at most this many. */
const MAX_FILES = 60;

/** Of those, files whose chunks are read in full because the full-text query did not return the right ones. */
const MAX_FILES_READ = 12;

/** A file with more chunks is read in full only if nothing of it is known. */
const MAX_CHUNKS_READ = 400;

/** To name more files than these takes longer than the query that they are named in. */
const MAX_PLAIN_FILES = 5_000;

const NO_TOPICS: ReadonlySet<Topic> = new Set();

export function createSearcher(deps: SearchDeps): Searcher {
  const table = createFileTable();
  const plainFiles = plainFilesOf(deps.manifest);
  const searcher: Searcher = {
    table,
    deps,
    search: async (query, limit, signal, meaning) => {
      const { results } = await searchFolders([{ searcher, meaning }], query, limit, signal);
      return results.map(({ chunk }) => chunk);
    },
    candidates: async (question, signal, meaning) => {
      const narrow = narrowing(question, deps.manifest);
      if (narrow?.fileIds?.length === 0) {
        return [];
      }
      const hits = await uncrowdedHits(deps, question, narrow, plainFiles, signal);
      const exact = await exactHits(deps, question, narrow);
      const similar = meaning === undefined ? [] : await similarChunks(meaning);
      table.sync(deps.manifest);
      return findCandidates(question, { hits, exact, similar }, table, deps.manifest);
    },
    chunksOf: async (files) => {
      const chunks = await deps.store.chunksOfFiles(files.map(({ fileId }) => fileId));
      return Map.groupBy(chunks.filter(isCurrent(deps.manifest)), ({ path }) => path);
    },
  };
  return searcher;
}

/**
 * The best chunks, and where tests and documents crowd out the rest the best of the other files too. A test repeats every
 * word of what it tests, and documents come in ten languages; among so few chunks the code itself might be missing.
 */
async function uncrowdedHits(
  deps: SearchDeps,
  { terms, topics }: Question,
  narrow: SearchNarrowing | undefined,
  plainFiles: () => readonly number[],
  signal: AbortSignal | undefined,
): Promise<readonly ChunkHit[]> {
  const hits = await currentHits(deps, terms, TEXT_HITS, signal, narrow);
  if (narrow !== undefined || hits.length < TEXT_HITS) {
    return hits;
  }
  const crowd = hits.filter(({ path }) => pathKinds(path, topics).length > 0).length;
  if (crowd <= TEXT_HITS * CROWDED_SHARE) {
    return hits;
  }
  const fileIds = plainFiles();
  if (fileIds.length === 0 || fileIds.length > MAX_PLAIN_FILES) {
    return hits;
  }
  const others = await currentHits(deps, terms, TEXT_HITS, signal, { fileIds });
  return mergeHits(hits, others);
}

/** Files that are of nothing that ranks lower; listed anew when the manifest has changed. */
function plainFilesOf(manifest: Manifest): () => readonly number[] {
  let known: { readonly revision: number; readonly fileIds: readonly number[] } | undefined;
  return () => {
    if (known?.revision !== manifest.revision) {
      const plain = [...manifest.all()].filter(
        ({ state, path }) => state === "indexed" && pathKinds(path, NO_TOPICS).length === 0,
      );
      known = { revision: manifest.revision, fileIds: plain.map(({ fileId }) => fileId) };
    }
    return known.fileIds;
  };
}

/**
 * Searches several folders as one: their files are ranked against each other.
 *
 * @param folders whatever the caller knows folders by, each with its searcher.
 */
export async function searchFolders<Folder extends SearchedFolder>(
  folders: readonly Folder[],
  query: string,
  limit: number,
  signal?: AbortSignal,
): Promise<Found<Folder>> {
  const question = analyseQuestion(query);
  if (limit < 1) {
    return { results: [], notice: undefined };
  }
  if (question.pattern !== undefined) {
    return searchPattern(folders, question, question.pattern, limit, signal);
  }
  const found = await searchWords(folders, question, limit, signal);
  // A word by itself may be a name; where no folder knows it, it may be Spanish.
  const results = found.length > 0 ? found : await searchWords(folders, analyseQuestion(query, true), limit, signal);
  return results.length > 0 ? { results, notice: undefined } : searchLiteral(folders, question, limit, signal);
}

async function searchWords<Folder extends SearchedFolder>(
  folders: readonly Folder[],
  question: Question,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Found<Folder>["results"]> {
  const candidates = await Promise.all(
    folders.map(async (folder) => {
      const found = await folder.searcher.candidates(question, signal, folder.meaning);
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
  const ranked = picked.flat().sort((a, b) => compareChunks(a.chunk, b.chunk));
  return withOtherPlaces(ranked.slice(0, limit));
}

/** Leaves out of `alsoAt` what is a result of its own, and says it once a file. */
function withOtherPlaces<Folder>(results: Found<Folder>["results"]): Found<Folder>["results"] {
  const shown = Map.groupBy(results, ({ chunk }) => chunk.fileId);
  return results.map(({ folder, chunk }) => {
    const own = shown.get(chunk.fileId) ?? [];
    const isFirst = own[0]?.chunk === chunk;
    const isShown = ({ startLine }: LineRange) => own.some((other) => other.chunk.startLine === startLine);
    return { folder, chunk: { ...chunk, alsoAt: isFirst ? chunk.alsoAt.filter((place) => !isShown(place)) : [] } };
  });
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

/** True where the query returned no chunk of the file, or not the one that the question names or is most similar to. */
function lacksChunk(question: Question, candidate: FileCandidate, manifest: Manifest): boolean {
  const { path, hits, features, similar } = candidate;
  if (hits.length === 0) {
    return true;
  }
  if ((manifest.get(path)?.chunks ?? 0) > MAX_CHUNKS_READ) {
    return false;
  }
  const isDefining = features.wholeDefinition > 0 || features.namedDefinition > 0;
  const definesNone = !question.names.some((name) => hits.some((hit) => definitionMatch(hit, name) > 0));
  const isNamedWithLine = features.pathMention > 0 && question.paths.some(({ line }) => line !== undefined);
  const [mostSimilar] = similar.keys();
  const lacksSimilar = mostSimilar !== undefined && !hits.some(({ ordinal }) => ordinal === mostSimilar);
  return (isDefining && definesNone) || isNamedWithLine || lacksSimilar;
}
