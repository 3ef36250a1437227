/**
 * Decides what of everything found goes into the prompt.
 *
 * The context window is shared by the system text, the question, the sources, earlier turns and the answer. The answer's
 * share is set aside first, so that a model that keeps to it never writes over its own prompt. Sources go in whole, best
 * first: half a function misleads. Only a selection is cut, since the question is about it, and then its lines say so.
 */

import type { SearchResult, Source, SourceRole } from "../../../domain/answer";
import type { ChatMessage } from "../../modelPorts";
import { correctedTokens, countMessages, type TokenCounting } from "../tokens/tokenCounting";
import { type Conversation, type Cost, costBy, HISTORY_SHARE, type PackedHistory, packHistory } from "./history";
import { buildMessages, fenceWord, historyMessages, sourceBlock } from "./prompt";

/** Something found, in the order in which it should be considered. */
export interface Candidate extends SearchResult {
  readonly role: SourceRole;
}

export interface PackRequest extends Conversation {
  readonly candidates: readonly Candidate[];
  readonly question: string;
  readonly nonce: string;
  /** Tokens. */
  readonly contextWindow: number;
  readonly counting: TokenCounting;
  /** See `PromptParts`. */
  readonly begun?: string;
  readonly isThinkingOver?: boolean;
}

export interface PackedContext {
  readonly messages: readonly ChatMessage[];
  /** Those in the prompt first, numbered from 1 without a gap; then the rest. */
  readonly sources: readonly Source[];
  readonly estimatedTokens: number;
  /** The same before it was corrected. */
  readonly plainTokens: number;
  /** Earlier questions that there was no room for. */
  readonly turnsLeftOut: number;
  /** Earlier questions that a summary stands for. */
  readonly turnsSummarised: number;
  /** What the answer may have. */
  readonly maxAnswerTokens: number;
}

/** More sources make small models vague and slow machines slow. */
const MAX_SOURCES_IN_PROMPT = 14;

/** The answer's share of the window. */
const ANSWER_SHARE = 0.25;
const MAX_ANSWER_TOKENS = 4096;

/**
 * @returns undefined if the window has no room for the question with at least one source; with no candidates, for the
 *   question alone.
 */
export function packContext(request: PackRequest): PackedContext | undefined {
  const { counting } = request;
  const cost = costBy(counting);
  const free = roomBesides(request);
  const history = packHistory(request, free * HISTORY_SHARE, cost);
  const historyCost = cost.messages(history.turns.flatMap(historyMessages));

  const { chosen, left } = chooseSources(request, free - historyCost, cost);
  if (free < 0 || (chosen.length === 0 && request.candidates.length > 0)) {
    return undefined;
  }
  return assemble(request, history, chosen, left);
}

/** Tokens that sources and earlier turns may share: what the answer, the system text and the question leave. */
export function roomBesides(
  request: Pick<PackRequest, "question" | "nonce" | "contextWindow" | "counting" | "begun" | "isThinkingOver">,
): number {
  const { contextWindow, counting } = request;
  const promptBudget = Math.floor(contextWindow * (1 - ANSWER_SHARE));
  const fixed = buildMessages({ ...fixedParts(request), sources: [], history: [] });
  return promptBudget - correctedTokens(countMessages(fixed, counting.count), counting);
}

/** What goes into the prompt whatever its size. */
const fixedParts = ({
  question,
  nonce,
  begun = "",
  isThinkingOver = false,
}: Pick<PackRequest, "question" | "nonce" | "begun" | "isThinkingOver">) => ({
  question,
  nonce,
  begun,
  isThinkingOver,
});

function assemble(
  request: PackRequest,
  history: PackedHistory,
  chosen: readonly Candidate[],
  left: readonly Candidate[],
): PackedContext {
  const numbered = [...chosen, ...left].map((candidate, index) =>
    toSource(candidate, index + 1, index < chosen.length),
  );
  const inPrompt = numbered.slice(0, chosen.length);
  const messages = buildMessages({ ...fixedParts(request), sources: inPrompt, history: history.turns });
  const plain = countMessages(messages, request.counting.count);
  const estimatedTokens = correctedTokens(plain, request.counting);
  return {
    messages,
    sources: numbered,
    estimatedTokens,
    plainTokens: plain,
    turnsLeftOut: history.leftOut,
    turnsSummarised: history.summarised,
    maxAnswerTokens: Math.min(MAX_ANSWER_TOKENS, request.contextWindow - estimatedTokens),
  };
}

function chooseSources(
  { candidates, nonce }: PackRequest,
  budget: number,
  cost: Cost,
): { readonly chosen: readonly Candidate[]; readonly left: readonly Candidate[] } {
  const fence = fenceWord(candidates, nonce);
  const chosen: Candidate[] = [];
  const left: Candidate[] = [];
  let free = budget;
  for (const candidate of candidates) {
    const fitting = chosen.length < MAX_SOURCES_IN_PROMPT ? fit(candidate, free, fence, cost) : undefined;
    if (fitting === undefined) {
      left.push(candidate);
    } else {
      chosen.push(fitting.candidate);
      free -= fitting.tokens;
    }
  }
  return { chosen, left };
}

function fit(
  candidate: Candidate,
  free: number,
  fence: string,
  cost: Cost,
): { readonly candidate: Candidate; readonly tokens: number } | undefined {
  const tokensOf = (shown: Candidate) => cost.text(`${sourceBlock({ ...shown, n: MAX_SOURCES_IN_PROMPT }, fence)}\n\n`);
  const tokens = tokensOf(candidate);
  if (tokens <= free) {
    return { candidate, tokens };
  }
  const shortened = candidate.role === "selection" ? firstLines(candidate, free / tokens) : undefined;
  return shortened !== undefined && tokensOf(shortened) <= free
    ? { candidate: shortened, tokens: tokensOf(shortened) }
    : undefined;
}

/** A selection's first lines, somewhat fewer than the share says, since lines differ in length. */
function firstLines(candidate: Candidate, share: number): Candidate | undefined {
  const lines = candidate.text.split("\n");
  const kept = Math.floor(lines.length * share * 0.8);
  return kept < 1
    ? undefined
    : { ...candidate, text: lines.slice(0, kept).join("\n"), endLine: candidate.startLine + kept - 1 };
}

function toSource(candidate: Candidate, n: number, inPrompt: boolean): Source {
  const { folder, path, startLine, endLine, language, kind, symbol, enclosing, score, text, role } = candidate;
  return { n, role, inPrompt, folder, path, startLine, endLine, language, kind, symbol, enclosing, score, text };
}
