/**
 * Search: one full-text query for the best few hundred chunks, files nominated by path and by the names they define,
 * files ranked by a sum of features, and the best chunks of the best files. Where there are vectors, the chunks most
 * similar to the question nominate their files as well, and the similarity is one more feature.
 *
 * Rows of superseded file versions may lie in the chunk table at any time; only those that the manifest names count.
 */

import type { LineRange } from "../../domain/lines";
import { decodeDefinitions } from "../definitions";
import type { ChunkHit, FoundRow, SearchedManifest, SearchNarrowing } from "../ports";
import { type CurrentRow, currentRows, isCurrent } from "./currentRows";
import { exactRows } from "./exactRows";
import { admitsNone, narrowing } from "./narrowing";
import { analyseQuestion, type Question, type Topic } from "./query/question";
import { foldName } from "./query/splitIdentifier";
import { findCandidates, nominate } from "./ranking/findCandidates";
import { pathKinds } from "./ranking/pathPenalty";
import { compareChunks, pickChunks, type RankedChunk } from "./ranking/pickChunks";
import { type FileCandidate, type RankedFile, rankFiles } from "./ranking/rankFiles";
import type { Found, SearchDeps, SearchedFolder, Searcher } from "./searchDeps";
import { searchLiteral, searchPattern } from "./searchPattern";
import { similarChunks } from "./similarChunks";
import { createFileTable } from "./table/fileTable";

/** Best chunks of the full-text query that count. */
const TEXT_HITS = 200;

/** With a larger share of them in files that rank lower for what they are of, others count as well, from among so many. */
const CROWDED_SHARE = 0.4;
const DEEP_HITS = 1_000;

/** Files whose chunks are shown are at most as many as results asked for, and at most this many. */
const MAX_FILES = 60;

/** Of those, files whose chunks are read in full because the full-text query did not return the right ones. */
const MAX_FILES_READ = 12;

/** A file with more chunks is read in full only if nothing of it is known. */
const MAX_CHUNKS_READ = 400;

const NO_TOPICS: ReadonlySet<Topic> = new Set();

export function createSearcher(deps: SearchDeps): Searcher {
  const table = deps.table ?? createFileTable(deps.folderName, () => deps.keptTable.read());
  const searcher: Searcher = {
    table,
    deps,
    keepTable: async () => {
      await table.syncInSteps(deps.manifest, deps.nextTurn);
      const kept = table.toKeep(deps.manifest);
      if (kept !== undefined) {
        await deps.keptTable.write(kept);
      }
    },
    search: async (query, limit, signal, meaning) => {
      const { results } = await searchFolders([{ searcher, meaning }], query, limit, signal);
      return results.map(({ chunk }) => chunk);
    },
    candidates: async (question, signal, { meaning, isElsewhere } = {}) => {
      const narrow = narrowing(question, deps.manifest, isElsewhere);
      if (narrow?.fileIds?.length === 0) {
        return [];
      }
      const nominated = async () => {
        await deps.nextTurn(); // with which the query begins
        table.sync(deps.manifest);
        return nominate(question, table, deps);
      };
      const [rows, exact, similar, early] = await Promise.all([
        uncrowdedRows(deps, question, narrow, signal),
        exactRows(deps, question, narrow),
        meaning === undefined ? [] : similarChunks(meaning),
        nominated(), // takes as long as the query, which runs in threads of its own
      ]);
      table.sync(deps.manifest);
      let nomination = early;
      while (nomination.revision !== table.revision) {
        nomination = await nominated();
      }
      const found = findCandidates(question, { rows, exact, similar }, nomination, table, deps.manifest);
      return isElsewhere === undefined ? found : found.filter(({ path }) => !isElsewhere(path));
    },
  };
  return searcher;
}

/**
 * The best chunks, and where tests and documents crowd out the rest the best of the other files too. A test repeats every
 * word of what it tests, and documents come in ten languages; among so few chunks the code itself might be missing.
 */
async function uncrowdedRows(
  deps: SearchDeps,
  { terms, topics }: Question,
  narrow: SearchNarrowing | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly CurrentRow[]> {
  const all = await currentRows(deps, terms, narrow === undefined ? DEEP_HITS : TEXT_HITS, signal, narrow);
  const rows = all.slice(0, TEXT_HITS);
  const crowd = rows.filter(({ path }) => pathKinds(path, topics).length > 0).length;
  if (crowd <= TEXT_HITS * CROWDED_SHARE) {
    return rows;
  }
  const others = all.slice(TEXT_HITS).filter(({ path }) => pathKinds(path, NO_TOPICS).length === 0);
  return [...rows, ...others.slice(0, crowd)];
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
  if (limit < 1) {
    return { results: [], notice: undefined };
  }
  const question = analyseQuestion(query);
  const { pattern, filters } = question;
  const found = await (pattern === undefined
    ? searchText(folders, query, question, limit, signal)
    : searchPattern(folders, question, pattern, limit, signal));
  const isUnexplained = found.results.length === 0 && found.notice === undefined && filters.length > 0;
  return isUnexplained && folders.every(({ searcher }) => admitsNone(question, searcher.deps.manifest))
    ? { results: [], notice: "filters-admit-none" }
    : found;
}

async function searchText<Folder extends SearchedFolder>(
  folders: readonly Folder[],
  query: string,
  question: Question,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Found<Folder>> {
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
      const found = await folder.searcher.candidates(question, signal, folder);
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
  return results.map(({ folder, chunk }) => {
    const own = results.filter((other) => other.folder === folder && other.chunk.fileId === chunk.fileId);
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
  const candidates = files.map(({ candidate }) => candidate);
  const unread = candidates.filter((candidate) => lacksRow(question, candidate)).slice(0, MAX_FILES_READ);
  const [hits, read] = await Promise.all([hitsOf(question, candidates, searcher), chunksOf(unread, searcher)]);
  return files.flatMap((file) => {
    const { path } = file.candidate;
    const own = hits.get(path) ?? [];
    const known = new Set(own.map(({ ordinal }) => ordinal));
    const others = (read.get(path) ?? []).filter(({ ordinal }) => !known.has(ordinal));
    return pickChunks(question, file, [...own, ...others]);
  });
}

/** The chunks that the full-text query returned, and those that define a name of the question, by path. */
async function hitsOf(
  question: Question,
  candidates: readonly FileCandidate[],
  { deps: { manifest, store } }: Searcher,
): Promise<ReadonlyMap<string, ChunkHit[]>> {
  const chunks = await store.read(
    candidates.flatMap((candidate) => [...candidate.rows, ...definingRows(question, candidate, manifest)]),
  );
  return Map.groupBy(chunks, ({ path }) => path);
}

/** All chunks of files that are not too large for it, by path. */
async function chunksOf(
  candidates: readonly FileCandidate[],
  { deps: { manifest, store } }: Searcher,
): Promise<ReadonlyMap<string, ChunkHit[]>> {
  const wanted = candidates.filter(
    ({ path, rows }) => rows.length === 0 || (manifest.get(path)?.chunks ?? 0) <= MAX_CHUNKS_READ,
  );
  const chunks = await store.chunksOfFiles(wanted.map(({ fileId }) => fileId));
  return Map.groupBy(chunks.filter(isCurrent(manifest)), ({ path }) => path);
}

/** True where the query returned no chunk of the file, or cannot have returned the right one but by chance. */
function lacksRow(question: Question, { rows, features, similar }: FileCandidate): boolean {
  const isNamedWithLine = features.pathMention > 0 && question.paths.some(({ line }) => line !== undefined);
  const [mostSimilar] = similar.keys();
  const lacksSimilar = mostSimilar !== undefined && !rows.some(({ ordinal }) => ordinal === mostSimilar);
  return rows.length === 0 || isNamedWithLine || lacksSimilar;
}

/** Chunks in which a name of the question is defined and that the query did not return. */
function definingRows(
  { names }: Question,
  { features, fileId, path, rows }: FileCandidate,
  manifest: SearchedManifest,
): FoundRow[] {
  if (features.wholeDefinition === 0 && features.namedDefinition === 0) {
    return [];
  }
  const asked = new Set(names.map(({ name }) => foldName(name)));
  const defining = decodeDefinitions(manifest.get(path)?.definitions ?? "").filter(({ name }) =>
    asked.has(foldName(name)),
  );
  const known = new Set(rows.map(({ ordinal }) => ordinal));
  const others = new Set(defining.map(({ chunk }) => chunk).filter((chunk) => !known.has(chunk)));
  return Array.from(others, (ordinal) => ({ rowId: undefined, fileId, ordinal, score: 0 }));
}
