import { expect, test } from "vitest";
import {
  type AnswerDeps,
  type AnswerEvent,
  answerQuestion,
  MAX_QUESTION_LENGTH,
} from "../../../src/core/answering/answer";
import type { Candidate } from "../../../src/core/answering/prompt/packContext";
import { EngineError, type EngineErrorDetail, isAbort } from "../../../src/domain/errors";
import { FILES, FOUND, QUESTION, REQUEST, run } from "../../support/answerRun";
import { done, fakeChatServer, installed } from "../../support/fakeChatServer";
import { found } from "../../support/searchResults";

const failing = async (promise: Promise<unknown>): Promise<EngineErrorDetail | undefined> => {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error instanceof EngineError ? error.detail : undefined;
  }
};

const types = (events: readonly AnswerEvent[]) => events.map(({ type }) => type).join(" ");

test("finds, asks, streams and checks", async () => {
  const server = fakeChatServer([["`save` writes it [1], ", "called at start [2].", done({ promptTokens: 321 })]]);
  const { answer, events } = await run(server);
  expect(types(events)).toBe("searching sources sources text text");
  expect(answer).toMatchObject({
    question: QUESTION,
    answer: "`save` writes it [1], called at start [2].",
    citations: [
      { n: 1, path: "src/store.ts", startLine: 2, endLine: 4, state: "current", verified: true },
      { n: 2, path: "src/cli.ts", startLine: 1, endLine: 2, state: "current", verified: true },
    ],
    unverified: [],
    model: "fake:7b",
    noModel: undefined,
    promptTokens: 321,
    contextWindow: 4096,
    turnsLeftOut: 0,
    truncated: false,
    cutShort: false,
    tier: "lexical",
    elapsedMs: 5,
  });
  expect(answer.estimatedPromptTokens).toBeGreaterThan(200);
  expect(server.asked[0]?.messages.at(-1)?.content).toContain("[1] src/store.ts:2-4");
});

test("the window is the smaller of what is asked for and what the model was made for", async () => {
  const small = fakeChatServer([["[1]", done()]], { contextLength: 2048 });
  expect((await run(small)).answer.contextWindow).toBe(2048);
  expect(small.asked[0]?.contextWindow).toBe(2048);
  const large = fakeChatServer([["[1]", done()]], { contextLength: 131_072 });
  expect((await run(large)).answer.contextWindow).toBe(4096);
});

test("what does not check out is listed", async () => {
  const server = fakeChatServer([["`flush` in src/db.ts [7], see src/store.ts:90.", done()]]);
  const { answer } = await run(
    server,
    {},
    { index: { knownNames: async () => new Set(), hasPath: async () => false } },
  );
  expect(answer.checks).toHaveLength(4);
  expect(answer.unverified).toEqual([
    { kind: "source-number", text: "[7]" },
    { kind: "path", text: "src/db.ts" },
    { kind: "lines", text: "src/store.ts:90" },
    { kind: "identifier", text: "flush" },
  ]);
});

test.each<[string, string | undefined, object]>([
  ["moved", `// new\n${FILES["src/store.ts"]}`, { state: "moved", startLine: 3, endLine: 5, verified: true }],
  [
    "changed",
    FILES["src/store.ts"]?.replace("STATE", "ALL") ?? "",
    { state: "changed", startLine: 2, verified: false },
  ],
  ["deleted", undefined, { state: "gone", startLine: 2, verified: false }],
])("a file that is %s while the model writes shows in the citation", async (_, later, citation) => {
  let reads = 0;
  const readText = async (_folder: string, path: string) => {
    reads += path === "src/store.ts" ? 1 : 0;
    return path === "src/store.ts" && reads > 1 ? later : FILES[path];
  };
  const { answer } = await run(fakeChatServer([["[1]", done()]]), {}, { readText });
  expect(answer.citations).toMatchObject([citation]);
});

test("unsaved text of an editor wins over the file, in the prompt and in the check", async () => {
  const text = `// one\n// two\n${FILES["src/store.ts"]}`.replaceAll("\n", "\r\n");
  const server = fakeChatServer([["[1]", done()]]);
  const { answer } = await run(server, { unsaved: [{ folder: "/project", path: "src/store.ts", text }] });
  expect(answer.citations).toMatchObject([{ state: "current", startLine: 4, endLine: 6 }]);
  expect(server.asked[0]?.messages.at(-1)?.content).toContain("[1] src/store.ts:4-6");
});

test("an editor's text no longer counts once its file was written", async () => {
  const text = FILES["src/store.ts"]?.replace("STATE", "ALL") ?? "";
  let isWritten = false;
  const readText = async (_: string, path: string) =>
    isWritten && path === "src/store.ts" ? "export const gone = 1;\n" : FILES[path];
  const nonce = () => {
    isWritten = true;
    return "nonce";
  };
  const unsaved = [{ folder: "/project", path: "src/store.ts", text }];
  const { answer } = await run(fakeChatServer([["[1]", done()]]), { unsaved }, { readText, nonce });
  expect(answer.citations).toMatchObject([{ state: "changed", verified: false }]);
});

test("what is gone is not told to the model", async () => {
  const server = fakeChatServer([["[1]", done()]]);
  const readText = async (_: string, path: string) => (path === "src/cli.ts" ? undefined : FILES[path]);
  const { answer } = await run(server, {}, { readText });
  expect(answer.sources.map(({ path }) => path)).toEqual(["src/store.ts"]);
});

test("nothing found is said without asking a model", async () => {
  const server = fakeChatServer([["made up", done()]]);
  const { answer } = await run(server, {}, { search: async () => [] });
  expect(answer).toMatchObject({
    answer: "Nothing in the indexed files matches this question.",
    citations: [],
    model: undefined,
    noModel: undefined,
  });
  expect(server.asked).toEqual([]);
});

const url = "http://127.0.0.1:11434";

test.each<[string, AnswerDeps["server"], object]>([
  ["Ollama is turned off", undefined, { why: "turned-off" }],
  [
    "Ollama is not there",
    fakeChatServer([], { models: new EngineError({ code: "ollama-unreachable", url }) }),
    { why: "ollama-unreachable", url },
  ],
  [
    "something else is there",
    fakeChatServer([], { models: new EngineError({ code: "ollama-not-ollama", url }) }),
    { why: "ollama-unusable", problem: "what answers there is not Ollama" },
  ],
  [
    "it is too slow",
    fakeChatServer([], { models: new EngineError({ code: "ollama-timeout", url, waitedMs: 9 }) }),
    { why: "ollama-unusable", problem: "it does not answer in time" },
  ],
  [
    "it fails",
    fakeChatServer([], { models: new EngineError({ code: "ollama-failed", url, status: 500, message: "disk" }) }),
    { why: "ollama-unusable", problem: "it reports an error (500): disk" },
  ],
  [
    "its address is refused",
    fakeChatServer([], {
      models: new EngineError({ code: "ollama-address-refused", url, why: "it is not on this machine" }),
    }),
    { why: "ollama-unusable", problem: "it is not on this machine" },
  ],
  ["no model is installed", fakeChatServer([], { models: [] }), { why: "no-chat-model", url }],
  [
    "only an embedder is installed",
    fakeChatServer([], { models: [installed("all-minilm:latest", { capabilities: ["embedding"] })] }),
    { why: "no-chat-model" },
  ],
  [
    "the only model runs on the network",
    fakeChatServer([], { models: [installed("gpt-oss:120b-cloud", { isRemote: true })] }),
    { why: "no-chat-model" },
  ],
  [
    "the model writes nothing",
    fakeChatServer([[done()]]),
    { why: "ollama-unusable", problem: "fake:7b wrote nothing" },
  ],
])("%s: the passages, cited and checked", async (_, server, noModel) => {
  const { answer } = await run(server);
  expect(answer).toMatchObject({ model: undefined, noModel, promptTokens: undefined });
  expect(answer.answer).toContain("[1] `src/store.ts:2-4`");
  expect(answer.citations.map(({ n, state }) => `${n} ${state}`)).toEqual(["1 current", "2 current"]);
});

test.each<[string, string, EngineErrorDetail["code"]]>([
  ["missing", "llama9:8b", "model-not-installed"],
  ["on the network", "gpt-oss:120b-cloud", "model-is-remote"],
  ["on the network and not pulled", "glm-4.6:cloud", "model-is-remote"],
  ["unable to chat", "all-minilm", "ollama-failed"],
])("a named model that is %s is an error, not replaced", async (_, model, code) => {
  const models = [
    installed("fake:7b"),
    installed("gpt-oss:120b-cloud", { isRemote: true }),
    installed("all-minilm:latest", { capabilities: ["embedding"] }),
  ];
  const error = await failing(run(fakeChatServer([["x", done()]], { models }), { model }));
  expect(error?.code).toBe(code);
  expect(JSON.stringify(error)).toContain(model);
});

test("a named model is used even when another would be chosen", async () => {
  const models = [installed("qwen3.5:9b"), installed("old:latest")];
  const { answer } = await run(fakeChatServer([["[1]", done()]], { models }), { model: "old" });
  expect(answer.model).toBe("old:latest");
});

test("a failure in the middle keeps what was written and is thrown", async () => {
  const events: AnswerEvent[] = [];
  const server = fakeChatServer([["half an ", "ans<th", new EngineError({ code: "ollama-interrupted", url })]]);
  expect(await failing(run(server, {}, { events }))).toEqual({ code: "ollama-interrupted", url });
  expect(events.flatMap((event) => (event.type === "text" ? [event.text] : [])).join("")).toBe("half an ans<th");
});

test("thinking is told apart, also where the server does not", async () => {
  const tagged = await run(fakeChatServer([["<think>hm", "m</think>\n\nIt is [1].", done()]]));
  expect(tagged.answer.answer).toBe("It is [1].");
  expect(types(tagged.events)).toBe("searching sources sources thinking thinking text");
  const native = await run(fakeChatServer([[{ type: "thinking", text: "hmm" }, "It is [1].", done()]]));
  expect(native.answer.answer).toBe("It is [1].");
});

test("a model that is being loaded is named", async () => {
  const { events } = await run(fakeChatServer([[{ type: "loading" }, "It is [1].", done({ cutShort: true })]]));
  expect(events).toContainEqual({ type: "loading-model", model: "fake:7b" });
});

test("an answer that met its limit says so", async () => {
  expect((await run(fakeChatServer([["It is", done({ cutShort: true })]]))).answer.cutShort).toBe(true);
});

// ---------------------------------------------------------------- cut prompts

const LONG = Array.from({ length: 12 }, (_, n) =>
  found(`src/file${n}.ts:1`, `const value${n} = ${n};\n`.repeat(20).trim()),
);

const SEEN = done({ promptTokens: 700 });

const overflow = new EngineError({
  code: "ollama-failed",
  url,
  status: 400,
  message: "the prompt is longer than the context length currently available to the model",
});

test.each<[string, Parameters<typeof fakeChatServer>, string]>([
  ["the server refuses the prompt", [[[overflow], ["[1]", SEEN]]], "searching sources sources sources text"],
  [
    "the count fills the window",
    [
      [
        ["half", done({ promptTokens: 4096 })],
        ["[1]", SEEN],
      ],
    ],
    "searching sources sources text restart sources text",
  ],
  [
    "the count is far below what was sent",
    [
      [
        ["half", done({ promptTokens: 20 })],
        ["[1]", SEEN],
      ],
      { inForce: [4096, 4096] },
    ],
    "searching sources sources text restart sources text",
  ],
  [
    "a smaller context is in force",
    [
      [
        ["half", SEEN],
        ["[1]", SEEN],
      ],
      { inForce: [1000, 1000] },
    ],
    "searching sources sources sources text",
  ],
])("%s: asked once more with less, and not marked", async (_, [scripts, more], expected) => {
  const server = fakeChatServer(scripts, more);
  const readText = async (_: string, path: string) => LONG.find((result) => result.path === path)?.text;
  const { answer, events } = await run(server, {}, { search: async () => LONG, readText });
  expect(types(events)).toBe(expected);
  expect(answer).toMatchObject({ answer: "[1]", truncated: false, promptTokens: 700 });
  expect(answer.estimatedPromptTokens).toBeGreaterThan(500); // not counted double, as for the retry
  expect(answer.estimatedPromptTokens).toBeLessThan(2000);
  const sizes = server.asked.map(({ messages }) => JSON.stringify(messages).length);
  expect(sizes).toHaveLength(2);
  expect(sizes[1]).toBeLessThan(sizes[0] ?? 0);
});

test("a prompt that is cut twice is marked", async () => {
  const server = fakeChatServer([["half", done({ promptTokens: 4096 })]]);
  const { answer } = await run(server);
  expect(answer).toMatchObject({ answer: "half", truncated: true, promptTokens: 4096 });
  expect(server.asked).toHaveLength(2);
});

test("a prompt that is refused twice does not fit this model", async () => {
  expect(await failing(run(fakeChatServer([[overflow]])))).toEqual({
    code: "context-too-small",
    model: "fake:7b",
    contextWindow: 4096,
  });
});

test("a window that holds no source at all is too small", async () => {
  const server = fakeChatServer([["x", done()]], { contextLength: 256 });
  expect(await failing(run(server))).toMatchObject({ code: "context-too-small", contextWindow: 256 });
  expect(server.asked).toEqual([]);
});

test("a server too old to tell its context is believed", async () => {
  const server = fakeChatServer([["[1]", done({ promptTokens: undefined })]], { inForce: [undefined] });
  expect((await run(server)).answer).toMatchObject({ truncated: false, promptTokens: undefined });
});

// ---------------------------------------------------------------- questions

test.each([
  ["", "question-empty"],
  [" \n\t", "question-empty"],
  ["x".repeat(MAX_QUESTION_LENGTH + 1), "question-too-long"],
])("a question like %j is refused before anything else", async (question, code) => {
  const events: AnswerEvent[] = [];
  expect(await failing(run(undefined, { question }, { events }))).toMatchObject({ code });
  expect(events).toEqual([]);
});

test("a short question leans on the one before it; a long one does not", async () => {
  const history = [{ question: "How is the state saved?", answer: "By `save` [1]." }];
  const server = () => fakeChatServer([["[1]", done()]]);
  expect((await run(server(), { history, question: "And why?" })).queries).toEqual([
    "And why?\nHow is the state saved?",
  ]);
  expect((await run(server(), { history })).queries).toEqual([QUESTION]);
});

test("a stop while searching is an abort", async () => {
  const stop = new AbortController();
  const search = async () => {
    stop.abort();
    return FOUND;
  };
  const deps = {
    search,
    related: async () => [],
    readText: async () => "",
    server: undefined,
    clock: () => 0,
    nonce: () => "n",
  };
  await expect(answerQuestion(deps, REQUEST, () => undefined, stop.signal)).rejects.toSatisfy(isAbort);
});

test("a search that fails is thrown, also while the server is asked", async () => {
  const search = () => Promise.reject(new EngineError({ code: "index-missing", folder: "/project" }));
  const server = fakeChatServer([], { models: new EngineError({ code: "ollama-unreachable", url }) });
  expect(await failing(run(server, {}, { search }))).toMatchObject({ code: "index-missing" });
});

// ---------------------------------------------------------------- selections

test("a selection is the first source, with whole lines; what belongs to it follows", async () => {
  const related = async (): Promise<Candidate[]> => [
    { ...found("src/cli.ts:1", "import { save } from './store';\nsave();"), role: "caller" },
  ];
  const selection = {
    folder: "/project",
    path: "src/store.ts",
    startLine: 2,
    endLine: 3,
    text: "function save() {\n  wri",
    language: "typescript",
  };
  const server = fakeChatServer([["It saves [1].", done()]]);
  const { answer } = await run(server, { selection }, { related });
  expect(
    answer.sources.map(({ n, role, path, startLine, endLine }) => `${n} ${role} ${path}:${startLine}-${endLine}`),
  ).toEqual(["1 selection src/store.ts:2-3", "2 caller src/cli.ts:1-2", "3 found src/store.ts:2-4"]);
  expect(answer.sources[0]?.text).toBe("export function save() {\n  write(STATE);");
  expect(answer.citations).toMatchObject([{ n: 1, state: "current" }]);
});

test("a selection in an editor that was never saved is taken as it is", async () => {
  const selection = {
    folder: "/project",
    path: "Untitled-1",
    startLine: 1,
    endLine: 2,
    text: "a();\r\nb();",
    language: "typescript",
  };
  const { answer } = await run(fakeChatServer([["[1]", done()]]), { selection });
  expect(answer.sources[0]).toMatchObject({ role: "selection", text: "a();\nb();", startLine: 1, endLine: 2 });
});
