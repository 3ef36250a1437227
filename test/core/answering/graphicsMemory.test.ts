import { expect, test } from "vitest";
import { type AnswerDeps, answerQuestion } from "../../../src/core/answering/answer";
import { done, fakeChatServer } from "../../support/fakeChatServer";
import { found } from "../../support/searchResults";

async function run(server: AnswerDeps["server"], contextWindow: number, graphics: AnswerDeps["graphics"]) {
  const deps = {
    search: async () => [found("src/store.ts:1", "save();")],
    related: async () => [],
    readText: async () => "save();\n",
    server,
    clock: () => 0,
    nonce: () => "nonce",
    ...(graphics && { graphics }),
  };
  const asked = { question: "What?", history: [], selection: undefined, unsaved: [], model: undefined, contextWindow };
  return answerQuestion(deps, { ...asked, tier: "lexical" }, () => undefined, new AbortController().signal);
}

test.each([
  { contextWindow: 0, inGraphics: 6144, asked: 6144, isWindowForGraphics: true },
  { contextWindow: 0, inGraphics: undefined, asked: 8192, isWindowForGraphics: false },
  { contextWindow: 0, inGraphics: 12_288, asked: 8192, isWindowForGraphics: false },
  { contextWindow: 7000, inGraphics: 6144, asked: 7000, isWindowForGraphics: false },
])("a window of $inGraphics keeps the model in graphics memory, unless the person chose one: $asked", async (row) => {
  const loaded = { sizeBytes: 8, graphicsBytes: 6 };
  const server = fakeChatServer([["[1]", done()]], { loaded });
  const looked: unknown[] = [];
  const graphics: AnswerDeps["graphics"] = {
    of: () => row.inGraphics,
    look: (model, window, seen) => void looked.push([model.model, window, seen.graphicsBytes]),
  };
  const answer = await run(server, row.contextWindow, graphics);
  expect(answer).toMatchObject({ contextWindow: row.asked, isWindowForGraphics: row.isWindowForGraphics });
  expect(server.asked[0]?.contextWindow).toBe(row.asked);
  expect(looked).toEqual([["fake:7b", row.asked, 6]]);
});
