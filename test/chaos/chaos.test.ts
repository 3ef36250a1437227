/** Every scenario ends in a named error or a truthful answer, through the real client and the real answering. */

import { expect, onTestFinished, test, vi } from "vitest";
import { createGuardedFetch } from "../../src/adapters/ollama/guardedFetch";
import { createOllamaClient } from "../../src/adapters/ollama/ollamaClient";
import { ERROR_CODES } from "../../src/client/failureStates";
import { type AnswerEvent, type AnswerRequest, answerQuestion } from "../../src/core/answering/answer";
import { FIRST_COUNTING } from "../../src/core/answering/tokens/tokenCounting";
import type { ChatServer } from "../../src/core/modelPorts";
import type { Answer } from "../../src/domain/answer";
import { EngineError, isAbort } from "../../src/domain/errors";
import type { SentRequest } from "../../src/domain/sentRequest";
import { summarise } from "../../src/engine/summarise";
import type { EngineSettings } from "../../src/protocol/engine";
import { REQUEST } from "../support/answerRun";
import { collectGarbage } from "../support/collectGarbage";
import { closedPort, type TestServer } from "../support/httpServer";
import { found } from "../support/searchResults";
import { ANSWER_SCENARIOS } from "./answerScenarios";
import { floods, silent, status, stopsAfter } from "./behaviours";
import { type Behaviour, doneLine, html, listed, openStream, says, startOllama, textLine } from "./hostileOllama";
import { EARLY_SCENARIOS } from "./scenarios";

/** Long enough for a busy machine to answer, short enough to wait for. */
const QUICK_MS = 1_000;

const logged: SentRequest[] = [];

async function hostile(behaviour: Behaviour, onFinished = onTestFinished): Promise<TestServer> {
  const server = await startOllama(behaviour);
  onFinished(() => server.close());
  return server;
}

function client(url: string): ChatServer {
  const limits = { headersMs: QUICK_MS, silenceMs: QUICK_MS, maxLineBytes: 100_000, maxBytes: 500_000 };
  const send = createGuardedFetch({ baseUrl: url, allowRemote: false, limits, log: (entry) => logged.push(entry) });
  const patience = { quickMs: QUICK_MS, peekMs: 50, loadingNoticeMs: 20, lineMs: QUICK_MS };
  return createOllamaClient({ url, send, patience });
}

const SECRET = "zanzibar";
const QUESTION: AnswerRequest = { ...REQUEST, question: `Where is the ${SECRET} saved by this program?` };

const ask = (
  url: string,
  onEvent: (event: AnswerEvent) => void,
  request: Partial<AnswerRequest> = {},
  signal = new AbortController().signal,
) =>
  answerQuestion(
    {
      search: async () => [found("src/store.ts:1", `save(${SECRET});`)],
      related: async () => [],
      readText: async () => `save(${SECRET});\n`,
      server: client(url),
      clock: Date.now,
      nonce: () => "nonce",
    },
    { ...QUESTION, ...request },
    onEvent,
    signal,
  );

/** See scenarios.ts. */
async function ending(url: string, request: Partial<AnswerRequest>): Promise<string> {
  let text = "";
  const onEvent = (event: AnswerEvent) => {
    text = event.type === "restart" ? "" : event.type === "text" ? text + event.text : text;
  };
  try {
    return describe(await ask(url, onEvent, request));
  } catch (error) {
    const code = error instanceof EngineError ? error.detail.code : String(error);
    return `error: ${code} after ${text.startsWith("xxx") ? "xxx" : text}`;
  }
}

function describe({ answer, noModel, truncated, cutShort, citations }: Answer): string {
  if (noModel !== undefined) {
    return `passages: ${noModel.why}${"problem" in noModel ? ` (${noModel.problem})` : ""}`;
  }
  expect(citations.every(({ verified }) => verified)).toBe(true);
  return `answered${truncated ? ", marked as cut" : ""}${cutShort ? ", cut short" : ""}: ${answer}`;
}

for (const { name, behaviour, model, ending: expected } of [...EARLY_SCENARIOS, ...ANSWER_SCENARIOS]) {
  test.concurrent(name, async ({ onTestFinished: onFinished }) => {
    const server = await hostile(behaviour, onFinished);
    expect(await ending(server.url, { model })).toBe(expected);
  });
}

test("nobody listens", async () => {
  expect(await ending(`http://127.0.0.1:${await closedPort()}`, {})).toBe("passages: ollama-unreachable");
});

test("an address that is none", async () => {
  expect(await ending("http://", {})).toBe("passages: ollama-unusable (it is not an address)");
});

test("an address elsewhere", async () => {
  expect(await ending("http://192.0.2.1:11434", {})).toBe("passages: ollama-unusable (it is not on this machine)");
});

// ---------------------------------------------------------------- behind the scenes

const SETTINGS: EngineSettings = {
  indexRoot: undefined,
  ollamaUrl: "",
  allowRemoteOllama: false,
  noOllama: false,
  chatModel: undefined,
  embeddingModel: undefined,
  contextWindow: 2048,
};

/** What comes of summing up a long conversation about the secret. */
const summed = (url: string, signal = new AbortController().signal) =>
  summarise(
    {
      server: client(url),
      settings: { ...SETTINGS, ollamaUrl: url },
      countingOf: () => FIRST_COUNTING,
      graphics: NO_GRAPHICS,
    },
    {
      earlier: undefined,
      history: ["first", "last"].map((name) => ({
        question: `Where is the ${name} ${SECRET} saved?`,
        answer: `The ${name} ${SECRET} is saved by the store. `.repeat(60),
      })),
    },
    signal,
  );

const NO_GRAPHICS = { of: () => undefined };

const SUMMED = `The ${SECRET} is saved by the store.`;

test.concurrent.for<[string, Behaviour, string | undefined]>([
  ["is one", { chat: says(textLine(SUMMED), doneLine()) }, SUMMED],
  ["never comes", { chat: silent }, undefined],
  ["stops in the middle", { chat: stopsAfter(textLine(SUMMED)) }, undefined],
  ["is broken off", { chat: stopsAfter(textLine(SUMMED), ({ socket }) => socket?.resetAndDestroy()) }, undefined],
  ["is empty", { chat: says(doneLine()) }, undefined],
  ["is rubbish", { chat: says(textLine("lorem ipsum dolor sit amet consetetur"), doneLine()) }, undefined],
  ["is too long", { chat: says(textLine(`${SUMMED} `.repeat(400)), doneLine()) }, undefined],
  ["floods", { chat: floods(textLine("xxx ".repeat(500))) }, undefined],
  ["is HTML", { chat: (_, response) => html(response) }, undefined],
  ["fails, for the model is gone", { chat: status(404, { error: "model not found" }) }, undefined],
  ["fails, for no model can be listed", { tags: status(500) }, undefined],
])("a summary that %s", async ([, behaviour, summary], { onTestFinished: onFinished }) => {
  const server = await hostile(behaviour, onFinished);
  expect(await summed(server.url)).toBe(summary);
});

test("a summary that hangs is stopped at once, which frees the server", async () => {
  const stop = new AbortController();
  const server = await hostile({ chat: () => stop.abort() });
  await expect(summed(server.url, stop.signal)).rejects.toSatisfy(isAbort);
  await server.abandoned;
});

// ---------------------------------------------------------------- stopping

test.each<[string, (stop: () => void) => Behaviour]>([
  ["while the models are listed", (stop) => ({ tags: stop })],
  ["while the model is described", (stop) => ({ show: stop })],
  ["while it is asked what is loaded", (stop) => ({ ps: stop })],
  ["before the first byte", (stop) => ({ chat: stop })],
  [
    "between two words",
    (stop) => ({
      chat: (_, response) => {
        openStream(response);
        response.write(textLine("Half "), stop);
      },
    }),
  ],
])("a stop %s ends at once and frees the server", async (_, behaviour) => {
  const stop = new AbortController();
  const server = await hostile(behaviour(() => stop.abort()));
  await expect(ask(server.url, () => undefined, {}, stop.signal)).rejects.toSatisfy(isAbort);
  await server.abandoned;
});

test("a reader that leaves in the middle frees the server", async () => {
  const server = await hostile({
    chat: (_, response) => (openStream(response), void response.write(textLine("Half "))),
  });
  const request = { model: "honest:7b", messages: [], contextWindow: 2048, maxAnswerTokens: 10 };
  for await (const event of client(server.url).chat(request, new AbortController().signal)) {
    if (event.type === "text") {
      break;
    }
  }
  await server.abandoned;
});

test("a load of five minutes is waited for, and says that it loads", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const seen: string[] = [];
  const server = await hostile({
    chat: (_, response) =>
      void setTimeout(() => {
        vi.setSystemTime(Date.now() + 5 * 60_000); // the clock is all that a load takes here
        openStream(response);
        response.end(`${textLine("Late [1].")}{"done":true}\n`);
      }, 60),
  });
  const { answer } = await ask(server.url, ({ type }) => seen.push(type));
  expect(answer).toBe("Late [1].");
  expect(seen).toContain("loading-model");
});

test.each([
  ["forward by a day", 24 * 3_600_000],
  ["back by a day", -24 * 3_600_000],
])("a clock that jumps %s in the middle of an answer changes nothing", async (_, jumpMs) => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const server = await hostile({
    chat: (_request, response) => {
      openStream(response);
      response.write(textLine("Whole "), () => {
        vi.setSystemTime(Date.now() + jumpMs);
        response.end(`${textLine("[1].")}{"done":true}\n`);
      });
    },
  });
  expect(await ending(server.url, {})).toBe("answered: Whole [1].");
});

test("a model whose digest changed is described anew, and a server that restarted is asked again", async () => {
  let digest = "one";
  const server = await hostile({
    tags: (_, response) => void response.end(JSON.stringify({ models: [{ name: "honest:7b", digest, details: {} }] })),
  });
  const own = client(server.url);
  const shown = () => server.received.filter(({ path }) => path === "/api/show").length;
  const signal = new AbortController().signal;
  await own.models(signal);
  await own.models(signal);
  expect(shown()).toBe(1);
  digest = "two";
  await own.models(signal);
  expect(shown()).toBe(2);
});

test("in place of a model that is gone only those are named that can answer", async () => {
  const models = [listed("honest:7b"), listed("said-embed:1b", { capabilities: ["embedding"] }), listed("shown:1b")];
  const server = await hostile({
    tags: (_, response) => void response.end(JSON.stringify({ models })),
    show: ({ body }, response) => {
      const capabilities = [body.includes("shown") ? "embedding" : "completion"];
      response.end(JSON.stringify({ capabilities }));
    },
    chat: status(404, { error: "model 'honest:7b' not found" }),
  });
  await expect(ask(server.url, () => undefined)).rejects.toMatchObject({
    detail: { code: "model-not-installed", installed: ["honest:7b"] },
  });
});

test("a restart in the middle of a stream keeps what was written, and the next question is answered", async () => {
  let chats = 0;
  const server = await hostile({
    chat: (_, response) => {
      chats += 1;
      openStream(response);
      response.write(textLine(chats === 1 ? "Half " : "Whole [1]."), () =>
        chats === 1 ? response.socket?.resetAndDestroy() : response.end('{"done":true}\n'),
      );
    },
  });
  expect(await ending(server.url, {})).toBe("error: ollama-interrupted after Half ");
  expect(await ending(server.url, {})).toBe("answered: Whole [1].");
});

test("every ending is one of the named states", () => {
  const codes = [...EARLY_SCENARIOS, ...ANSWER_SCENARIOS].flatMap(
    ({ ending: end }) => /^error: ([\w-]+)/.exec(end)?.[1] ?? [],
  );
  expect(EARLY_SCENARIOS.length + ANSWER_SCENARIOS.length).toBeGreaterThanOrEqual(50);
  expect(codes.filter((code) => !(ERROR_CODES as string[]).includes(code))).toEqual([]);
});

test("floods and endless lines leave no more than 20 MB behind", async () => {
  const behaviours = ANSWER_SCENARIOS.filter(({ name }) => /endless|flood/.test(name));
  expect(behaviours.length).toBeGreaterThanOrEqual(4);
  const before = keptBytes();
  for (let round = 0; round < 3; round += 1) {
    for (const { behaviour } of behaviours) {
      const server = await startOllama(behaviour);
      await ending(server.url, {});
      await server.close();
    }
  }
  expect((keptBytes() - before) / 1_000_000).toBeLessThan(20);
});

/** What is in use once all rubbish is gone, in and outside of the heap. */
function keptBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

// ---------------------------------------------------------------- what is sent

test("each chat carries its context window and its limits, and asks for no cutting", async () => {
  const server = await hostile({});
  await ask(server.url, () => undefined);
  const chat = server.received.find(({ path }) => path === "/api/chat");
  expect(JSON.parse(chat?.body ?? "")).toMatchObject({
    model: "honest:7b",
    stream: true,
    truncate: false,
    shift: false,
    options: { num_ctx: 4096, num_predict: expect.any(Number) },
  });
  expect(chat?.body).not.toContain('"think"');
});

test.each([
  ["honest:7b", false],
  ["gpt-oss:20b", "low"],
])("%s, which can think, is told: %s", async (name, think) => {
  const server = await hostile({
    tags: (_, response) => void response.end(JSON.stringify({ models: [listed(name)] })),
    show: (_, response) => void response.end(JSON.stringify({ capabilities: ["completion", "thinking"] })),
  });
  await ask(server.url, () => undefined);
  const chat = server.received.find(({ path }) => path === "/api/chat");
  expect(JSON.parse(chat?.body ?? "{}").think).toBe(think);
});

test("loading is told apart from a model that is loaded and slow", async () => {
  const slow: Behaviour["chat"] = (_, response) =>
    void setTimeout(() => {
      openStream(response);
      response.end(textLine("[1]") + '{"done":true}\n');
    }, 80);
  const loaded: Behaviour["ps"] = (_, response) =>
    void response.end(JSON.stringify({ models: [{ name: "honest:7b", context_length: 4096 }] }));
  const types = async (behaviour: Behaviour) => {
    const seen: string[] = [];
    await ask((await hostile(behaviour)).url, ({ type }) => seen.push(type));
    return seen;
  };
  expect(await types({ chat: slow })).toContain("loading-model");
  expect(await types({ chat: slow, ps: loaded })).not.toContain("loading-model");
});

test("neither the log nor the console holds a word of what was asked, answered or found", async () => {
  const consoles = (["log", "warn", "error", "info"] as const).map((method) => vi.spyOn(console, method));
  const server = await hostile({ chat: (_, response) => void response.writeHead(500).end(`${SECRET} again`) });
  await ending(server.url, {});
  expect(logged.some(({ endpoint, sentBytes }) => endpoint === "/api/chat" && sentBytes > 100)).toBe(true);
  expect(JSON.stringify(logged)).not.toContain(SECRET);
  expect(consoles.flatMap((spy) => spy.mock.calls)).toEqual([]);
});
