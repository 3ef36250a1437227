/**
 * Asks a model, and makes sure that it saw what it was asked.
 *
 * A server that is given more than its context holds cuts the prompt, most of them without a word. That is noticed in
 * four ways: newer servers refuse such a prompt; `/api/ps` tells the context in force before the first word is shown;
 * at the end the count of prompt tokens fills the window to the brim, is far too small, or stays the same without the
 * oldest message (`droppedMessages.ts`); and where a server counts nothing, a canary tells (`canary.ts`). A cut prompt is asked once more with less; if that is cut as well, the answer
 * says so.
 *
 * Models are asked not to think. One that does all the same may use half of what the answer may have; then it is stopped
 * and asked once more, its thoughts closed, so that an answer comes.
 */

import type { Source } from "../../../domain/answer";
import { EngineError, isAbort } from "../../../domain/errors";
import type { ChatEvent, LoadedModel } from "../../modelPorts";
import { type PackedContext, type PackRequest, packContext } from "../prompt/packContext";
import { correctedTokens } from "../tokens/tokenCounting";
import { sawHead } from "./canary";
import { hasDropped, mayHaveDropped } from "./droppedMessages";
import type { ChatModel } from "./resolveModel";
import { createThinkSplitter, partUnopened, type TextPart } from "./thinkTags";

export type ModelEvent =
  | { readonly type: "sources"; readonly sources: readonly Source[] }
  | { readonly type: "loading-model"; readonly model: string }
  | { readonly type: "restart" }
  | TextPart;

export interface ModelAnswer {
  readonly text: string;
  readonly sources: readonly Source[];
  readonly promptTokens: number | undefined;
  readonly estimatedPromptTokens: number;
  /** See `PackedContext`. */
  readonly plainTokens: number;
  readonly contextWindow: number;
  readonly turnsLeftOut: number;
  readonly turnsSummarised: number;
  readonly truncated: boolean;
  readonly cutShort: boolean;
  /** As the server had the model loaded; undefined where it does not say. */
  readonly loaded: LoadedModel | undefined;
}

/** What one attempt has to show: `cut` says by how much the next one should be smaller. */
interface Attempt {
  readonly text: string;
  readonly promptTokens: number | undefined;
  readonly cutShort: boolean;
  readonly cut: Smaller | undefined;
  readonly loaded?: LoadedModel | undefined;
  /** It was stopped, since it had thought for long and written nothing. */
  readonly isLostInThought?: boolean;
}

/** The same question with less beside it: in a smaller window, or counting each token for more. */
type Smaller = Pick<PackRequest, "contextWindow" | "counting">;

/** How much larger than estimated the prompt must have been, where nothing tells exactly. */
const RETRY_FACTOR = 2;

/** A count far below the plain estimate shows a loss; that estimate is at most some three times too high. */
const LEAST_SHARE_OF_ESTIMATE = 0.2;

/** What thinking may take of an answer's tokens. */
const THINKING_SHARE = 0.5;
/** Of English prose; an estimate that is too low only lets a model think longer. */
const CHARACTERS_PER_TOKEN = 4;

/** An answer needs at least this much of the window. */
const LEAST_ANSWER_TOKENS = 128;

/**
 * @param request packs the prompt; its `contextWindow` is asked for with every request.
 * @throws {EngineError} as `ChatServer`, and `context-too-small`. Text that was streamed before stays with the caller.
 */
export async function askModel(
  chatModel: ChatModel,
  request: PackRequest,
  onEvent: (event: ModelEvent) => void,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  const first = await answering(chatModel, request, onEvent, signal);
  if (first.attempted.cut === undefined) {
    return toAnswer(first.packed, first.attempted, request, request);
  }
  if (first.attempted.text !== "") {
    onEvent({ type: "restart" });
  }
  const smaller = { ...request, ...first.attempted.cut };
  const second = await answering(chatModel, smaller, onEvent, signal);
  if (second.attempted.cut !== undefined && second.attempted.text === "") {
    throw tooSmall(chatModel, smaller.contextWindow);
  }
  return toAnswer(second.packed, second.attempted, smaller, request);
}

/** @param asked as the caller asked: a retry counts tokens for more than they are estimated at. */
function toAnswer(packed: PackedContext, attempted: Attempt, sent: PackRequest, asked: PackRequest): ModelAnswer {
  const { text, promptTokens, cutShort, cut, loaded } = attempted;
  return {
    text,
    sources: packed.sources,
    promptTokens,
    estimatedPromptTokens: correctedTokens(packed.plainTokens, asked.counting),
    plainTokens: packed.plainTokens,
    contextWindow: sent.contextWindow,
    turnsLeftOut: packed.turnsLeftOut,
    turnsSummarised: packed.turnsSummarised,
    truncated: cut !== undefined,
    cutShort,
    loaded,
  };
}

const tooSmall = ({ model }: ChatModel, contextWindow: number): EngineError =>
  new EngineError({ code: "context-too-small", model, contextWindow });

interface Attempted {
  readonly packed: PackedContext;
  readonly attempted: Attempt;
}

/** One attempt, and where the model got lost in thought, one without thoughts. */
async function answering(
  chatModel: ChatModel,
  request: PackRequest,
  onEvent: (event: ModelEvent) => void,
  signal: AbortSignal,
): Promise<Attempted> {
  const first = await attempt(chatModel, request, onEvent, signal);
  return first.attempted.isLostInThought === true
    ? attempt(chatModel, { ...request, isThinkingOver: true }, onEvent, signal)
    : first;
}

async function attempt(
  chatModel: ChatModel,
  request: PackRequest,
  onEvent: (event: ModelEvent) => void,
  signal: AbortSignal,
): Promise<Attempted> {
  const packed = packContext(request);
  if (packed === undefined || packed.maxAnswerTokens < LEAST_ANSWER_TOKENS) {
    throw tooSmall(chatModel, request.contextWindow);
  }
  onEvent({ type: "sources", sources: packed.sources });
  try {
    return { packed, attempted: await stream(chatModel, request, packed, onEvent, signal) };
  } catch (error) {
    if (!isOverflow(error)) {
      throw error;
    }
    return { packed, attempted: { ...NOTHING, cut: countedForMore(request) } };
  }
}

const NOTHING: Attempt = { text: "", promptTokens: undefined, cutShort: false, cut: undefined };

const countedForMore = ({ contextWindow, counting }: PackRequest): Smaller => ({
  contextWindow,
  counting: { ...counting, ratio: counting.ratio * RETRY_FACTOR },
});

/** How servers that do not cut say that a prompt is too long. */
function isOverflow(error: unknown): boolean {
  return (
    error instanceof EngineError &&
    error.detail.code === "ollama-failed" &&
    error.detail.status === 400 &&
    /context (length|size|window)|prompt (is )?too long/i.test(error.detail.message)
  );
}

async function stream(
  chatModel: ChatModel,
  request: PackRequest,
  packed: PackedContext,
  onEvent: (event: ModelEvent) => void,
  signal: AbortSignal,
): Promise<Attempt> {
  const writer = createWriter(onEvent);
  let isFirst = true;
  let loaded: LoadedModel | undefined;
  try {
    for await (const event of chatEvents(chatModel, request, packed, signal)) {
      if (event.type === "loading") {
        onEvent({ type: "loading-model", model: chatModel.model });
        continue;
      }
      loaded = isFirst ? await loadedModel(chatModel, signal) : loaded;
      isFirst = false;
      const inForce = loaded?.contextLength;
      if (inForce !== undefined && !fits(packed, inForce)) {
        return { ...NOTHING, cut: { contextWindow: inForce, counting: request.counting } };
      }
      if (event.type === "done") {
        writer.end();
        const counted = { promptTokens: event.promptTokens, inForce };
        const cut = (await wasCut(chatModel, counted, packed, request, signal)) ? countedForMore(request) : undefined;
        return { text: writer.text(), promptTokens: event.promptTokens, cutShort: event.cutShort, cut, loaded };
      }
      writer.write(event);
      if (request.isThinkingOver !== true && writer.thinkingTokens() > packed.maxAnswerTokens * THINKING_SHARE) {
        return { ...NOTHING, isLostInThought: true };
      }
    }
  } catch (error) {
    writer.end(); // what was written stays with the reader
    throw error;
  }
  throw new EngineError({ code: "ollama-interrupted", url: chatModel.server.url });
}

function chatEvents(
  { server, model }: ChatModel,
  { contextWindow }: PackRequest,
  { messages, maxAnswerTokens }: PackedContext,
  signal: AbortSignal,
): AsyncIterable<ChatEvent> {
  return server.chat({ model, messages, contextWindow, maxAnswerTokens }, signal);
}

/** @returns undefined where the server does not say. */
async function loadedModel({ server, model }: ChatModel, signal: AbortSignal): Promise<LoadedModel | undefined> {
  try {
    return await server.loaded(model, signal);
  } catch (error) {
    if (isAbort(error) || !(error instanceof EngineError)) {
      throw error;
    }
    return undefined; // the answer is on its way; the counts at its end still tell
  }
}

const fits = ({ estimatedTokens, maxAnswerTokens }: PackedContext, contextWindow: number): boolean =>
  estimatedTokens + Math.min(maxAnswerTokens, LEAST_ANSWER_TOKENS) <= contextWindow;

interface Counted {
  readonly promptTokens: number | undefined;
  readonly inForce: number | undefined;
}

/**
 * Old servers tell no context in force, and count only what they had not cached, or nothing: then the canary is asked.
 * Where the count can be believed, messages may still have been dropped before counting.
 */
export async function wasCut(
  chatModel: ChatModel,
  { promptTokens, inForce }: Counted,
  packed: Pick<PackedContext, "messages" | "plainTokens">,
  request: Pick<PackRequest, "contextWindow" | "counting" | "nonce">,
  signal: AbortSignal,
): Promise<boolean> {
  const { contextWindow, nonce } = request;
  const { messages } = packed;
  const seemsCut = isCut(promptTokens, packed, request);
  if (promptTokens !== undefined && !seemsCut) {
    const sent = { messages, contextWindow, promptTokens };
    return mayHaveDropped(sent, request.counting.count) && hasDropped(chatModel, sent, signal);
  }
  if (inForce !== undefined || (promptTokens ?? 0) >= contextWindow - 1) {
    return seemsCut;
  }
  const isHeadSeen = await sawHead(chatModel, { messages, nonce, contextWindow }, signal);
  return isHeadSeen === undefined ? seemsCut : !isHeadSeen;
}

/** A server that cut the prompt reports what was left: exactly its context, or far less than was sent. */
function isCut(
  promptTokens: number | undefined,
  { plainTokens }: Pick<PackedContext, "plainTokens">,
  { contextWindow }: Pick<PackRequest, "contextWindow">,
): boolean {
  const least = plainTokens * LEAST_SHARE_OF_ESTIMATE;
  return promptTokens !== undefined && (promptTokens >= contextWindow - 1 || promptTokens < least);
}

/** Passes text on as it comes, thinking apart, and keeps the answer. */
function createWriter(onEvent: (event: ModelEvent) => void) {
  const splitter = createThinkSplitter();
  let answer = "";
  let thinkingLength = 0;
  const emit = (parts: readonly TextPart[]) => {
    for (const part of parts) {
      answer += part.type === "text" ? part.text : "";
      thinkingLength += part.type === "thinking" ? part.text.length : 0;
      onEvent(part);
      if (thinkingLength === 0 && part.text.includes("\n")) {
        moveUnopened();
      }
    }
  };
  const moveUnopened = () => {
    const parted = partUnopened(answer);
    if (parted !== undefined) {
      answer = "";
      onEvent({ type: "restart" });
      const parts: TextPart[] = [
        { type: "thinking", text: parted.thinking },
        { type: "text", text: parted.text },
      ];
      emit(parts.filter(({ text }) => text !== ""));
    }
  };
  return {
    write: (event: TextPart) => emit(event.type === "text" ? splitter.push(event.text) : [event]),
    end: () => emit(splitter.end()),
    text: () => answer,
    /** 0 once it writes. */
    thinkingTokens: () => (answer.trim() === "" ? thinkingLength / CHARACTERS_PER_TOKEN : 0),
  };
}
