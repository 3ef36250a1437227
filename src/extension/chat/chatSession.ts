/**
 * The conversation: asks the engine, collects what streams in, and tells the panel about it.
 *
 * The session and not the webview owns the turns, since a webview is thrown away whenever its view is hidden or moved.
 * It knows nothing of VS Code; words, folders and storage come through its dependencies.
 */

import type { EngineClient } from "../../client/engineClient";
import type { Answer, NoModelReason, Source } from "../../domain/answer";
import { type EngineErrorDetail, isAbort, toErrorDetail } from "../../domain/errors";
import {
  type AskEvent,
  type AskParams,
  type FolderRef,
  requests,
  type Selection,
  type UnsavedText,
} from "../../protocol/engine";
import type { AnswerView, Notice, ToWebview, TurnView } from "../../protocol/webview";
import { type Disposable, DisposableStore } from "../disposables";
import { Listeners } from "../listeners";
import { CHAT_FORMAT, type Chat, placeLabel, type Turn, turnView } from "./chat";
import { conversationOf, wasSaid } from "./conversation";

/** Why nothing can be asked now: no folder, no trust. */
export interface Unavailable {
  readonly unavailable: Notice;
}

export interface AskContext {
  readonly folders: readonly FolderRef[];
  readonly unsaved: readonly UnsavedText[];
}

export interface ChatSessionDeps {
  readonly engine: Pick<EngineClient, "request" | "onAskEvent">;
  /** What is asked about, as the window stands now. */
  readonly askContext: () => AskContext | Unavailable;
  readonly words: {
    readonly failed: (error: EngineErrorDetail) => Notice;
    readonly withoutModel: (reason: NoModelReason) => Notice;
    readonly nothingFound: () => Notice;
    readonly nothingSolid: () => Notice;
  };
  /** The name of a workspace folder where there are several; else undefined. */
  readonly folderName: (folder: string) => string | undefined;
  /** Called with every change worth keeping; writes at its own pace. */
  readonly save: (chat: Chat) => void;
  /** A failure that the panel shows; for the log. */
  readonly onFailure: (error: unknown) => void;
  readonly newId: () => string;
  readonly now: () => number;
}

/** What the engine is answering now. */
interface Attempt {
  /** Another one for every try, so that late events of a stopped one are told apart. */
  readonly id: string;
  readonly turnId: string;
  readonly stop: AbortController;
}

/** Characters of a question that are kept; a longer one is refused by the engine anyway. */
const KEPT_QUESTION_LENGTH = 50_000;

type RetryOptions = Pick<AskParams, "anyway" | "begun">;

export class ChatSession implements Disposable {
  readonly #deps: ChatSessionDeps;
  readonly #messages = new Listeners<ToWebview>();
  readonly #disposables = new DisposableStore();
  #chatId: string;
  #turns: readonly Turn[] = [];
  #attempt: Attempt | undefined;
  /** Stops what goes on behind the scenes. */
  #summarising: AbortController | undefined;

  constructor(deps: ChatSessionDeps) {
    this.#deps = deps;
    this.#chatId = deps.newId();
    this.#disposables.add(
      deps.engine.onAskEvent(({ turnId, event }) => {
        if (turnId === this.#attempt?.id) {
          this.#onEvent(this.#attempt.turnId, event);
        }
      }),
    );
  }

  get chatId(): string {
    return this.#chatId;
  }

  get turns(): readonly TurnView[] {
    return this.#turns.map((turn) => this.#view(turn));
  }

  /** What to tell the panel, as it happens. */
  onMessage(listener: (message: ToWebview) => void): Disposable {
    return this.#messages.add(listener);
  }

  /** Asks, and ends when the turn does; what goes wrong is part of the turn. */
  async ask(question: string, selection?: Selection): Promise<void> {
    this.stop();
    const turn = newTurn(this.#deps.newId(), question, selection);
    const earlier = this.#turns;
    this.#turns = [...earlier, turn];
    this.#post(turn);
    await this.#answer(turn.turnId, question, selection, earlier);
  }

  /**
   * Asks the last question again, in its place.
   *
   * @param options `anyway` asks the model although nothing solid was found.
   */
  async retry(options: RetryOptions = {}): Promise<void> {
    const last = this.#turns.at(-1);
    if (!last) {
      return;
    }
    this.stop();
    this.#change(last.turnId, () => newTurn(last.turnId, last.question, last.selection));
    await this.#answer(last.turnId, last.question, last.selection, this.#turns.slice(0, -1), options);
  }

  /** Goes on with the last answer where it broke off; what is there of it stays. */
  async continueAnswer(): Promise<void> {
    const last = this.#turns.at(-1);
    if (!last || last.text === "") {
      return this.retry();
    }
    this.stop();
    const { turnId, question, selection, text, sources, sourcesNotice: notice } = last;
    this.#change(turnId, (turn) => ({ ...turn, state: "searching", result: undefined, notice: undefined }));
    await this.#answer(turnId, question, selection, this.#turns.slice(0, -1), { begun: { text, sources, notice } });
  }

  /** Stops the answer that is being written; what is there of it stays. */
  stop(): void {
    this.#summarising?.abort();
    this.#summarising = undefined;
    const attempt = this.#attempt;
    if (attempt) {
      this.#attempt = undefined;
      attempt.stop.abort();
      this.#change(attempt.turnId, (turn) => ({ ...turn, state: "stopped" }));
    }
  }

  newChat(): void {
    this.stop();
    this.#chatId = this.#deps.newId();
    this.#turns = [];
  }

  /** Goes on with a chat of before. */
  open(chat: Chat): void {
    this.stop();
    this.#chatId = chat.id;
    this.#turns = chat.turns;
  }

  source(turnId: string, n: number): Source | undefined {
    return this.#turn(turnId)?.sources.find((source) => source.n === n);
  }

  /** The answer as Markdown, with its sources listed below; undefined while there is none. */
  answerMarkdown(turnId: string): string | undefined {
    const turn = this.#turn(turnId);
    if (!turn || turn.text === "") {
      return undefined;
    }
    const cited = new Set(turn.result?.citations.map(({ n }) => n));
    const sources = turn.sources
      .filter(({ n }) => cited.has(n))
      .map((source) => `[${source.n}] ${placeLabel(source, this.#deps.folderName)}`);
    return [turn.text.trimEnd(), sources.join("  \n")].filter(Boolean).join("\n\n");
  }

  dispose(): void {
    this.stop();
    this.#disposables.dispose();
  }

  async #answer(
    turnId: string,
    question: string,
    selection: Selection | undefined,
    earlier: readonly Turn[],
    options: RetryOptions = {},
  ): Promise<void> {
    const context = this.#deps.askContext();
    if ("unavailable" in context) {
      this.#change(turnId, (turn) => ({ ...turn, state: "failed", notice: context.unavailable }));
      return;
    }
    const attempt: Attempt = { id: this.#deps.newId(), turnId, stop: new AbortController() };
    this.#attempt = attempt;
    try {
      const answer = await this.#deps.engine.request(
        requests.ask,
        {
          ...context,
          ...options,
          turnId: attempt.id,
          question,
          ...conversationOf(earlier),
          selection,
          indexFirst: true,
        },
        attempt.stop.signal,
      );
      this.#finish(attempt, (turn) => this.#answered(turn, answer));
      void this.#summarise();
    } catch (error) {
      this.#finish(attempt, (turn) => this.#failed(turn, error));
    }
  }

  /** Behind the scenes, has the older turns summed up if they take too much room; the next question stops it. */
  async #summarise(): Promise<void> {
    const { earlier, history } = conversationOf(this.#turns);
    const upTo = this.#turns.filter(wasSaid).at(-2);
    if (this.#attempt !== undefined || upTo === undefined || history.length < 2) {
      return;
    }
    const summarising = new AbortController();
    this.#summarising = summarising;
    try {
      const text = await this.#deps.engine.request(requests.summarise, { earlier, history }, summarising.signal);
      const turn = this.#turn(upTo.turnId);
      if (text !== null && turn !== undefined && this.#summarising === summarising) {
        this.#replace({ ...turn, summary: { text, turns: (earlier?.turns ?? 0) + history.length - 1 } });
        this.#save();
      }
    } catch {
      // it was stopped, or the engine ended; the conversation goes on without
    }
  }

  /** Nothing happens where the attempt was stopped or another has taken its place. */
  #finish(attempt: Attempt, change: (turn: Turn) => Turn): void {
    if (this.#attempt === attempt) {
      this.#attempt = undefined;
      this.#change(attempt.turnId, change);
    }
  }

  #answered(turn: Turn, answer: Answer): Turn {
    return {
      ...turn,
      state: "done",
      text: answer.sources.length === 0 ? "" : answer.answer, // that nothing was found the notice says, in the user's language
      sources: answer.sources,
      sourcesNotice: answer.notice,
      result: answerView(answer, this.#deps.folderName),
      notice: this.#noticeOf(answer),
    };
  }

  #noticeOf({ noModel, nothingSolid, sources }: Answer): Notice | undefined {
    const { words } = this.#deps;
    if (sources.length === 0) {
      return words.nothingFound();
    }
    return nothingSolid ? words.nothingSolid() : noModel && words.withoutModel(noModel);
  }

  #failed(turn: Turn, error: unknown): Turn {
    if (isAbort(error)) {
      return { ...turn, state: "stopped" };
    }
    this.#deps.onFailure(error);
    return { ...turn, state: "failed", notice: this.#deps.words.failed(toErrorDetail(error)) };
  }

  #onEvent(turnId: string, event: AskEvent): void {
    const turn = this.#turn(turnId);
    if (!turn) {
      return;
    }
    const next = afterEvent(turn, event);
    const isOnlyText = next.state === turn.state && (event.type === "text" || event.type === "thinking");
    this.#replace(next);
    if (isOnlyText) {
      const [text, thinking] = event.type === "text" ? [event.text, ""] : ["", event.text];
      this.#messages.emit({ type: "text", turnId, text, thinking });
    } else {
      this.#messages.emit({ type: "turn", turn: this.#view(next) });
    }
    this.#save();
  }

  #turn(turnId: string): Turn | undefined {
    return this.#turns.find((turn) => turn.turnId === turnId);
  }

  #change(turnId: string, change: (turn: Turn) => Turn): void {
    const turn = this.#turn(turnId);
    if (turn) {
      this.#post(change(turn));
    }
  }

  #post(turn: Turn): void {
    this.#replace(turn);
    this.#messages.emit({ type: "turn", turn: this.#view(turn) });
    this.#save();
  }

  #replace(turn: Turn): void {
    this.#turns = this.#turns.map((other) => (other.turnId === turn.turnId ? turn : other));
  }

  #save(): void {
    this.#deps.save({ format: CHAT_FORMAT, id: this.#chatId, updatedAt: this.#deps.now(), turns: this.#turns });
  }

  #view(turn: Turn): TurnView {
    return turnView(turn, this.#deps.folderName);
  }
}

function newTurn(turnId: string, question: string, selection: Selection | undefined): Turn {
  return {
    turnId,
    question: question.slice(0, KEPT_QUESTION_LENGTH),
    selection,
    state: "searching",
    text: "",
    thinking: "",
    sources: [],
    result: undefined,
    notice: undefined,
  };
}

/** A turn after something happened to its answer. */
function afterEvent(turn: Turn, event: AskEvent): Turn {
  switch (event.type) {
    case "indexing":
    case "searching":
    case "loading-model":
      return { ...turn, state: event.type };
    case "sources":
      return { ...turn, sources: event.sources, sourcesNotice: event.notice };
    case "thinking":
      return { ...turn, state: "thinking", thinking: turn.thinking + event.text };
    case "text":
      return { ...turn, state: "answering", text: turn.text + event.text };
    case "restart":
      return { ...turn, state: "searching", text: "", thinking: "" };
  }
}

function answerView(answer: Answer, folderName: (folder: string) => string | undefined): AnswerView {
  const {
    notice,
    model,
    noModel,
    nothingSolid,
    promptTokens,
    contextWindow,
    isWindowForGraphics,
    turnsLeftOut,
    turnsSummarised,
    truncated,
    cutShort,
    elapsedMs,
    unverified,
  } = answer;
  const citations = answer.citations.map((citation) => ({
    n: citation.n,
    label: placeLabel(citation, folderName),
    state: citation.state,
  }));
  return {
    notice,
    model,
    noModel,
    nothingSolid,
    promptTokens,
    contextWindow,
    isWindowForGraphics,
    truncated,
    cutShort,
    turnsLeftOut,
    turnsSummarised,
    elapsedMs,
    checked: answer.checks.length,
    unverified,
    citations,
  };
}
