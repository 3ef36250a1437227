/** What only a real server can show: streaming, stopping, the context in force, true token counts, a real liar. */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, test as baseTest, beforeAll, expect } from "vitest";
import { type AnswerDeps, type AnswerEvent, answerQuestion } from "../../src/core/answering/answer";
import { canChat, chooseChatModel, findModel } from "../../src/core/answering/model/chooseModel";
import { createThinkSplitter } from "../../src/core/answering/model/thinkTags";
import { packContext } from "../../src/core/answering/prompt/packContext";
import { buildMessages } from "../../src/core/answering/prompt/prompt";
import { FIRST_COUNTING } from "../../src/core/answering/tokens/tokenCounting";
import type { ChatEvent, ChatRequest } from "../../src/core/modelPorts";
import type { SearchResult } from "../../src/domain/answer";
import { isAbort, toErrorDetail } from "../../src/domain/errors";
import { found } from "../support/searchResults";
import {
  ANSWERER,
  BASE_MODEL,
  BUILD_MS,
  createFromTemplate,
  EMBEDDER,
  type RealOllama,
  realOllama,
} from "./realOllama";

let ollama: RealOllama | undefined;

beforeAll(async () => {
  ollama = await realOllama();
  if (ollama === undefined) {
    console.warn(
      `Skipped: no Ollama runs with ${EMBEDDER}, ${BASE_MODEL} and ${ANSWERER}, and there is no Go to build one.`,
    );
  }
}, BUILD_MS);

afterAll(() => ollama?.stop());

/** A test that needs the server, skipped where there is none. */
const test = (name: string, run: (server: RealOllama["server"]) => Promise<void>) =>
  baseTest(name, async ({ skip }) => (ollama === undefined ? skip("no Ollama and no Go") : run(ollama.server)));

const never = new AbortController().signal;

const request = (more: Partial<ChatRequest>): ChatRequest => ({
  model: BASE_MODEL,
  messages: [{ role: "user", content: "Once upon a time" }],
  contextWindow: 2048,
  maxAnswerTokens: 30,
  ...more,
});

async function collect(events: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const all: ChatEvent[] = [];
  for await (const event of events) {
    all.push(event);
  }
  return all;
}

test("streams an answer, word by word, and counts it", async (server) => {
  const events = await collect(server.chat(request({}), never));
  const texts = events.filter(({ type }) => type === "text");
  expect(texts.length).toBeGreaterThan(5);
  expect(events.at(-1)).toMatchObject({ type: "done", promptTokens: expect.any(Number), cutShort: true });
});

test("the context asked for is in force", async (server) => {
  for (const contextWindow of [1536, 3000]) {
    await collect(server.chat(request({ contextWindow, maxAnswerTokens: 1 }), never));
    expect(await server.loaded(BASE_MODEL, never)).toMatchObject({ contextLength: contextWindow, graphicsBytes: 0 });
  }
  expect(await server.loaded("absent", never)).toBeUndefined();
});

test("a stop in the middle ends within 200 ms, and the server is free for the next question", async (server) => {
  const endless = request({ maxAnswerTokens: 1800, messages: [{ role: "user", content: "Count: 1 2 3 4 5 6" }] });
  const waits: number[] = [];
  const perToken: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const stop = new AbortController();
    let tokens = 0;
    let firstAt = 0;
    let stoppedAt = 0;
    await expect(async () => {
      for await (const { type } of server.chat(endless, stop.signal)) {
        tokens += type === "text" ? 1 : 0;
        firstAt ||= performance.now();
        if (tokens === 12) {
          perToken.push((performance.now() - firstAt) / tokens);
          stoppedAt = performance.now();
          stop.abort();
        }
      }
    }).rejects.toSatisfy(isAbort);
    waits.push(performance.now() - stoppedAt);
  }
  const askedAt = performance.now();
  await collect(server.chat(request({ maxAnswerTokens: 1 }), never));
  const free = performance.now() - askedAt;
  const whole = Math.max(...perToken) * endless.maxAnswerTokens;
  console.log(
    `stopped within ${waits.map((ms) => ms.toFixed(1)).join(", ")} ms; next answered after ${free.toFixed(0)} ms; the rest would have taken ${whole.toFixed(0)} ms`,
  );
  expect(Math.max(...waits)).toBeLessThanOrEqual(200);
  expect(free).toBeLessThan(whole / 2);
});

// ---------------------------------------------------------------- token counts

const ROOT = resolve(__dirname, "../..");

/** Enough for the text to outweigh the instructions; a prompt costs a slow machine seconds. */
const SAMPLE_CHARACTERS = 900;

/** Prompts of every kind: this repository's own files, and texts that tokenizers disagree about. */
function samples(): [string, string][] {
  const files = [
    "src/core/ports.ts",
    "src/adapters/ollama/guardedFetch.ts",
    "README.md",
    "ARCHITECTURE.md",
    "package.json",
    "package-lock.json",
    "esbuild.mjs",
    "test/ollama/real-ollama.sh",
    "test/ollama/create_embedder.py",
    "package.nls.es.json",
    "LICENSE",
    "tsconfig.json",
  ];
  const folder = "src/core/answering/checks";
  const more = readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`);
  const texts: [string, string][] = [
    ["hashes", Array.from({ length: 30 }, (_, n) => (n * 2_654_435_761).toString(16).repeat(4)).join("\n")],
    ["base64", Buffer.from(readFileSync(join(ROOT, "LICENSE"))).toString("base64")],
    ["numbers", Array.from({ length: 150 }, (_, n) => `${n * 7919},${(n * 0.37).toFixed(4)}`).join("\n")],
    [
      "spanish",
      "La función guarda el estado del índice en disco y lanza una excepción si la operación falla. ".repeat(15),
    ],
    ["chinese", "这个函数把索引写入磁盘，并返回写入的数据块数量；如果失败则抛出异常。".repeat(20)],
    ["russian", "Функция записывает индекс на диск и возвращает количество фрагментов. ".repeat(15)],
    ["indented", `${"\t".repeat(6)}if (x) {\n${" ".repeat(24)}return [[1, 2], [3]];\n`.repeat(30)],
    ["operators", "((a=>b)=>(c&&d||e)??f)!==[[1]]{{}};;---+++***///\n".repeat(20)],
  ];
  return [
    ...[...files, ...more].map((path): [string, string] => [path, readFileSync(join(ROOT, path), "utf8")]),
    ...texts,
  ];
}

test("the server counts what was estimated, or less, over prompts of every kind", async (server) => {
  const rows: string[] = [];
  for (const [name, text] of samples()) {
    const packed = packContext({
      candidates: [{ ...found(`${name}:1`, text.slice(0, SAMPLE_CHARACTERS)), role: "found" }],
      history: [],
      question: "What does it do?",
      nonce: "a1b2c3",
      contextWindow: 4096,
      counting: FIRST_COUNTING,
    });
    if (packed === undefined) {
      throw new Error(`${name} does not fit`);
    }
    const events = await collect(
      server.chat(request({ messages: packed.messages, contextWindow: 4096, maxAnswerTokens: 1 }), never),
    );
    const last = events.at(-1);
    const counted = last?.type === "done" ? (last.promptTokens ?? 0) : 0;
    const ratio = counted / packed.estimatedTokens;
    rows.push(
      `${name.padEnd(36)} ${String(counted).padStart(6)} ${String(packed.estimatedTokens).padStart(9)} ${ratio.toFixed(2).padStart(6)}`,
    );
    expect(ratio, name).toBeGreaterThan(0.2);
    expect(ratio, name).toBeLessThanOrEqual(1.05);
  }
  console.log(["prompt".padEnd(36) + "  counted estimated  ratio", ...rows].join("\n"));
});

// ---------------------------------------------------------------- whole answers

const deps = (results: readonly SearchResult[], more: Partial<AnswerDeps>): AnswerDeps => ({
  search: async () => results,
  related: async () => [],
  readText: async (_, path) => results.find((result) => result.path === path)?.text,
  server: ollama?.server,
  clock: Date.now,
  nonce: () => "a1b2c3",
  ...more,
});

const ask = (
  question: string,
  model: string,
  contextWindow: number,
  own: AnswerDeps,
  onEvent: (event: AnswerEvent) => void = () => undefined,
) =>
  answerQuestion(
    own,
    { question, history: [], selection: undefined, unsaved: [], model, contextWindow, tier: "lexical" },
    onEvent,
    never,
  );

const LONG = Array.from({ length: 14 }, (_, n) =>
  found(
    `src/part${n}.ts:1`,
    Array.from({ length: 12 }, (__, line) => `export const value${n}x${line} = compute(${n}, "${line}");`).join("\n"),
  ),
);

test("a prompt longer than the context is noticed and asked again with less", async () => {
  const events: AnswerEvent["type"][] = [];
  const answer = await ask(
    "What is computed?",
    BASE_MODEL,
    1024,
    deps(LONG, { countingOf: () => ({ ...FIRST_COUNTING, ratio: 0.35 }) }),
    ({ type }) => events.push(type),
  );
  expect(events).toContain("restart");
  expect(answer).toMatchObject({ truncated: false, contextWindow: 1024 });
  expect(answer.promptTokens).toBeLessThan(1024);
});

test("a prompt that is longer even then is marked as cut", async () => {
  const answer = await ask(
    "What is computed?",
    BASE_MODEL,
    1024,
    deps(LONG, { countingOf: () => ({ ...FIRST_COUNTING, ratio: 0.2 }) }),
  );
  expect(answer).toMatchObject({ truncated: true, promptTokens: 1024 });
});

test("what a model invents is marked", async () => {
  const results = [
    found(
      "src/store.ts:10",
      "export function save(path: string): void {\n  writeFileSync(path, JSON.stringify(state));\n}",
    ),
    found("src/cli.ts:1", "import { save } from './store';\nsave(process.argv[2]);"),
  ];
  const invented: string[] = [];
  for (const question of [
    "Where is the state saved?",
    "Which file opens the database?",
    "Who calls the scheduler?",
    "How are users deleted?",
  ]) {
    const { answer, unverified, sources } = await ask(question, ANSWERER, 1024, deps(results, {}));
    const marked = unverified.map(({ text }) => text).join(" ");
    for (const [path] of answer.replace(/```[\s\S]*?(```|$)/g, "").matchAll(/\b[\w/]+\/\w+\.(?:go|py|ts|js)\b/g)) {
      if (!sources.some((source) => source.path === path)) {
        expect(marked, answer).toContain(path);
        invented.push(path);
      }
    }
    invented.push(...unverified.map(({ kind, text }) => `${kind} ${text}`));
    console.log(`${question} → ${JSON.stringify(answer)}\n  marked: ${JSON.stringify(unverified)}`);
  }
  expect(invented).not.toEqual([]);
});

const THINKER = "small-thinker";

/** What the model thinks and writes about one source, of which it may write little. */
async function think(server: RealOllama["server"], isThinkingOver: boolean) {
  const source = { ...found("src/store.ts:10", "export function save(path) { writeFileSync(path, data) }"), n: 1 };
  const sources = [{ ...source, role: "found" as const }];
  const question = "Where is the file written?";
  const messages = buildMessages({ sources, history: [], question, nonce: "n", isThinkingOver });
  const events = await collect(server.chat(request({ model: THINKER, messages, maxAnswerTokens: 60 }), never));
  const splitter = createThinkSplitter();
  const parts = [
    ...events.flatMap((event) => (event.type === "text" ? splitter.push(event.text) : [])),
    ...splitter.end(),
  ];
  const said = (type: "thinking" | "text") => parts.map((part) => (part.type === type ? part.text : "")).join("");
  console.log(`thought: ${JSON.stringify(said("thinking"))}, wrote: ${JSON.stringify(said("text"))}`);
  return { thought: said("thinking"), wrote: said("text") };
}

test("thoughts that a server leaves in the text are told apart; closed ones are gone on from", async (server) => {
  await createFromTemplate(server, THINKER, readFileSync(join(ROOT, "test/ollama/small-thinker.template"), "utf8"));
  expect((await server.details(THINKER, never)).capabilities).toContain("thinking");
  const thinking = await think(server, false);
  expect(thinking.thought.trim()).not.toBe("");
  expect(thinking.wrote).not.toMatch(/^<think>/);
  const writing = await think(server, true);
  expect(writing.thought).toBe("");
  expect(writing.wrote.trim()).not.toBe("");
});

test("a model that only embeds is never chosen, and refuses to chat when it is named", async (server) => {
  const models = await server.models(never);
  const embedder = findModel(models, EMBEDDER);
  expect(embedder === undefined || canChat(embedder)).toBe(false);
  expect(chooseChatModel(models.filter(({ name }) => name === embedder?.name))).toBeUndefined();
  expect(chooseChatModel(models)?.name).not.toBe(embedder?.name);
  const named = await ask("What?", EMBEDDER, 512, deps(LONG.slice(0, 1), {})).catch(toErrorDetail);
  expect(named).toMatchObject({ code: "ollama-failed", status: 400 });
  const asked = await collect(server.chat(request({ model: EMBEDDER, contextWindow: 512 }), never)).catch(
    toErrorDetail,
  );
  expect(asked).toMatchObject({
    code: "ollama-failed",
    status: 400,
    message: expect.stringContaining("does not support chat"),
  });
});

test("a model that is not there is named, with those that are", async (server) => {
  const failure = await collect(server.chat(request({ model: "absent:1b" }), never)).catch(toErrorDetail);
  expect(failure).toMatchObject({ code: "model-not-installed", model: "absent:1b" });
  expect(JSON.stringify(failure)).toContain(BASE_MODEL);
});
