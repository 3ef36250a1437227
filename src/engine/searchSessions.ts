/** Searches several folders as one, each through its session. */

import type { IndexLookUp } from "../core/answering/checks/lookUp";
import type { ReadText } from "../core/answering/gatherSources";
import type { EmbeddingIdentity } from "../core/modelPorts";
import { judgeAnswerability, type Nearness } from "../core/retrieval/answerable/answerability";
import { highestSimilarity } from "../core/retrieval/answerable/highestSimilarity";
import { knownNames, knowsPath } from "../core/retrieval/lookUp";
import type { RankedChunk } from "../core/retrieval/ranking/pickChunks";
import type { SearchedFolder, Searcher } from "../core/retrieval/searchDeps";
import { searchFolders } from "../core/retrieval/searcher";
import type { SearchNotice, SearchResult } from "../domain/answer";
import type { Tier } from "../domain/indexStatus";
import type { FolderSession } from "./folder/folderSession";
import { isDamage } from "./folder/indexWriter";
import type { OpenIndex } from "./folder/openIndex";
import type { FlatFolder } from "./folder/unindexedFiles";
import type { Embeddings } from "./vectors/embeddings";
import type { ServingVectors } from "./vectors/vectorReader";

export interface SearchSessionsDeps {
  readonly sessions: readonly FolderSession[];
  readonly embeddings: Embeddings;
  /** Milliseconds that a model may take to embed the query. */
  readonly patienceMs: number;
}

export interface FoundInSessions {
  /** `hybrid` where the meaning of the query counted. */
  readonly tier: Tier;
  readonly results: readonly SearchResult[];
  readonly notice: SearchNotice | undefined;
}

/** @throws {EngineError} `index-missing` if a folder has no index, and as `FolderSession.read`. */
export async function searchSessions(
  deps: SearchSessionsDeps,
  query: string,
  limit: number,
  signal: AbortSignal,
  explain = false,
): Promise<FoundInSessions> {
  let partial: SearchNotice | undefined;
  const found = await readAll(deps.sessions, [], (opened) =>
    byMeaning(deps, opened, query, async ({ identity, folders }): Promise<FoundInSessions> => {
      signal.throwIfAborted();
      const { unindexed, all } = await withUnindexed(deps.sessions, opened, folders, signal);
      const { results, notice } = await searchFolders(all, query, limit, signal);
      partial = noticeOf(unindexed);
      return {
        tier: identity === undefined ? "lexical" : "hybrid",
        results: results.map(({ folder, chunk }) => toSearchResult(folder.folder, chunk, explain)),
        notice,
      };
    }),
  );
  const mayChange = found.notice === undefined || found.notice === "filters-admit-none"; // once all files are indexed
  return { ...found, notice: partial !== undefined && mayChange ? partial : found.notice };
}

/** What is to be said of files that were searched as they lie. */
function noticeOf(unindexed: readonly FlatFolder[]): SearchNotice | undefined {
  const notices = unindexed.map((flat) => flat.notice());
  return notices.find((notice) => notice === "scan-partial") ?? notices.find((notice) => notice !== undefined);
}

/** The folders, and with each what its index lacks. */
async function withUnindexed<Folder extends { readonly searcher: Searcher; readonly folder: string }>(
  sessions: readonly FolderSession[],
  opened: readonly OpenIndex[],
  folders: readonly Folder[],
  signal: AbortSignal,
) {
  const beside = await unindexedOf(sessions, opened, signal);
  const all = folders.flatMap((folder, position) => {
    const flat = beside[position];
    return flat === undefined
      ? [folder]
      : [
          { ...folder, isElsewhere: flat.has },
          { folder: folder.folder, searcher: flat.searcher },
        ];
  });
  return { all, unindexed: beside.filter((flat) => flat !== undefined) };
}

/** Judges whether what a search of these sessions found cannot answer the question: by words, and by meaning where that counted. */
export async function isWeakEvidence(
  deps: SearchSessionsDeps,
  question: string,
  { results, tier }: Pick<FoundInSessions, "results" | "tier">,
): Promise<boolean> {
  return readAll(deps.sessions, [], async (opened) => {
    const tables = opened.map(({ searcher }) => searcher.table);
    const nearness = tier === "hybrid" ? await nearnessOf(deps, opened, question) : undefined;
    return judgeAnswerability(question, results, tables, nearness).isWeak;
  });
}

function nearnessOf(
  deps: SearchSessionsDeps,
  opened: readonly OpenIndex[],
  question: string,
): Promise<Nearness | undefined> {
  return byMeaning(deps, opened, question, async ({ identity, folders }) => {
    const all = await Promise.all(folders.map(async ({ meaning }) => meaning && highestSimilarity(meaning)));
    const known = all.filter((similarity) => similarity !== undefined);
    return identity && known.length > 0 ? { model: identity.model, similarity: Math.max(...known) } : undefined;
  });
}

/** Looks up names and paths in the indexes of these sessions, and in the files that those lack, which are looked for once. */
export function indexLookUp(sessions: readonly FolderSession[], signal: AbortSignal): IndexLookUp {
  let besides: ReturnType<typeof unindexedOf> | undefined;
  const look = <T>(
    use: (indexed: readonly SearchedFolder[], unindexed: readonly (FlatFolder | undefined)[]) => Promise<T>,
  ) =>
    readAll(sessions, [], async (opened) => {
      const unindexed = await (besides ??= unindexedOf(sessions, opened, signal));
      return use(
        opened.map(({ searcher }, position) => ({ searcher, isElsewhere: unindexed[position]?.has })),
        unindexed,
      );
    });
  return {
    knownNames: (names) =>
      look(async (indexed, unindexed) => {
        const known = new Set(await knownNames(indexed, names));
        for (const flat of unindexed) {
          const unknown = names.filter((name) => !known.has(name));
          const found = unknown.length > 0 ? await flat?.search.knownNames(unknown) : undefined;
          for (const name of found ?? []) {
            known.add(name);
          }
        }
        return known;
      }),
    hasPath: (path, endLine) =>
      look(async (indexed, unindexed) => {
        if (knowsPath(indexed, path, endLine)) {
          return true;
        }
        const isThere = await Promise.all(unindexed.map(async (flat) => flat?.search.knowsPath(path, endLine)));
        return isThere.includes(true);
      }),
  };
}

/** What the index of each session lacks, to be asked for before the index is: a file is then in either, or in both. */
const unindexedOf = (
  sessions: readonly FolderSession[],
  opened: readonly OpenIndex[],
  signal: AbortSignal,
): Promise<(FlatFolder | undefined)[]> =>
  Promise.all(opened.map(async (index, position) => sessions[position]?.unindexed.beside(index, signal)));

/** Lends `use` the folders, and once more where vectors prove to be damaged: those serve no more, so words have to do. */
async function byMeaning<T>(
  deps: SearchSessionsDeps,
  opened: readonly OpenIndex[],
  query: string,
  use: (searched: Awaited<ReturnType<typeof searchedFolders>>) => Promise<T>,
): Promise<T> {
  const searched = await searchedFolders(deps, opened, query);
  try {
    return await use(searched);
  } catch (error) {
    if (searched.identity === undefined || !isDamage(error)) {
      throw error;
    }
    return use(await searchedFolders(deps, opened, query));
  }
}

/** The folders, with the question as a vector where all of them have vectors to compare it with and it comes in time. */
async function searchedFolders(
  { sessions, embeddings, patienceMs }: SearchSessionsDeps,
  opened: readonly OpenIndex[],
  query: string,
) {
  const serving = await Promise.all(opened.map(async (index, position) => sessions[position]?.vectors.serving(index)));
  const common = commonIdentity(serving);
  const vector = common && (await embeddings.queryVector(common, query, patienceMs));
  const folders = opened.map(({ searcher, keys }, position) => {
    const store = serving[position]?.store;
    return {
      searcher,
      folder: sessions[position]?.folder ?? "",
      meaning: vector && store && { vector, store, keys },
    };
  });
  return { identity: vector && common, folders };
}

/** Undefined unless all folders have vectors of one identity: else those without would come last for no reason. */
function commonIdentity(serving: readonly (ServingVectors | undefined)[]): EmbeddingIdentity | undefined {
  const [first] = serving;
  return serving.every((other) => other?.set.id === first?.set.id) ? first?.set.identity : undefined;
}

/** Borrows the index of every session at once. */
function readAll<T>(
  sessions: readonly FolderSession[],
  opened: readonly OpenIndex[],
  use: (opened: readonly OpenIndex[]) => Promise<T>,
): Promise<T> {
  const [next, ...others] = sessions;
  return next === undefined ? use(opened) : next.read((index) => readAll(others, [...opened, index], use));
}

/** Reads the files of these sessions' folders, each named by its folder and its path in it. */
export const readTextOf =
  (sessions: readonly FolderSession[]): ReadText =>
  async (folder, path) =>
    sessions.find((session) => session.folder === folder)?.files.readText(path);

export function toSearchResult(folder: string, chunk: RankedChunk, explain = false): SearchResult {
  const { path, startLine, endLine, language, kind, symbol, enclosing, score, text, alsoAt, explanation } = chunk;
  return {
    folder,
    path,
    startLine,
    endLine,
    language,
    kind,
    symbol,
    enclosing,
    score,
    text,
    ...(alsoAt.length > 0 ? { alsoAt } : {}),
    ...(explain && explanation !== undefined ? { explanation } : {}),
  };
}
