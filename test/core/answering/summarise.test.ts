/** A window of 2,048 tokens leaves the history some 350 of them. */

import { expect, test } from "vitest";
import { SYSTEM_TEXT } from "../../../src/core/answering/prompt/prompt";
import { type SummaryRequest, summarise } from "../../../src/core/answering/summarise";
import { FIRST_COUNTING } from "../../../src/core/answering/tokens/tokenCounting";
import { EngineError } from "../../../src/domain/errors";
import { chatModel } from "../../support/chatModel";
import { done, fakeChatServer, type Script } from "../../support/fakeChatServer";

const turn = (name: string, sentences: number) => ({
  question: `What does ${name} do?`,
  answer: `The function ${name} writes the index to the disk. `.repeat(sentences),
});

const LONG = [turn("saveIndex", 30), turn("readIndex", 10)];

const SUMMARY = "They asked what saveIndex does: it writes the index to the disk.";

async function sumUp(script: Script, more: Partial<SummaryRequest> = {}) {
  const server = fakeChatServer([script]);
  const request = { history: LONG, contextWindow: 2048, counting: FIRST_COUNTING, ...more };
  const summary = await summarise(chatModel(server), request, new AbortController().signal);
  return { summary, asked: server.asked };
}

test("all but the last turn is summed up, behind the system text, with the same window", async () => {
  const { summary, asked } = await sumUp([SUMMARY, done()]);
  expect(summary).toBe(SUMMARY);
  expect(asked).toHaveLength(1);
  const [first] = asked;
  const messages = first?.messages ?? [];
  expect(messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
  expect(messages[0]?.content).toBe(SYSTEM_TEXT);
  expect(messages[1]?.content).toBe("What does saveIndex do?");
  expect(first?.contextWindow).toBe(2048);
  expect(first?.maxAnswerTokens).toBeLessThan(200);
});

test("an earlier summary is summed up with what came after it", async () => {
  const { asked } = await sumUp([SUMMARY, done()], { earlier: { text: "They spoke of the manifest.", turns: 3 } });
  expect(asked[0]?.messages.map(({ content }) => content).slice(1, 4)).toEqual([
    expect.stringContaining("so far"),
    "They spoke of the manifest.",
    "What does saveIndex do?",
  ]);
});

test.each<[string, Partial<SummaryRequest>]>([
  ["everything fits as it is", { history: [turn("saveIndex", 2), turn("readIndex", 2)] }],
  ["there is only one turn", { history: [turn("saveIndex", 60)] }],
  ["the window is too small for a summary", { contextWindow: 700 }],
  ["the questions alone do not fit", { history: [turn("saveIndex ".repeat(2000), 1), turn("readIndex", 1)] }],
])("no model is asked where %s", async (_, more) => {
  expect(await sumUp([SUMMARY, done()], more)).toEqual({ summary: undefined, asked: [] });
});

test("what is summed up is shortened to fit the window", async () => {
  const history = [turn("saveIndex", 300), turn("readIndex", 300), turn("last", 1)];
  const { summary, asked } = await sumUp([SUMMARY, done()], { history });
  expect(summary).toBe(SUMMARY);
  const told = asked[0]?.messages.map(({ content }) => content) ?? [];
  expect(told[2]).toMatch(/^The function saveIndex .*…$/);
  expect(told[4]).toMatch(/^The function readIndex .*…$/);
  const counted = told.reduce((sum, content) => sum + FIRST_COUNTING.count(content), 0);
  expect(counted + (asked[0]?.maxAnswerTokens ?? 0)).toBeLessThan(2048);
});

test.each<[string, Script, string | undefined]>([
  ["thoughts are left out", ["<think>Hm, saveIndex.</think>", SUMMARY, done()], SUMMARY],
  ["thoughts that come apart, too", [{ type: "thinking", text: "Hm." }, SUMMARY, done()], SUMMARY],
  ["thoughts that nothing opened, too", ["Hm, saveIndex.\n</think>\n\n", SUMMARY, done()], SUMMARY],
  ["one that met its limit ends with a sentence", [`${SUMMARY} And then it`, done({ cutShort: true })], SUMMARY],
  ["one without a whole sentence is none", ["They asked what saveIndex", done({ cutShort: true })], undefined],
  ["nothing", [done()], undefined],
  ["blanks", ["\n \n", done()], undefined],
  ["nothing but thoughts", ["<think>Hm, saveIndex.", done()], undefined],
  ["signs", ["#### ---- ****", done()], undefined],
  [
    "a text about something else",
    ["Welcome to our restaurant, where fresh pasta awaits hungry guests.", done()],
    undefined,
  ],
  ["the same over and over", ["The function writes the index. ".repeat(12), done()], undefined],
  ["one that is longer than what it sums up", [`${SUMMARY} `.repeat(40), done()], undefined],
  ["a stream that ends without its end", [SUMMARY], undefined],
  ["a prompt that was cut", [SUMMARY, done({ promptTokens: 2047 })], undefined],
])("what the model writes: %s", async (_, script, summary) => {
  expect((await sumUp(script)).summary).toBe(summary);
});

test("what the server counted is learnt from, and its failures pass", async () => {
  const learnt: number[] = [];
  const counting = { ...FIRST_COUNTING, learn: (_: number, counted: number) => void learnt.push(counted) };
  await sumUp([SUMMARY, done({ promptTokens: 310 })], { counting });
  expect(learnt).toEqual([310]);
  const busy = new EngineError({ code: "ollama-busy", url: "http://127.0.0.1:11434" });
  await expect(sumUp([busy])).rejects.toBe(busy);
});
