/**
 * Whether a server left out the oldest messages of a prompt, which its count does not show.
 *
 * Ollama first drops whole messages, the oldest ones and at last the system text, until the rest fits, and counts that
 * rest. So where a prompt may have been too long it is sent once more without the message that would go first: if the
 * server counts as many tokens as before, that message was not there the first time either. Nothing is estimated.
 */

import type { ChatMessage } from "../../modelPorts";
import type { TokenCounting } from "../tokens/tokenCounting";
import type { ChatModel } from "./resolveModel";

/** What is counted before the ratio is too low by this factor at most, over texts of every kind. */
const LARGEST_COUNT = 1.1;

interface Sent {
  readonly messages: readonly ChatMessage[];
  readonly contextWindow: number;
  /** As the server counted them. */
  readonly promptTokens: number;
}

/** True where the youngest of the messages that were dropped, if any were, need not have fitted. */
export function mayHaveDropped(
  { messages, contextWindow, promptTokens }: Sent,
  count: TokenCounting["count"],
): boolean {
  const sizes = messages.map(({ content }) => count(content) * LARGEST_COUNT);
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  const largest = Math.max(0, ...sizes.slice(0, -1));
  return whole > contextWindow && promptTokens + largest > contextWindow;
}

/** @throws {EngineError} as `ChatServer.chat`. */
export async function hasDropped(
  { server, model }: ChatModel,
  { messages, contextWindow, promptTokens }: Sent,
  signal: AbortSignal,
): Promise<boolean> {
  const first = messages.length > 2 ? 1 : 0; // the system text stays as long as anything else can go
  const fewer = messages.filter((_, index) => index !== first);
  for await (const event of server.chat({ model, messages: fewer, contextWindow, maxAnswerTokens: 1 }, signal)) {
    if (event.type === "done") {
      return event.promptTokens !== undefined && event.promptTokens >= promptTokens;
    }
  }
  return false;
}
