/**
 * Decides how much of the conversation goes into a prompt.
 *
 * While all of it fits, it goes in as it was said, so that the server's cached beginning holds from question to question.
 * When it no longer does, a summary stands for the oldest turns, which the model wrote after an earlier answer
 * (`summarise.ts`). Where there is none yet, the first paragraph of each older answer stands for the rest, since an answer
 * says first what it says.
 */

import type { ConversationSummary } from "../../../domain/answer";
import type { ChatMessage } from "../../modelPorts";
import { countMessages, type TokenCounting } from "../tokens/tokenCounting";
import { historyMessages, type PromptTurn } from "./prompt";

export interface Conversation {
  /** What was said before `history`. */
  readonly earlier?: ConversationSummary | undefined;
  /** Oldest first. */
  readonly history: readonly PromptTurn[];
}

export interface PackedHistory {
  /** Oldest first; a summary is the first. */
  readonly turns: readonly PromptTurn[];
  readonly leftOut: number;
  readonly summarised: number;
}

/** What parts of a prompt add to its tokens. */
export interface Cost {
  readonly text: (text: string) => number;
  readonly messages: (messages: readonly ChatMessage[]) => number;
}

export const costBy = ({ count, ratio }: TokenCounting): Cost => ({
  text: (text) => count(text) * ratio,
  messages: (messages) => countMessages(messages, count) * ratio,
});

/** What earlier turns may take of the room that sources and turns share. */
export const HISTORY_SHARE = 0.25;

/** What a summary may take of that; a larger one is left out for the turns themselves. */
const SUMMARY_SHARE = 0.5;

export function packHistory(conversation: Conversation, budget: number, cost: Cost): PackedHistory {
  const { earlier, history } = conversation;
  const all = asTurns(conversation);
  if (fit(all, budget, cost)) {
    return { turns: all, leftOut: 0, summarised: earlier?.turns ?? 0 };
  }
  const summary = all.slice(0, all.length - history.length);
  const summaryCost = turnsCost(summary, cost);
  const isKept = summaryCost <= budget * SUMMARY_SHARE;
  const turns = recentTurns(history, isKept ? budget - summaryCost : budget, cost);
  const summarised = earlier?.turns ?? 0;
  return {
    turns: isKept ? [...summary, ...turns] : turns,
    leftOut: history.length - turns.length + (isKept ? 0 : summarised),
    summarised: isKept ? summarised : 0,
  };
}

const SUMMARY_QUESTION = "What have we spoken about so far, in short?";

/** A summary is told as the answer to a question, since templates want the two to take turns. */
export function asTurns({ earlier, history }: Conversation): readonly PromptTurn[] {
  return earlier === undefined ? history : [{ question: SUMMARY_QUESTION, answer: earlier.text }, ...history];
}

/** Counts no further than the budget goes: a long conversation has more text than a prompt. */
function fit(turns: readonly PromptTurn[], budget: number, cost: Cost): boolean {
  let free = budget;
  return turns.every((turn) => {
    free -= turnCost(turn, cost);
    return free >= 0;
  });
}

export const turnsCost = (turns: readonly PromptTurn[], cost: Cost): number =>
  turns.reduce((sum, turn) => sum + turnCost(turn, cost), 0);

/** The latest turns that fit, oldest first. The last is kept whole where it fits and shortened where it does not. */
function recentTurns(history: readonly PromptTurn[], budget: number, cost: Cost): readonly PromptTurn[] {
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

export const turnCost = (turn: PromptTurn, cost: Cost): number => cost.messages(historyMessages(turn));

/** @returns undefined where not even the question fits. */
export function shortenAnswer(turn: PromptTurn, budget: number, cost: Cost): PromptTurn | undefined {
  const share = (budget - turnCost({ ...turn, answer: "" }, cost)) / Math.max(1, cost.text(turn.answer));
  const kept = turn.answer.slice(0, Math.max(0, Math.floor(turn.answer.length * share * 0.8)));
  const shortened = { ...turn, answer: `${kept.slice(0, kept.lastIndexOf(" ") + 1)}…` };
  return share > 0 && turnCost(shortened, cost) <= budget ? shortened : undefined;
}
