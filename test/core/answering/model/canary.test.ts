/** Servers that tell neither a context in force nor a count that can be believed. */

import { expect, test } from "vitest";
import { askModel } from "../../../../src/core/answering/model/askModel";
import { FIRST_COUNTING } from "../../../../src/core/answering/tokens/tokenCounting";
import type { ChatServer } from "../../../../src/core/modelPorts";
import { EngineError } from "../../../../src/domain/errors";
import { chatModel } from "../../../support/chatModel";
import { done, fakeChatServer } from "../../../support/fakeChatServer";
import { found } from "../../../support/searchResults";

interface OldServer {
  /** Characters of the prompt that it keeps, from its end. */
  readonly keeps?: number;
  /** It keeps the system texts and the last message, and drops the rest. */
  readonly dropsTurns?: boolean;
  readonly canRepeat?: boolean;
  /** What it counts; undefined: it counts nothing. */
  readonly counts?: number | undefined;
  readonly failsWhenProbed?: boolean;
}

function oldServer({ keeps = 1e9, dropsTurns, canRepeat = true, counts, failsWhenProbed = false }: OldServer) {
  const asked: string[] = [];
  const server: ChatServer = {
    ...fakeChatServer([]),
    async *chat({ messages }) {
      const contents = messages.map(({ content }) => content);
      const sent = contents.join("\n");
      asked.push(sent);
      const isKept = (index: number) => messages[index]?.role === "system" || index === messages.length - 1;
      const isTooLong = dropsTurns === true && sent.length > 2000;
      const seen = isTooLong ? contents.filter((_, index) => isKept(index)).join("\n") : sent.slice(-keeps);
      const isProbe = seen.endsWith("Write both halves of the watchword, and nothing else.");
      if (isProbe && failsWhenProbed) {
        throw new EngineError({ code: "ollama-busy", url: "u" });
      }
      const watchword = Array.from(seen.matchAll(/half of the watchword is (\w+)\./g), ([, half]) => half);
      yield { type: "text", text: isProbe ? (canRepeat ? `It is ${watchword.join(", ")}.` : "Sorry?") : "[1]" };
      yield done({ promptTokens: counts });
    },
  };
  return { server, asked };
}

async function ask(old: OldServer) {
  const { server, asked } = oldServer(old);
  const lines = Array.from({ length: 20 }, (_, n) => `const value${n} = ${n};`).join("\n");
  const candidates = [..."abcdefgh"].map((name) => ({ ...found(`${name}.ts:1`, lines), role: "found" as const }));
  const { truncated } = await askModel(
    chatModel(server),
    { candidates, history: [], question: "What?", nonce: "a1b2c3", contextWindow: 2048, counting: FIRST_COUNTING },
    () => undefined,
    new AbortController().signal,
  );
  const probes = asked.filter((prompt) => prompt.includes("watchword")).length;
  return `${truncated ? "marked" : "not marked"}, asked ${asked.length - probes} times, probed ${probes} times`;
}

test.each<[string, OldServer, string]>([
  ["the whole prompt was seen", {}, "not marked, asked 1 times, probed 1 times"],
  ["only its end was seen, also of half the prompt", { keeps: 300 }, "marked, asked 2 times, probed 4 times"],
  ["only its end was seen, and all of a smaller one", { keeps: 3000 }, "not marked, asked 2 times, probed 3 times"],
  [
    "the system text was kept and the question was not",
    { dropsTurns: true },
    "not marked, asked 2 times, probed 3 times",
  ],
  ["a model that cannot repeat a word", { canRepeat: false }, "not marked, asked 1 times, probed 2 times"],
  ["a count of what was not cached", { counts: 5 }, "not marked, asked 1 times, probed 1 times"],
  ["a count far too small, and a cut", { counts: 5, keeps: 300 }, "marked, asked 2 times, probed 4 times"],
  ["a count that can be believed", { counts: 1200 }, "not marked, asked 1 times, probed 0 times"],
  ["a server that fails when it is probed", { failsWhenProbed: true }, "not marked, asked 1 times, probed 1 times"],
])("%s", async (_, server, expected) => {
  expect(await ask(server)).toBe(expected);
});
