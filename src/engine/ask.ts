/** `ask` as the engine does it: indexes what has no index, then lets the core answer from the folders' sessions. */

import { randomBytes } from "node:crypto";
import { answerQuestion, type GraphicsMemory } from "../core/answering/answer";
import type { SelectedText } from "../core/answering/gatherSources";
import type { ChatModel } from "../core/answering/model/resolveModel";
import type { Candidate } from "../core/answering/prompt/packContext";
import type { TokenCounting } from "../core/answering/tokens/tokenCounting";
import type { ChatServer } from "../core/modelPorts";
import type { Clock } from "../core/ports";
import { relatedTo } from "../core/retrieval/relatedTo";
import type { Answer } from "../domain/answer";
import type { Tier } from "../domain/indexStatus";
import type { AskEvent, AskParams, EngineSettings } from "../protocol/engine";
import { bringUpToDate, noticeOfSearch, type OnFolderProgress } from "./bringUpToDate";
import type { FolderSession } from "./folder/folderSession";
import type { SearchableSessions } from "./folder/folderSessions";
import { modelMachine } from "./models/modelMachine";
import {
  type FoundInSessions,
  indexLookUp,
  isWeakEvidence,
  readTextOf,
  searchSessions,
  toSearchResult,
} from "./searchSessions";
import type { Embeddings } from "./vectors/embeddings";

/** Chunks to choose sources from. More would make a small machine wait for the model to read them. */
const FOUND = 16;

/** What a model may take to embed the question; the answer takes longer anyway. */
const PATIENCE_MS = 1_000;

/** Definitions and callers that belong to a selection. */
const RELATED = 12;

export interface AskDeps extends SearchableSessions {
  /** Undefined where Ollama is turned off. */
  readonly server: ChatServer | undefined;
  readonly embeddings: Embeddings;
  readonly settings: EngineSettings;
  readonly countingOf: (model: ChatModel) => TokenCounting;
  readonly graphics: GraphicsMemory;
  readonly clock: Clock;
}

/** @throws {EngineError} as `answerQuestion`, `FolderSession.index` and `FolderSession.read`. */
export async function ask(
  deps: AskDeps,
  params: AskParams,
  onEvent: (event: AskEvent) => void,
  signal: AbortSignal,
): Promise<Answer> {
  const { sessions, areAll, server, embeddings, settings, countingOf, graphics, clock } = deps;
  let isCurrent = true;
  if (params.indexFirst && params.question.trim() !== "") {
    for (const session of sessions) {
      if (await session.needsRun()) {
        await indexFirst(session, onEvent, signal);
      }
    }
    const onProgress: OnFolderProgress = (folder, progress) => onEvent({ type: "indexing", folder, progress });
    isCurrent = await bringUpToDate(sessions, onProgress, signal);
  }
  let tier: Tier = "lexical";
  let notice = params.begun?.notice;
  const answer = await answerQuestion(
    {
      search: async (query, searchSignal) => {
        const found = await searchOrWait(deps, params, query, onEvent, searchSignal);
        tier = found.tier;
        notice = noticeOfSearch(found.notice, { areAll, isCurrent });
        return found.results;
      },
      related: (selection, relatedSignal) => related(sessions, selection, relatedSignal),
      readText: readTextOf(sessions),
      isWeak: async (question, found) =>
        notice !== "index-partial" &&
        notice !== "scan-partial" &&
        notice !== "folder-left-out" &&
        !sessions.some((session) => session.isUnfinished()) &&
        isWeakEvidence({ sessions, embeddings, patienceMs: PATIENCE_MS }, question, { results: found, tier }),
      index: indexLookUp(sessions, signal),
      server,
      clock,
      nonce: () => randomBytes(6).toString("hex"),
      countingOf,
      memoryBytes: modelMachine(settings).memoryBytes,
      graphics,
    },
    {
      question: params.question,
      earlier: params.earlier,
      history: params.history,
      selection: params.selection,
      unsaved: params.unsaved,
      model: settings.chatModel,
      contextWindow: settings.contextWindow,
      tier: "lexical",
      anyway: params.anyway ?? false,
      begun: params.begun,
    },
    (event) => onEvent(event.type === "sources" ? { ...event, notice } : event),
    signal,
  );
  return { ...answer, tier, notice };
}

/** Finds what is indexed so far; that nothing is there can only be said once the whole folder is indexed. */
async function searchOrWait(
  { sessions, embeddings }: AskDeps,
  params: AskParams,
  query: string,
  onEvent: (event: AskEvent) => void,
  signal: AbortSignal,
): Promise<FoundInSessions> {
  const search = () => searchSessions({ sessions, embeddings, patienceMs: PATIENCE_MS }, query, FOUND, signal);
  const found = await search();
  const unfinished = params.indexFirst ? sessions.filter((session) => session.isUnfinished()) : [];
  if (found.results.length > 0 || unfinished.length === 0) {
    return found;
  }
  for (const session of unfinished) {
    await indexFirst(session, onEvent, signal);
  }
  onEvent({ type: "searching" });
  return search();
}

async function indexFirst(
  session: FolderSession,
  onEvent: (event: AskEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const watching = session.onProgress((progress) => onEvent({ type: "indexing", folder: session.folder, progress }));
  try {
    await session.index(false, signal);
  } finally {
    watching.dispose();
  }
}

/** What a selection uses and what uses it, within its own folder. */
async function related(
  sessions: readonly FolderSession[],
  selection: SelectedText,
  signal: AbortSignal,
): Promise<Candidate[]> {
  const session = sessions.find(({ folder }) => folder === selection.folder);
  if (session === undefined) {
    return [];
  }
  return session.read(async ({ searcher }) => {
    const chunks = await relatedTo(searcher, selection, RELATED, signal);
    return chunks.map((chunk) => ({ ...toSearchResult(session.folder, chunk), role: chunk.role }));
  });
}
