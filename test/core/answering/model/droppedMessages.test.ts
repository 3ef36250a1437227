/** A server that drops the oldest messages until the rest fits, and counts the rest, as Ollama does. */

import { expect, test } from "vitest";
import { hasDropped, mayHaveDropped } from "../../../../src/core/answering/model/droppedMessages";
import { estimateTokens } from "../../../../src/core/answering/tokens/tokenEstimate";
import type { ChatMessage, ChatServer } from "../../../../src/core/modelPorts";
import { chatModel } from "../../../support/chatModel";
import { done, fakeChatServer } from "../../../support/fakeChatServer";

/** Tokens, at four letters each. */
const count = (messages: readonly ChatMessage[]): number =>
  Math.ceil(messages.reduce((sum, { content }) => sum + content.length, 0) / 4);

/** @see https://github.com/ollama/ollama/blob/v0.11.4/server/prompt.go (`chatPrompt`) */
function kept(messages: readonly ChatMessage[], window: number): readonly ChatMessage[] {
  let rest = messages.slice(-1);
  for (let from = messages.length - 2; from >= 0; from -= 1) {
    const system = messages.slice(0, from).filter(({ role }) => role === "system");
    const more = [...system, ...messages.slice(from)];
    if (count(more) > window) {
      return [...system, ...messages.slice(from + 1)];
    }
    rest = more;
  }
  return rest;
}

async function ask(sizes: readonly number[], window: number) {
  const roles = ["system", ...sizes.slice(1).map((_, index) => (index % 2 === 0 ? "user" : "assistant"))] as const;
  const messages = sizes.map(
    (tokens, index): ChatMessage => ({
      role: roles[index] as ChatMessage["role"],
      content: "word".repeat(tokens),
    }),
  );
  const server: ChatServer = {
    ...fakeChatServer([]),
    async *chat(request) {
      yield done({ promptTokens: count(kept(request.messages, window)) });
    },
  };
  const sent = { messages, contextWindow: window, promptTokens: count(kept(messages, window)) };
  const isDropped = await hasDropped(chatModel(server), sent, new AbortController().signal);
  return { isDropped, mayBe: mayHaveDropped(sent, estimateTokens), isReally: count(messages) > window };
}

test.each<[string, number[], number]>([
  ["all fits", [150, 300], 512],
  ["the system text is dropped", [150, 400], 512],
  ["the oldest turn is dropped", [150, 40, 60, 300], 512],
  ["several turns are dropped", [150, 80, 90, 80, 90, 250], 512],
  ["one token too much", [150, 363], 512],
  ["not one token too much", [150, 362], 512],
  ["a beginning of the answer is kept and its question dropped", [150, 400, 30], 512],
])("%s: %j in %i", async (_, sizes, window) => {
  const { isDropped, mayBe, isReally } = await ask(sizes, window);
  expect(isDropped && mayBe).toBe(isReally);
});

test("a prompt that is far from its window is not sent again", async () => {
  expect((await ask([150, 40, 60, 1500], 8192)).mayBe).toBe(false);
});
