/** What of a chat the engine is told when the next question is asked. */

import type { SummariseParams } from "../../protocol/engine";
import { isRunning, placeLabel, type Turn } from "./chat";

/** Turns of history that are passed on; the engine takes what fits the context window. */
const HISTORY_TURNS = 30;
const HISTORY_ANSWER_LENGTH = 8_000;

/** False for an answer that is the passages themselves. */
const wasWritten = ({ result }: Turn): boolean => result === undefined || result.model !== undefined;

/** Answers that a model wrote, also stopped ones. */
export const wasSaid = (turn: Turn): boolean => !isRunning(turn) && turn.text !== "" && wasWritten(turn);

/** What was said before, oldest first; a summary stands for what it sums up. */
export function conversationOf(turns: readonly Turn[]): SummariseParams {
  const said = turns.filter(wasSaid);
  const summarised = said.findLastIndex(({ summary }) => summary !== undefined);
  const history = said
    .slice(summarised + 1)
    .slice(-HISTORY_TURNS)
    .map(({ question, selection, text }) => ({
      question: selection ? `${question} (${placeLabel(selection, () => undefined)})` : question,
      answer: text.slice(0, HISTORY_ANSWER_LENGTH),
    }));
  return { earlier: said[summarised]?.summary, history };
}
