/** What becomes of a question that nothing solid was found for. */

import { expect, test } from "vitest";
import { type AnswerDeps, type AnswerRequest, answerQuestion } from "../../../src/core/answering/answer";
import { REQUEST } from "../../support/answerRun";
import { done, fakeChatServer } from "../../support/fakeChatServer";
import { found } from "../../support/searchResults";

const FOUND = [found("src/store.ts:2", "export function save() {}"), found("src/cli.ts:1", "save();")];

const ask = (server: AnswerDeps["server"], request: Partial<AnswerRequest>, isWeak: AnswerDeps["isWeak"]) =>
  answerQuestion(
    {
      search: async () => FOUND,
      related: async () => [],
      readText: async (_, path) =>
        `${path === "src/store.ts" ? "\n" : ""}${FOUND.find((one) => one.path === path)?.text}`,
      server,
      clock: () => 0,
      nonce: () => "nonce",
      ...(isWeak === undefined ? {} : { isWeak }),
    },
    {
      ...REQUEST,
      question: "Where does the program keep its state?",
      ...request,
    },
    () => undefined,
    new AbortController().signal,
  );

test.each<[string, Partial<AnswerRequest>, boolean]>([
  ["a question nothing solid was found for", {}, true],
  ["the same, asked anyway", { anyway: true }, false],
  [
    "a selection, which is there",
    {
      selection: { folder: "/project", path: "src/cli.ts", startLine: 2, endLine: 2, text: "save();", language: "ts" },
    },
    false,
  ],
  ["a follow-up of one that something was found for", { history: [{ question: "solid", answer: "yes" }] }, false],
  ["a follow-up of another such", { history: [{ question: "weak", answer: "no" }] }, true],
])("%s", async (_, request, isRefused) => {
  const server = fakeChatServer([["written [1]", done()]]);
  const isWeak = async (question: string) => !question.includes("solid");
  const answer = await ask(server, request, isWeak);
  expect(server.asked).toHaveLength(isRefused ? 0 : 1);
  expect(answer.nothingSolid).toBe(isRefused);
  expect(answer.noModel).toBeUndefined();
  if (isRefused) {
    expect(answer).toMatchObject({ model: undefined, citations: [{ n: 1 }, { n: 2 }] });
    expect(answer.answer).toContain("src/store.ts:2");
  }
});

test("without a model the passages are shown whatever they are worth", async () => {
  const answer = await ask(undefined, {}, async () => true);
  expect(answer).toMatchObject({ nothingSolid: false, noModel: { why: "turned-off" } });
});
