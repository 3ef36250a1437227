/**
 * Decides what of everything found goes into the prompt.
 *
 * The context window is shared by the system text, the question, the sources, earlier turns and the answer. The answer's
 * share is set aside first, so that a model that keeps to it never writes over its own prompt. Sources go in whole, best
 * first: half a function misleads. Only a selection is cut, since the question is about it, and then its lines say so.
 */

import type { SearchResult, Source, SourceRole } from "../../../domain/answer";
import type { ChatMessage } from "../../ports";
import { buildMessages, fenceWord, historyMessages, type PromptTurn, sourceBlock } from "./prompt";
import { estimateTokens } from "./tokenEstimate";

/** Something found, in the order in which it should be considered. */
export interface Candidate extends SearchResult {
  readonly role: SourceRole;
}

export interface PackRequest {
  readonly candidates: readonly Candidate[];
  /** Oldest first. */
  readonly history: readonly PromptTurn[];
  readonly question: string;
  readonly nonce: string;
  /** Tokens. */
  readonly contextWindow: number;
  /** See `estimateTokens`. */
  readonly tokenRatio: number;
  /** See `PromptParts`. */
  readonly begun?: string;
  readonly isThinkingOver?: boolean;
}

export interface PackedContext {
  readonly messages: readonly ChatMessage[];
  /** Those in the prompt first, numbered from 1 without a gap; then the rest. */
  readonly sources: readonly Source[];
  readonly estimatedTokens: number;
  /** Earlier questions that there was no room for. */
  readonly turnsLeftOut: number;
  /** What the answer may have. */
  readonly maxAnswerTokens: number;
}

/** More sources make small models vague and slow machines slow. */
const MAX_SOURCES_IN_PROMPT = 14;

/** The answer's share of the window. */
const ANSWER_SHARE = 0.25;
const MAX_ANSWER_TOKENS = 4096;

/** What earlier turns may take of the prompt. */
const HISTORY_SHARE = 0.25;

/** Role names and marks that the model's template puts around each message, and around the whole. */
const MESSAGE_OVERHEAD = 8;
const TEMPLATE_OVERHEAD = 24;

/**
 * @returns undefined if the window has no room for the question with at least one source; with no candidates, for the
 *   question alone.
 */
export function packContext(request: PackRequest): PackedContext | undefined {
  const cost = (text: string) => estimateTokens(text, request.tokenRatio);
  const promptBudget = Math.floor(request.contextWindow * (1 - ANSWER_SHARE));
  const frame = buildMessages({ ...fixedParts(request), sources: [], history: [] });
  const free = promptBudget - messagesCost(frame, cost);
  const history = recentTurns(request.history, free * HISTORY_SHARE, cost);
  const historyCost = messagesCost(history.flatMap(historyMessages), cost) - TEMPLATE_OVERHEAD;

  const { chosen, left } = chooseSources(request, free - Math.max(0, historyCost), cost);
  if (free < 0 || (chosen.length === 0 && request.candidates.length > 0)) {
    return undefined;
  }
  return assemble(request, history, chosen, left, cost);
}

/** What goes into the prompt whatever its size. */
const fixedParts = ({ question, nonce, begun = "", isThinkingOver = false }: PackRequest) => ({
  question,
  nonce,
  begun,
  isThinkingOver,
});

function assemble(
  request: PackRequest,
  history: readonly PromptTurn[],
  chosen: readonly Candidate[],
  left: readonly Candidate[],
  cost: (text: string) => number,
): PackedContext {
  const numbered = [...chosen, ...left].map((candidate, index) =>
    toSource(candidate, index + 1, index < chosen.length),
  );
  const inPrompt = numbered.slice(0, chosen.length);
  const messages = buildMessages({ ...fixedParts(request), sources: inPrompt, history });
  const estimatedTokens = messagesCost(messages, cost);
  return {
    messages,
    sources: numbered,
    estimatedTokens,
    turnsLeftOut: request.history.length - history.length,
    maxAnswerTokens: Math.min(MAX_ANSWER_TOKENS, request.contextWindow - estimatedTokens),
  };
}

function chooseSources(
  { candidates, nonce }: PackRequest,
  budget: number,
  cost: (text: string) => number,
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
  cost: (text: string) => number,
): { readonly candidate: Candidate; readonly tokens: number } | undefined {
  const tokensOf = (shown: Candidate) => cost(`${sourceBlock({ ...shown, n: MAX_SOURCES_IN_PROMPT }, fence)}\n\n`);
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

/**
 * The latest turns that fit, oldest first. The last is kept whole where it fits and shortened where it does not; of
 * those before it the beginning of the answer stands for the rest, since an answer says first what it says.
 */
function recentTurns(
  history: readonly PromptTurn[],
  budget: number,
  cost: (text: string) => number,
): readonly PromptTurn[] {
  const turns: PromptTurn[] = [];
  let free = budget;
  for (const whole of history.toReversed()) {
    const turn = turns.length === 0 ? whole : { ...whole, answer: gist(whole.answer) };
    const tokens = turnCost(turn, cost);
    if (tokens > free) {
      const shortened = turns.length === 0 ? shortenAnswer(turn, free, cost) : undefined;
      return shortened === undefined ? turns : [shortened];
    }
    turns.unshift(turn);
    free -= tokens;
  }
  return turns;
}

const LONGEST_GIST = 400;

/** The first paragraph of an answer, or of a long one its first sentences. */
function gist(answer: string): string {
  const paragraph = answer.trim().split(/\n\s*\n/, 1)[0] ?? "";
  if (paragraph.length <= LONGEST_GIST) {
    return paragraph === answer.trim() ? answer : `${paragraph} …`;
  }
  const cut = paragraph.slice(0, LONGEST_GIST);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(". ") + 1, cut.lastIndexOf(" ")))} …`;
}

const turnCost = (turn: PromptTurn, cost: (text: string) => number): number =>
  messagesCost(historyMessages(turn), cost) - TEMPLATE_OVERHEAD;

function shortenAnswer(turn: PromptTurn, budget: number, cost: (text: string) => number): PromptTurn | undefined {
  const share = (budget - turnCost({ ...turn, answer: "" }, cost)) / Math.max(1, cost(turn.answer));
  const kept = turn.answer.slice(0, Math.max(0, Math.floor(turn.answer.length * share * 0.8)));
  const shortened = { ...turn, answer: `${kept.slice(0, kept.lastIndexOf(" ") + 1)}…` };
  return share > 0 && turnCost(shortened, cost) <= budget ? shortened : undefined;
}

function messagesCost(messages: readonly ChatMessage[], cost: (text: string) => number): number {
  return messages.reduce((sum, { content }) => sum + cost(content) + MESSAGE_OVERHEAD, TEMPLATE_OVERHEAD);
}

function toSource(candidate: Candidate, n: number, inPrompt: boolean): Source {
  const { folder, path, startLine, endLine, language, kind, symbol, enclosing, score, text, role } = candidate;
  return { n, role, inPrompt, folder, path, startLine, endLine, language, kind, symbol, enclosing, score, text };
}
