/**
 * Answers a question: finds sources, has a model write from them, and checks what it wrote against the files.
 *
 * The order is chosen for the person who waits: what was found is shown before any model is asked, text as it comes,
 * and the checks at the end. An answer never pretends: without a model it is the passages themselves, with nothing
 * found it says so, and a citation holds only if its text stands in the file at this moment.
 */

import type { Answer, Citation, SearchResult, Source } from "../../domain/answer";
import { EngineError } from "../../domain/errors";
import type { Tier } from "../../domain/indexStatus";
import type { ChatServer, LoadedModel } from "../modelPorts";
import { USUAL_WINDOW } from "../models/automaticWindow";
import type { Clock } from "../ports";
import { checkCitations } from "./checks/citations";
import { type IndexLookUp, lookUpInIndex } from "./checks/lookUp";
import {
  type EditorText,
  type GatherDeps,
  gatherSources,
  type ReadText,
  readerOf,
  type SelectedText,
} from "./gatherSources";
import { locateText } from "./locate";
import { askModel, type ModelAnswer, type ModelEvent } from "./model/askModel";
import { windowFor } from "./model/contextWindow";
import { type ChatModel, resolveModel } from "./model/resolveModel";
import { nothingFoundAnswer, passagesAnswer } from "./passages";
import type { Conversation } from "./prompt/history";
import { type Candidate, type PackRequest, packContext } from "./prompt/packContext";
import { FIRST_COUNTING, type TokenCounting } from "./tokens/tokenCounting";

/** Longer questions are pasted files; the selection is the way to ask about those. */
export const MAX_QUESTION_LENGTH = 20_000;

export interface AnswerDeps extends GatherDeps {
  /** The file's text on disk, normalised to `\n`; undefined if there is no such file. */
  readonly readText: ReadText;
  /** Undefined where Ollama is turned off. */
  readonly server: ChatServer | undefined;
  readonly clock: Clock;
  /** A word that nobody can guess, another one each time. */
  readonly nonce: () => string;
  /** Judges, without a model, whether what was found cannot answer the question; undefined where all are answered. */
  readonly isWeak?: (question: string, found: readonly SearchResult[]) => Promise<boolean>;
  /** Looks up what no source holds; undefined where there is nothing to look in. */
  readonly index?: IndexLookUp;
  /** How a model counts tokens, as far as is known at this moment. */
  readonly countingOf?: (model: ChatModel) => TokenCounting;
  /** Memory of the machine that models run on; undefined where that is not known. */
  readonly memoryBytes?: number | undefined;
  readonly graphics?: GraphicsMemory;
}

/** What is known of models that did not fit graphics memory with their context. */
export interface GraphicsMemory {
  /** Tokens of a window with which the model does; undefined where nothing is known. */
  of(model: ChatModel): number | undefined;
  /** Takes in how the server had the model loaded, with this window. */
  look(model: ChatModel, window: number, loaded: LoadedModel): void;
}

export interface AnswerRequest extends Conversation {
  readonly question: string;
  readonly selection: SelectedText | undefined;
  readonly unsaved: readonly EditorText[];
  /** The model that the person named; undefined lets us choose. */
  readonly model: string | undefined;
  /** Tokens; an upper bound, the model's own limit may be lower. 0: as much as memory and model allow. */
  readonly contextWindow: number;
  readonly tier: Tier;
  /** Asks the model even where nothing solid was found. */
  readonly anyway?: boolean;
  /** An answer that broke off, to be gone on with from the same sources. */
  readonly begun?: BegunAnswer | undefined;
}

export interface BegunAnswer {
  readonly text: string;
  readonly sources: readonly Source[];
}

/** A subset of the protocol's `AskEvent`. */
export type AnswerEvent = { readonly type: "searching" } | ModelEvent;

/** Passages that an answer without a model shows. */
const PASSAGES = 5;

/**
 * @throws {EngineError} `question-empty`, `question-too-long`, `model-not-installed`, `model-is-remote`,
 *   `context-too-small`, and what `ChatServer.chat` throws. Text that was streamed before is partial and stays.
 */
export async function answerQuestion(
  deps: AnswerDeps,
  request: AnswerRequest,
  onEvent: (event: AnswerEvent) => void,
  signal: AbortSignal,
): Promise<Answer> {
  const startedAt = deps.clock();
  checkQuestion(request.question);
  onEvent({ type: "searching" });
  const resolving = resolveModel(deps.server, request.model, signal);
  resolving.catch(() => undefined); // awaited below, unless the search fails first
  const readText = readerOf(deps.readText, request.unsaved);
  const candidates =
    request.begun === undefined
      ? await gatherSources(deps, readText, request, signal)
      : request.begun.sources.filter(({ inPrompt }) => inPrompt);
  const isSource = ({ folder, path }: EditorText) =>
    candidates.some((one) => one.folder === folder && one.path === path);
  const unsaved = await Promise.all(
    request.unsaved
      .filter(isSource)
      .map(async (editor) => ({ ...editor, saved: await deps.readText(editor.folder, editor.path) })),
  );
  const frame: Frame = { deps, request, startedAt, candidates, unsaved, onEvent, signal };
  showFound(frame);
  const resolved = await resolving;
  signal.throwIfAborted();
  if (candidates.length === 0) {
    return finished(frame, { answer: nothingFoundAnswer(), noModel: "why" in resolved ? resolved : undefined });
  }
  if ("why" in resolved) {
    return passages(frame, { noModel: resolved });
  }
  return (await isGuess(frame)) ? passages(frame, { nothingSolid: true }) : modelAnswer(frame, resolved);
}

/** True where a model could only guess. A follow-up may get its meaning from the question before it. */
async function isGuess({ deps: { isWeak }, request, candidates }: Frame): Promise<boolean> {
  const { question, history, selection, anyway, begun } = request;
  if (isWeak === undefined || anyway === true || selection !== undefined || begun !== undefined) {
    return false;
  }
  const last = history.at(-1);
  const questions = last === undefined ? [question] : [question, `${question}\n${last.question}`];
  const judgements = await Promise.all(questions.map((text) => isWeak(text, candidates)));
  return judgements.every((weak) => weak);
}

/** What all ways to answer share. */
interface Frame {
  readonly deps: AnswerDeps;
  readonly request: AnswerRequest;
  readonly startedAt: number;
  readonly candidates: readonly Candidate[];
  /** Editors of the candidates' files, each with what its file held when it was asked. */
  readonly unsaved: readonly (EditorText & { readonly saved: string | undefined })[];
  readonly onEvent: (event: AnswerEvent) => void;
  readonly signal: AbortSignal;
}

function checkQuestion(question: string): void {
  if (question.trim() === "") {
    throw new EngineError({ code: "question-empty" });
  }
  if (question.length > MAX_QUESTION_LENGTH) {
    throw new EngineError({ code: "question-too-long", length: question.length, limit: MAX_QUESTION_LENGTH });
  }
}

/** The sources at once, as they would fit if the model's window is as large as asked for. */
function showFound(frame: Frame): void {
  const packed = packContext(packRequest(frame, frame.request.contextWindow || USUAL_WINDOW, FIRST_COUNTING));
  frame.onEvent({ type: "sources", sources: packed?.sources ?? shownPassages(frame.candidates) });
}

function packRequest(frame: Frame, contextWindow: number, counting: TokenCounting): PackRequest {
  const { earlier, history, question, begun } = frame.request;
  const { candidates, deps } = frame;
  const nonce = deps.nonce();
  return { candidates, earlier, history, question, nonce, contextWindow, counting, begun: begun?.text ?? "" };
}

// ---------------------------------------------------------------- with a model

async function modelAnswer(frame: Frame, chatModel: ChatModel): Promise<Answer> {
  const { deps, request, onEvent, signal } = frame;
  const { memoryBytes, graphics } = deps;
  const limits = { wanted: request.contextWindow, memoryBytes, inGraphics: graphics?.of(chatModel) };
  const { window: contextWindow, isForGraphics } = windowFor(chatModel, limits);
  const counting = deps.countingOf?.(chatModel) ?? FIRST_COUNTING;
  const begun = request.begun?.text ?? "";
  const goOn = (event: ModelEvent) => {
    onEvent(event);
    if (event.type === "restart" && begun !== "") {
      onEvent({ type: "text", text: begun }); // a reader drops all text; what was there before stays
    }
  };
  const more = await askModel(chatModel, packRequest(frame, contextWindow, counting), goOn, signal);
  if (more.promptTokens !== undefined && !more.truncated) {
    counting.learn?.(more.plainTokens, more.promptTokens);
  }
  if (more.loaded !== undefined) {
    graphics?.look(chatModel, contextWindow, more.loaded);
  }
  const written = { ...more, text: begun + more.text };
  if (written.text.trim() === "") {
    const problem = `${chatModel.model} wrote nothing`;
    return passages(frame, { noModel: { why: "ollama-unusable", url: chatModel.server.url, problem } });
  }
  return { ...(await checkedAnswer(frame, chatModel, written)), isWindowForGraphics: isForGraphics };
}

async function checkedAnswer(frame: Frame, { model }: ChatModel, written: ModelAnswer): Promise<Answer> {
  const { question, history } = frame.request;
  const asked = [question, ...history.map((turn) => turn.question)];
  const { cited, checks: sourceChecks } = checkCitations(written.text, written.sources, asked);
  const checks = await lookUpInIndex(sourceChecks, frame.deps.index);
  const { text, sources, promptTokens, estimatedPromptTokens, contextWindow } = written;
  const { turnsLeftOut, turnsSummarised, truncated, cutShort } = written;
  const citations = await checkedCitations(
    frame,
    sources.filter(({ n }) => cited.includes(n)).toSorted(byFirstMention(cited)),
  );
  return finished(frame, {
    answer: text,
    citations,
    checks,
    unverified: checks
      .filter(({ found }) => found === "nowhere")
      .map(({ kind, text: mention }) => ({ kind, text: mention })),
    sources,
    model,
    promptTokens,
    estimatedPromptTokens,
    contextWindow,
    turnsLeftOut,
    turnsSummarised,
    truncated,
    cutShort,
  });
}

const byFirstMention =
  (cited: readonly number[]) =>
  (a: Source, b: Source): number =>
    cited.indexOf(a.n) - cited.indexOf(b.n);

/** Reads the files again: they may have changed while the model wrote. What an editor held counts until its file is written. */
async function checkedCitations({ deps, unsaved }: Frame, sources: readonly Source[]): Promise<Citation[]> {
  const isUnwritten = await Promise.all(
    unsaved.map(async ({ folder, path, saved }) => (await deps.readText(folder, path)) === saved),
  );
  const readText = readerOf(
    deps.readText,
    unsaved.filter((_, at) => isUnwritten[at]),
  );
  return Promise.all(
    sources.map(async (source): Promise<Citation> => {
      const { n, folder, path } = source;
      const { state, startLine, endLine } = locateText(await readText(folder, path), source);
      return { n, folder, path, startLine, endLine, state, verified: state === "current" || state === "moved" };
    }),
  );
}

// ---------------------------------------------------------------- without a model

/** @param why no model wrote. */
async function passages(frame: Frame, why: Partial<Pick<Answer, "noModel" | "nothingSolid">>): Promise<Answer> {
  const sources = shownPassages(frame.candidates);
  const shown = sources.filter(({ inPrompt }) => inPrompt);
  const citations = await checkedCitations(frame, shown);
  frame.onEvent({ type: "sources", sources });
  return finished(frame, { answer: passagesAnswer(shown, citations), citations, sources, ...why });
}

/** All that was found; the first few are the answer. */
function shownPassages(candidates: readonly Candidate[]): Source[] {
  return candidates.map((candidate, index) => ({ ...candidate, n: index + 1, inPrompt: index < PASSAGES }));
}

// ---------------------------------------------------------------- the result

function finished(frame: Frame, parts: Partial<Answer> & Pick<Answer, "answer">): Answer {
  return {
    question: frame.request.question,
    citations: [],
    checks: [],
    unverified: [],
    sources: [],
    notice: undefined,
    model: undefined,
    noModel: undefined,
    nothingSolid: false,
    tier: frame.request.tier,
    promptTokens: undefined,
    estimatedPromptTokens: undefined,
    contextWindow: undefined,
    isWindowForGraphics: false,
    turnsLeftOut: 0,
    turnsSummarised: 0,
    truncated: false,
    cutShort: false,
    elapsedMs: frame.deps.clock() - frame.startedAt,
    ...parts,
  };
}
