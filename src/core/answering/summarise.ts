/**
 * Has the chat model sum up the older part of a conversation, once that no longer fits beside the sources.
 *
 * It happens after an answer was shown and nobody waits, with the prompt's own beginning, so that what the server has
 * cached of it stays. Small models write rubbish now and then: what does not read like a summary of this conversation is
 * dropped, and the first paragraphs of the answers have to do.
 */

import type { ChatMessage } from "../modelPorts";
import type { ChatModel } from "./model/resolveModel";
import { createThinkSplitter, partUnopened } from "./model/thinkTags";
import {
  asTurns,
  type Conversation,
  type Cost,
  costBy,
  HISTORY_SHARE,
  shortenAnswer,
  turnCost,
  turnsCost,
} from "./prompt/history";
import { roomBesides } from "./prompt/packContext";
import { historyMessages, type PromptTurn, SYSTEM_TEXT } from "./prompt/prompt";
import { correctedTokens, countMessages, type TokenCounting } from "./tokens/tokenCounting";

export interface SummaryRequest extends Conversation {
  readonly contextWindow: number;
  readonly counting: TokenCounting;
}

const INSTRUCTION = `Sum up our conversation so far, for someone who goes on with it: what was asked, what was found out, and which files and names it is about. Write plain sentences, at most 150 words, in the language of the conversation, and nothing else.`;

/** Of what the history may take; the last turn and the next ones need the rest. */
const SUMMARY_SHARE = 0.4;
const MOST_SUMMARY_TOKENS = 400;
const LEAST_SUMMARY_TOKENS = 60;

/** The next question may be longer than the last one. */
const FULL_SHARE = 0.9;

/**
 * @returns a summary of all but the last turn, with what was summed up before; undefined where everything fits as it is,
 *   where there is nothing but the last turn, and where the model wrote nothing that could stand for it.
 * @throws {EngineError} as `ChatServer`.
 */
export async function summarise(
  chatModel: ChatModel,
  request: SummaryRequest,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { contextWindow, counting, history } = request;
  const cost = costBy(counting);
  const question = history.at(-1)?.question ?? "";
  const budget = roomBesides({ question, nonce: "", contextWindow, counting }) * HISTORY_SHARE;
  const turns = asTurns({ ...request, history: history.slice(0, -1) });
  const maxAnswerTokens = Math.floor(Math.min(MOST_SUMMARY_TOKENS, budget * SUMMARY_SHARE));
  const isFull = turnsCost(asTurns(request), cost) > budget * FULL_SHARE;
  if (history.length < 2 || !isFull || maxAnswerTokens < LEAST_SUMMARY_TOKENS) {
    return undefined;
  }
  const messages = fittingMessages(turns, contextWindow - maxAnswerTokens, counting, cost);
  if (messages === undefined) {
    return undefined;
  }
  const written = await write(chatModel, { messages, contextWindow, maxAnswerTokens }, counting, signal);
  return written && soundSummary(written, turns);
}

/** @returns undefined where not even the questions fit. */
function fittingMessages(
  turns: readonly PromptTurn[],
  room: number,
  counting: TokenCounting,
  cost: Cost,
): ChatMessage[] | undefined {
  const messagesOf = (shown: readonly PromptTurn[]): ChatMessage[] => [
    { role: "system", content: SYSTEM_TEXT },
    ...shown.flatMap(historyMessages),
    { role: "user", content: INSTRUCTION },
  ];
  const free = room - correctedTokens(countMessages(messagesOf([]), counting.count), counting);
  if (turnsCost(turns, cost) <= free) {
    return messagesOf(turns);
  }
  const share = free / turns.length;
  const shortened = turns.map((turn) => (turnCost(turn, cost) <= share ? turn : shortenAnswer(turn, share, cost)));
  return shortened.includes(undefined) ? undefined : messagesOf(shortened as PromptTurn[]);
}

interface Written {
  readonly text: string;
  readonly cutShort: boolean;
}

/** @returns undefined where the model was not shown all of it. */
async function write(
  { server, model }: ChatModel,
  prompt: { readonly messages: ChatMessage[]; readonly contextWindow: number; readonly maxAnswerTokens: number },
  counting: TokenCounting,
  signal: AbortSignal,
): Promise<Written | undefined> {
  const splitter = createThinkSplitter();
  let text = "";
  const keep = (parts: ReturnType<typeof splitter.push>) => {
    text += parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  };
  for await (const event of server.chat({ model, ...prompt }, signal)) {
    if (event.type === "text") {
      keep(splitter.push(event.text));
    } else if (event.type === "done") {
      keep(splitter.end());
      const { promptTokens, cutShort } = event;
      const isCut = promptTokens !== undefined && promptTokens >= prompt.contextWindow - 1;
      if (promptTokens !== undefined && !isCut) {
        counting.learn?.(countMessages(prompt.messages, counting.count), promptTokens);
      }
      return isCut ? undefined : { text: partUnopened(text)?.text ?? text, cutShort };
    }
  }
  return undefined;
}

/** Distinct words among all, below which a text only repeats itself; short ones may. */
const LEAST_VARIETY = 0.3;
const SHORT_TEXT_WORDS = 30;

/** Of its longer words, those that a summary takes from what it sums up. */
const LEAST_TAKEN = 0.2;

/** @returns the summary up to its last whole sentence; undefined for what is none. */
function soundSummary({ text, cutShort }: Written, turns: readonly PromptTurn[]): string | undefined {
  const whole = cutShort ? (/^.*[.!?。！？](?=\s|$)/su.exec(text)?.[0] ?? "") : text;
  const summary = whole.trim();
  const said = turns.map(({ question, answer }) => `${question}\n${answer}`).join("\n");
  const words = wordsOf(summary);
  const distinct = new Set(words);
  const longer = [...distinct].filter((word) => word.length > 3);
  const saidWords = new Set(wordsOf(said));
  const taken = longer.filter((word) => saidWords.has(word));
  const isSound =
    words.length > 0 &&
    summary.length < said.length &&
    (words.length < SHORT_TEXT_WORDS || distinct.size >= words.length * LEAST_VARIETY) &&
    taken.length >= longer.length * LEAST_TAKEN;
  return isSound ? summary : undefined;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
