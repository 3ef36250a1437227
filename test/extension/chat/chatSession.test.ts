import { expect, test } from "vitest";
import type { Answer, Source } from "../../../src/domain/answer";
import { EngineError, isAbort } from "../../../src/domain/errors";
import { type Chat, parseChat } from "../../../src/extension/chat/chat";
import { type AskContext, ChatSession, type Unavailable } from "../../../src/extension/chat/chatSession";
import type { Selection } from "../../../src/protocol/engine";
import type { ToWebview, TurnView } from "../../../src/protocol/webview";
import { FakeEngineClient, settle } from "../../support/fakeEngineClient";

const folder = { folder: "/w", settings: undefined };

const source = (n: number, text = `text of ${n}`): Source => ({
  n,
  role: "found",
  inPrompt: true,
  folder: "/w",
  path: `src/${n}.ts`,
  startLine: n,
  endLine: n + 2,
  language: "typescript",
  kind: "function",
  symbol: undefined,
  enclosing: [],
  score: 1,
  text,
});

const answerOf = (text: string, more: Partial<Answer> = {}): Answer => ({
  question: "q",
  answer: text,
  citations: [{ n: 1, folder: "/w", path: "src/1.ts", startLine: 1, endLine: 3, state: "current", verified: true }],
  checks: [],
  unverified: [],
  sources: [source(1), source(2)],
  notice: undefined,
  model: "m",
  noModel: undefined,
  nothingSolid: false,
  tier: "lexical",
  promptTokens: 10,
  estimatedPromptTokens: 11,
  contextWindow: 8192,
  truncated: false,
  cutShort: false,
  turnsLeftOut: 0,
  turnsSummarised: 0,
  isWindowForGraphics: false,
  elapsedMs: 5,
  ...more,
});

function start(context: AskContext | Unavailable = { folders: [folder], unsaved: [] }, names = false) {
  const engine = new FakeEngineClient();
  const saved: Chat[] = [];
  const messages: ToWebview[] = [];
  let ids = 0;
  const session = new ChatSession({
    engine,
    askContext: () => context,
    words: {
      failed: ({ code }) => ({ message: code, action: undefined }),
      withoutModel: ({ why }) => ({ message: why, action: undefined }),
      nothingFound: () => ({ message: "nothing found", action: undefined }),
      nothingSolid: () => ({ message: "nothing solid", action: undefined }),
    },
    folderName: () => (names ? "web" : undefined),
    save: (chat) => saved.push(chat),
    onFailure: () => undefined,
    newId: () => `id${++ids}`,
    now: () => 0,
  });
  session.onMessage((message) => messages.push(message));
  const tell = (event: Parameters<typeof engine.emitAskEvent>[0]["event"], turnId = engine.last("ask").params.turnId) =>
    engine.emitAskEvent({ turnId, event });
  const turn = (): TurnView => {
    const last = session.turns.at(-1);
    if (!last) {
      throw new Error("there is no turn");
    }
    return last;
  };
  return { engine, saved, messages, session, tell, turn };
}

test("goes through the states of an answer and ends with the checked text", async () => {
  const { engine, session, tell, turn } = start();
  const seen: string[] = [];
  session.onMessage(() => seen.push(turn().state));

  const asked = session.ask("why?");
  tell({ type: "indexing", folder: "/w", progress: {} as never });
  tell({ type: "searching" });
  tell({ type: "sources", sources: [source(1), source(2)] });
  tell({ type: "loading-model", model: "m" });
  tell({ type: "thinking", text: "hm" });
  tell({ type: "text", text: "Because" });
  await engine.last("ask").answer(answerOf("Because [1]."));
  await asked;

  expect([...new Set(seen)]).toEqual(["searching", "indexing", "loading-model", "thinking", "answering", "done"]);
  expect(turn()).toMatchObject({ text: "Because [1].", thinking: "hm", state: "done", notice: undefined });
  expect(turn().sources.map(({ n }) => n)).toEqual([1, 2]);
  expect(turn().result?.citations).toEqual([{ n: 1, label: "src/1.ts:1-3", state: "current" }]);
});

test("more text of the same answer travels alone, and adds up to what a new page is told", () => {
  const { session, messages, tell, turn } = start();
  void session.ask("why?");
  tell({ type: "text", text: "one " });
  messages.length = 0;
  tell({ type: "text", text: "two " });
  tell({ type: "text", text: "three" });

  expect(messages).toEqual([
    { type: "text", turnId: turn().turnId, text: "two ", thinking: "" },
    { type: "text", turnId: turn().turnId, text: "three", thinking: "" },
  ]);
  expect(turn().text).toBe("one two three");
});

test("an answer that starts again loses what was written", () => {
  const { session, tell, turn } = start();
  void session.ask("why?");
  tell({ type: "text", text: "wrong" });
  tell({ type: "restart" });
  tell({ type: "text", text: "right" });
  expect(turn().text).toBe("right");
});

test("Stop ends the turn at once, keeps its text, and lets nothing late change it", async () => {
  const { engine, session, tell, turn } = start();
  const asked = session.ask("why?");
  tell({ type: "text", text: "half an ans" });
  session.stop();
  expect(turn()).toMatchObject({ state: "stopped", text: "half an ans" });

  tell({ type: "text", text: "wer" });
  await engine.last("ask").answer(answerOf("whole"));
  await asked;
  expect(turn()).toMatchObject({ state: "stopped", text: "half an ans", notice: undefined });
});

test("asking while an answer is written stops that one", async () => {
  const { engine, session, tell } = start();
  void session.ask("first");
  const first = engine.last("ask").params.turnId;
  void session.ask("second");
  tell({ type: "text", text: "late" }, first);
  tell({ type: "text", text: "now" });
  await settle();
  expect(session.turns.map(({ question, state, text }) => [question, state, text])).toEqual([
    ["first", "stopped", ""],
    ["second", "answering", "now"],
  ]);
});

test("a failure is worded in its turn, and asking again takes its place", async () => {
  const { engine, session, turn } = start();
  const asked = session.ask("why?");
  await engine.last("ask").fail(new EngineError({ code: "ollama-interrupted", url: "http://127.0.0.1:1" }));
  await asked;
  expect(turn()).toMatchObject({ state: "failed", notice: { message: "ollama-interrupted" } });

  const failed = engine.last("ask").params.turnId;
  const again = session.retry();
  expect(turn()).toMatchObject({ state: "searching", question: "why?", notice: undefined });
  expect(engine.last("ask").params.turnId).not.toBe(failed);
  await engine.last("ask").answer(answerOf("Because."));
  await again;
  expect(session.turns).toHaveLength(1);
  expect(turn()).toMatchObject({ state: "done", text: "Because." });
});

test("says why nothing can be asked without a folder, and asks nobody", async () => {
  const { engine, session, turn } = start({ unavailable: { message: "open a folder", action: undefined } });
  await session.ask("why?");
  expect(turn()).toMatchObject({ state: "failed", notice: { message: "open a folder" } });
  expect(engine.sent).toEqual([]);
});

test("an answer without a model says so", async () => {
  const { engine, session, turn } = start();
  const asked = session.ask("why?");
  const noModel = { why: "no-chat-model", url: "http://127.0.0.1:11434" } as const;
  await engine.last("ask").answer(answerOf("passages", { model: undefined, noModel }));
  await asked;
  expect(turn()).toMatchObject({ notice: { message: "no-chat-model" }, result: { noModel } });
});

test.each([{ why: "turned-off" } as const, undefined])(
  "where nothing was found, that is said once and not why no model wrote (%j)",
  async (noModel) => {
    const { engine, session, turn } = start();
    const asked = session.ask("why?");
    await engine.last("ask").answer(answerOf("nothing", { citations: [], sources: [], model: undefined, noModel }));
    await asked;
    expect(turn()).toMatchObject({ text: "", notice: { message: "nothing found" }, result: { noModel } });
  },
);

test("an answer that nothing solid was found for says so, and can be asked for anyway", async () => {
  const { engine, session, turn } = start();
  const asked = session.ask("why?");
  expect(engine.last("ask").params.anyway).toBeUndefined();
  await engine.last("ask").answer(answerOf("passages", { model: undefined, nothingSolid: true }));
  await asked;
  expect(turn()).toMatchObject({ notice: { message: "nothing solid" }, result: { nothingSolid: true } });
  void session.retry({ anyway: true });
  expect(engine.last("ask").params).toMatchObject({ question: "why?", anyway: true });
});

test("an answer that broke off is gone on with from what is there", async () => {
  const { engine, session, tell, turn } = start();
  const asked = session.ask("why?");
  tell({ type: "text", text: "Half " });
  await engine.last("ask").fail(new EngineError({ code: "ollama-interrupted", url: "u" }));
  await asked;
  expect(turn()).toMatchObject({ state: "failed", text: "Half " });
  const continued = session.continueAnswer();
  expect(engine.last("ask").params).toMatchObject({ question: "why?", begun: { text: "Half " } });
  tell({ type: "text", text: "and half." });
  expect(turn()).toMatchObject({ state: "answering", text: "Half and half.", notice: undefined });
  await engine.last("ask").fail(new EngineError({ code: "ollama-interrupted", url: "u" }));
  await continued;
  expect(turn()).toMatchObject({ state: "failed", text: "Half and half." });
});

test("what is to be known of the sources goes on with them, from an answer that broke off or was cut short", async () => {
  const { engine, saved, session, tell } = start();
  void session.ask("why?");
  tell({ type: "sources", sources: [source(1)], notice: "index-partial" });
  tell({ type: "text", text: "Half " });
  session.stop();
  expect(parseChat(JSON.stringify(saved.at(-1))).turns).toMatchObject([{ sourcesNotice: "index-partial" }]);
  const continued = session.continueAnswer();
  expect(engine.last("ask").params.begun).toMatchObject({ text: "Half ", notice: "index-partial" });
  await engine.last("ask").answer(answerOf("Half and", { cutShort: true, notice: "index-partial" }));
  await continued;
  void session.continueAnswer();
  expect(engine.last("ask").params.begun).toMatchObject({ text: "Half and", notice: "index-partial" });
});

test("where nothing was written yet, going on is asking again", async () => {
  const { engine, session } = start();
  void session.ask("why?");
  session.stop();
  void session.continueAnswer();
  expect(engine.last("ask").params.begun).toBeUndefined();
});

test("passes on what was said before, but not failures, passages without prose, or the question itself", async () => {
  const { engine, session } = start();
  const outcomes: [string, (request: ReturnType<typeof engine.last>) => Promise<void>][] = [
    ["answered", (request) => request.answer(answerOf("yes"))],
    ["failed", (request) => request.fail(new EngineError({ code: "index-busy", folder: "/w" }))],
    ["passages", (request) => request.answer(answerOf("[1]", { model: undefined, noModel: { why: "turned-off" } }))],
    ["nearest", (request) => request.answer(answerOf("[1]", { model: undefined, nothingSolid: true }))],
  ];
  for (const [question, settleRequest] of outcomes) {
    const asked = session.ask(question);
    await settleRequest(engine.last("ask"));
    await asked;
  }
  void session.ask("last");
  expect(engine.last("ask").params.history).toEqual([{ question: "answered", answer: "yes" }]);
});

// ---------------------------------------------------------------- summing up behind the scenes

/** A conversation of so many answers. */
async function talk(count: number, context = start()) {
  for (let n = 1; n <= count; n += 1) {
    const asked = context.session.ask(`question ${n}`);
    await context.engine.last("ask").answer(answerOf(`answer ${n}`));
    await asked;
  }
  return context;
}

test("one answer has nothing before it to sum up; with two the engine is asked", async () => {
  const { engine } = await talk(1);
  expect(engine.methods).not.toContain("summarise");
  const longer = await talk(2);
  expect(longer.engine.last("summarise").params).toEqual({
    earlier: undefined,
    history: [
      { question: "question 1", answer: "answer 1" },
      { question: "question 2", answer: "answer 2" },
    ],
  });
});

test("a summary stands for what it sums up, in later questions and in the next summary, and is kept", async () => {
  const context = await talk(3);
  const { engine, saved } = context;
  await engine.last("summarise").answer("Of two things.");
  const summary = { text: "Of two things.", turns: 2 };
  expect(parseChat(JSON.stringify(saved.at(-1))).turns[1]?.summary).toEqual(summary);
  await talk(1, context);
  const third = { question: "question 3", answer: "answer 3" };
  expect(engine.last("ask").params).toMatchObject({ earlier: summary, history: [third] });
  expect(engine.last("summarise").params).toMatchObject({ earlier: summary, history: [third, {}] });
  await engine.last("summarise").answer("Of three things.");
  await talk(1, context);
  expect(engine.last("ask").params.earlier).toEqual({ text: "Of three things.", turns: 3 });
});

test.each<[string, (context: ReturnType<typeof start>) => unknown]>([
  ["the next question", ({ session }) => session.ask("next")],
  ["asking again", ({ session }) => session.retry()],
  ["a new chat", ({ session }) => session.newChat()],
  ["closing", ({ session }) => session.dispose()],
])("%s stops it, and what comes too late is not kept", async (_, happens) => {
  const context = await talk(2);
  const { engine, saved } = context;
  const summarising = engine.last("summarise");
  void happens(context);
  await expect(summarising.promise).rejects.toSatisfy(isAbort);
  await summarising.answer("Too late.");
  expect(JSON.stringify(saved)).not.toContain("Too late.");
});

test("where nothing is to be summed up, or it fails, all goes on as it was", async () => {
  const context = await talk(2);
  await context.engine.last("summarise").answer(null);
  await talk(1, context);
  await context.engine.last("summarise").fail(new EngineError({ code: "ollama-busy", url: "u" }));
  await talk(1, context);
  expect(context.engine.last("ask").params).toMatchObject({ earlier: undefined, history: [{}, {}, {}] });
  expect(context.turn().state).toBe("done");
});

test("a selection is asked about, shown, and asked about again", async () => {
  const { engine, session, turn } = start(undefined, true);
  const selection: Selection = {
    folder: "/w",
    path: "a.ts",
    startLine: 3,
    endLine: 9,
    text: "code",
    language: "typescript",
  };
  void session.ask("Explain this code.", selection);
  expect(engine.last("ask").params.selection).toEqual(selection);
  expect(turn().about).toBe("web/a.ts:3-9");
  void session.retry();
  expect(engine.last("ask").params.selection).toEqual(selection);
});

test("gives back a source whole, by turn and number only", async () => {
  const { session, tell, turn } = start();
  void session.ask("why?");
  tell({ type: "sources", sources: [source(1, "line\n".repeat(50))] });
  const { turnId, sources } = turn();
  expect(session.source(turnId, 1)?.text).toBe("line\n".repeat(50));
  expect(session.source(turnId, 2)).toBeUndefined();
  expect(session.source("other", 1)).toBeUndefined();
  expect(sources[0]?.preview.split("\n")).toHaveLength(12);
  expect(sources[0]).not.toHaveProperty("text");
  expect(sources[0]).not.toHaveProperty("folder");
});

test("an answer is copied with the sources it cites", async () => {
  const { engine, session, turn } = start();
  const asked = session.ask("why?");
  expect(session.answerMarkdown(turn().turnId)).toBeUndefined();
  await engine.last("ask").answer(answerOf("Because [1].\n"));
  await asked;
  expect(session.answerMarkdown(turn().turnId)).toBe("Because [1].\n\n[1] src/1.ts:1-3");
});

test("what is saved in the middle of an answer comes back as stopped, with its text", () => {
  const { session, saved, tell } = start();
  void session.ask("why?");
  tell({ type: "sources", sources: [source(1)] });
  tell({ type: "text", text: "half" });

  const chat = parseChat(JSON.stringify(saved.at(-1)));
  const again = start();
  again.session.open(chat);
  expect(again.turn()).toMatchObject({ question: "why?", state: "stopped", text: "half" });
  expect(again.session.source(again.turn().turnId, 1)).toEqual(source(1));
});

test("a new chat is empty, has another name, and leaves the old one as it was", () => {
  const { session, saved } = start();
  void session.ask("why?");
  const before = session.chatId;
  session.newChat();
  expect(session.turns).toEqual([]);
  expect(session.chatId).not.toBe(before);
  expect(saved.at(-1)).toMatchObject({ id: before, turns: [{ question: "why?", state: "stopped" }] });
});
