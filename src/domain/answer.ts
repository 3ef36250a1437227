/** Search results, sources, citations and answers. Plain data, as it crosses the wire. */

import type { ChunkKind } from "./chunk";
import type { Tier } from "./indexStatus";
import type { LineRange } from "./lines";

/** A chunk that a search returned. */
export interface SearchResult extends LineRange {
  /** The absolute path of the indexed folder that holds it. */
  readonly folder: string;
  readonly path: string;
  readonly language: string;
  readonly kind: ChunkKind;
  readonly symbol: string | undefined;
  readonly enclosing: readonly string[];
  /** Higher is better; comparable within one search only. */
  readonly score: number;
  readonly text: string;
  /** Other places in the file that fit nearly as well and are no results of their own. */
  readonly alsoAt?: readonly LineRange[];
  /** How the score came about, where that was asked for. */
  readonly explanation?: Explanation;
}

/** The parts of a file's score: the sum of value × weight, times a factor for what its path is of and one for each trait. */
export interface Explanation {
  readonly parts: readonly { readonly feature: string; readonly value: number; readonly weight: number }[];
  /** Such as `tests`; each lowers the factor. */
  readonly pathKinds: readonly string[];
  readonly factor: number;
  /** What is said of the file whatever is asked, such as `depth`. */
  readonly traits: readonly { readonly trait: string; readonly factor: number }[];
}

/**
 * What a person should know of a list of results: the regular expression is none (`pattern-invalid`), there was no time to
 * look at everything (`pattern-partial`), the filters let no file through (`filters-admit-none`), files that are
 * still to be indexed were searched by their words alone (`index-partial`) or in part (`scan-partial`), the index could not be
 * brought up to date (`index-stale`), or one of several folders could not be searched (`folder-left-out`).
 */
export type SearchNotice =
  | "pattern-invalid"
  | "pattern-partial"
  | "filters-admit-none"
  | "index-partial"
  | "scan-partial"
  | "index-stale"
  | "folder-left-out";

/** Why a source is there: found by search, the selection itself, a definition it uses, or code that uses it. */
export type SourceRole = "found" | "selection" | "definition" | "caller";

/** A numbered chunk of the prompt. */
export interface Source extends SearchResult {
  /** From 1; what `[n]` in an answer refers to. */
  readonly n: number;
  readonly role: SourceRole;
  /** False for a source that was found but did not fit the context window. */
  readonly inPrompt: boolean;
}

/**
 * How a citation fared when it was checked against the file as it is now.
 *
 * `current`: the text stands where it is cited. `moved`: the same text stands at other lines, which the citation now
 * names. `changed`: the text is no longer in the file. `gone`: the file is no longer there.
 */
export type CitationState = "current" | "moved" | "changed" | "gone";

/** A verified reference `path:startLine-endLine` from an answer to a source. */
export interface Citation extends LineRange {
  readonly n: number;
  readonly folder: string;
  readonly path: string;
  readonly state: CitationState;
  /** True for `current` and `moved`. */
  readonly verified: boolean;
}

/** What of an answer is checked: `[9]`, a path, its lines, a quotation, or a name in code. */
export type CheckKind = "source-number" | "path" | "lines" | "quote" | "identifier";

/** Something the answer mentions, and where it was found. */
export interface AnswerCheck {
  readonly kind: CheckKind;
  /** As it stands in the answer. */
  readonly text: string;
  /** `index`: not in the sources that the model saw, but in the indexed files. */
  readonly found: "sources" | "index" | "nowhere";
}

/** Something in the answer that does not check out. */
export interface UnverifiedMention {
  readonly kind: CheckKind;
  /** As it stands in the answer. */
  readonly text: string;
}

/** Why the answer holds passages and no prose. */
export type NoModelReason =
  | { readonly why: "turned-off" }
  | { readonly why: "ollama-unreachable"; readonly url: string }
  | { readonly why: "ollama-unusable"; readonly url: string; readonly problem: string }
  | { readonly why: "no-chat-model"; readonly url: string };

/** What a model wrote to stand for the oldest part of a conversation. */
export interface ConversationSummary {
  readonly text: string;
  /** How many questions and answers it stands for. */
  readonly turns: number;
}

export interface Answer {
  readonly question: string;
  /** Markdown; with no model, the best passages, cited. */
  readonly answer: string;
  readonly citations: readonly Citation[];
  /** Everything that was looked up after the answer was written. */
  readonly checks: readonly AnswerCheck[];
  /** Those of `checks` that were found nowhere. */
  readonly unverified: readonly UnverifiedMention[];
  readonly sources: readonly Source[];
  /** What is to be known of the sources. */
  readonly notice: SearchNotice | undefined;
  /** Undefined when no model wrote the answer; then `noModel` says why. */
  readonly model: string | undefined;
  readonly noModel: NoModelReason | undefined;
  /** True when no model was asked because nothing that was found seems to answer; the passages are the nearest there are. */
  readonly nothingSolid: boolean;
  readonly tier: Tier;
  /** Tokens of the prompt as the server counted them; undefined without a model. */
  readonly promptTokens: number | undefined;
  /** Our estimate of the same, made before sending. */
  readonly estimatedPromptTokens: number | undefined;
  /** Tokens asked for with `num_ctx`. */
  readonly contextWindow: number | undefined;
  /** True when that is smaller than it could be, so that the model stays in graphics memory. */
  readonly isWindowForGraphics: boolean;
  /** Earlier questions of the conversation that the model was not shown, for want of room. */
  readonly turnsLeftOut: number;
  /** Earlier questions that the model was shown a summary of. */
  readonly turnsSummarised: number;
  /** True when the server saw less of the prompt than was sent. */
  readonly truncated: boolean;
  /** True when the answer stopped at its token limit and not at its end. */
  readonly cutShort: boolean;
  readonly elapsedMs: number;
}
