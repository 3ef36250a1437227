/**
 * Messages between the chat webview and the extension host.
 *
 * Named by direction. What the webview sends is checked at run time (`extension/chat/parseToHost.ts`), since a webview renders
 * model output and is the less trusted side; what the host sends is only typed. The host owns the conversation:
 * the webview draws what it is told and may be thrown away and made again at any moment.
 */

import type { Answer, NoModelReason, Source } from "../domain/answer";
import type { IndexHealth, IndexProgress } from "../domain/indexStatus";

/** Webview → extension host. */
export type ToHost =
  /** The page is drawn; the host answers with `state`. */
  | { readonly type: "ready" }
  /** A question is begun: what the folder's watcher missed can be found before it is asked. */
  | { readonly type: "writing" }
  | { readonly type: "ask"; readonly question: string }
  | { readonly type: "stop" }
  /** Asks the last question again. */
  | { readonly type: "retry" }
  /** Goes on with the last answer, which broke off. */
  | { readonly type: "continue" }
  | { readonly type: "newChat" }
  | { readonly type: "openSource"; readonly turnId: string; readonly n: number; readonly toSide: boolean }
  | { readonly type: "copyAnswer"; readonly turnId: string }
  | { readonly type: "openExternal"; readonly url: string }
  /** The one action a state offers. */
  | { readonly type: "act"; readonly action: PanelAction };

export type PanelAction =
  | "index"
  | "pause"
  | "resume"
  | "rebuild"
  | "trust"
  | "openFolder"
  | "installOllama"
  | "chooseModel"
  | "retryOllama"
  | "askAnyway"
  | "openSettings"
  | "showSkipped"
  | "doctor"
  | "showLog"
  | "restartEngine";

/** Worded by the host, in the user's language. */
export interface Notice {
  readonly message: string;
  readonly action: { readonly label: string; readonly action: PanelAction } | undefined;
}

export type TurnState =
  | "indexing"
  | "searching"
  | "loading-model"
  | "thinking"
  | "answering"
  | "done"
  | "stopped"
  | "failed";

export interface TurnView {
  readonly turnId: string;
  readonly question: string;
  /** A selection that is being explained: `src/a.ts:3-9`. */
  readonly about: string | undefined;
  readonly state: TurnState;
  /** Markdown, as far as it is written. */
  readonly text: string;
  readonly thinking: string;
  readonly sources: readonly SourceView[];
  /** Present when `done`. */
  readonly result: AnswerView | undefined;
  /** Present when `failed`, and when `done` without a model. */
  readonly notice: Notice | undefined;
}

export type SourceView = Omit<Source, "text" | "folder"> & {
  /** The workspace folder's name where there are several; else undefined. */
  readonly folderName: string | undefined;
  /** The first lines, for the hover. */
  readonly preview: string;
};

export type AnswerView = Pick<
  Answer,
  | "notice"
  | "model"
  | "nothingSolid"
  | "promptTokens"
  | "contextWindow"
  | "isWindowForGraphics"
  | "turnsLeftOut"
  | "turnsSummarised"
  | "truncated"
  | "cutShort"
  | "elapsedMs"
  | "unverified"
> & {
  readonly noModel: NoModelReason | undefined;
  /** How many things the answer mentions were looked up. */
  readonly checked: number;
  readonly citations: readonly {
    readonly n: number;
    readonly label: string;
    readonly state: "current" | "moved" | "changed" | "gone";
  }[];
};

/** What the panel says about the index, over all folders of the window. */
export interface IndexView {
  readonly health: IndexHealth | "no-folder" | "untrusted" | "virtual";
  readonly files: number;
  readonly progress: IndexProgress | undefined;
  readonly notice: Notice | undefined;
}

export interface PanelState {
  readonly index: IndexView;
  readonly turns: readonly TurnView[];
  /** Example questions for the empty panel, made from this workspace. */
  readonly examples: readonly string[];
  /** The model that will answer; undefined when there is none. */
  readonly model: string | undefined;
  /** Where the engine and Ollama run when that is not this machine: `SSH: build01`. */
  readonly remoteName: string | undefined;
  /** Another machine that questions are sent to, as the person allowed: `gpu.example:11434`. */
  readonly ollamaHost?: string | undefined;
}

/** Extension host → webview. */
export type ToWebview =
  | { readonly type: "state"; readonly state: PanelState }
  | {
      readonly type: "index";
      readonly index: IndexView;
      readonly model: string | undefined;
      readonly examples: readonly string[];
    }
  /** A turn as it is now: new, or replacing the one with its `turnId`. */
  | { readonly type: "turn"; readonly turn: TurnView }
  /** More text for a turn that is being answered. */
  | { readonly type: "text"; readonly turnId: string; readonly text: string; readonly thinking: string }
  | { readonly type: "focus"; readonly draft: string | undefined };

/** Strings of the panel by key, in the user's language; the host puts them into the page. */
export type PanelStrings = Readonly<Record<string, string>>;
