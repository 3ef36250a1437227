/** Going on with an answer that broke off. */

import { expect, test } from "vitest";
import { type AnswerEvent, answerQuestion } from "../../../src/core/answering/answer";
import { REQUEST } from "../../support/answerRun";
import { done, fakeChatServer, type Script } from "../../support/fakeChatServer";
import { source } from "../../support/searchResults";

const SOURCES = [
  source(1, "src/store.ts:1", "export function save() {}"),
  source(2, "src/cli.ts:1", "save();"),
  source(3, "src/unread.ts:1", "never shown", { inPrompt: false }),
];

async function goOn(...scripts: Script[]) {
  const server = fakeChatServer(scripts);
  const events: AnswerEvent[] = [];
  const answer = await answerQuestion(
    {
      search: () => expect.unreachable(),
      related: () => expect.unreachable(),
      isWeak: () => expect.unreachable(),
      readText: async (_, path) => SOURCES.find((one) => one.path === path)?.text,
      server,
      clock: () => 0,
      nonce: () => "nonce",
    },
    {
      ...REQUEST,
      question: "Where is it saved?",
      begun: { text: "It is saved by ", sources: SOURCES },
    },
    (event) => events.push(event),
    new AbortController().signal,
  );
  return { answer, events, asked: server.asked };
}

test("the model is given the beginning as its own, and the answer is both parts", async () => {
  const { answer, events, asked } = await goOn(["`save` [1], called here [2].", done()]);
  expect(asked[0]?.messages.at(-1)).toEqual({ role: "assistant", content: "It is saved by " });
  expect(answer.answer).toBe("It is saved by `save` [1], called here [2].");
  expect(answer.citations.map(({ n, path }) => `${n} ${path}`)).toEqual(["1 src/store.ts", "2 src/cli.ts"]);
  expect(events.filter(({ type }) => type === "text")).toEqual([
    { type: "text", text: "`save` [1], called here [2]." },
  ]);
});

test("a prompt that was cut starts again after the beginning, which stays", async () => {
  const { answer, events } = await goOn(["lost", done({ promptTokens: 4096 })], ["`save` [1].", done()]);
  const shown = events.flatMap((event) =>
    event.type === "restart" ? ["restart"] : event.type === "text" ? [event.text] : [],
  );
  expect(shown).toEqual(["lost", "restart", "It is saved by ", "`save` [1]."]);
  expect(answer.answer).toBe("It is saved by `save` [1].");
});

test("nothing more to say leaves what is there", async () => {
  const { answer } = await goOn([done()]);
  expect(answer.answer).toBe("It is saved by ");
});
