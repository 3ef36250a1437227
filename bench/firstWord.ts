/**
 * What Cloister itself takes from a question to the first word of its answer.
 *
 *     npm run bench:first-word -- FOLDER [COUNT]
 *
 * FOLDER is indexed as it is. The Ollama that is asked is one that answers at once, so that all that is measured is
 * ours: searching, packing, and passing on. A search for the same words stands beside it.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { EngineClient } from "../src/client/engineClient";
import { type FolderRef, requests } from "../src/protocol/engine";
import { openEngine, withDefaults } from "./support/benchEngine";
import { percentile } from "./support/percentile";

/** Before these the engine has read nothing yet. */
const WARMING_UP = 3;

async function main(source: string, count: number): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "cloister-first-word-"));
  const folder = withDefaults(source);
  const ollama = await startQuickOllama();
  const engine = openEngine(join(scratch, "indexes"), { ollamaUrl: ollama.url, noOllama: false });
  try {
    const { chunks } = await engine.request(requests.index, { folder, rebuild: false });
    const symbols = await symbolsOf(engine, folder, count);
    const searches: number[] = [];
    const answers: number[] = [];
    for (let turn = 0; turn < count + WARMING_UP; turn += 1) {
      const question = `Where is ${symbols[turn % symbols.length]} used, and what does it do?`;
      const searched = await timed(() =>
        engine.request(requests.search, { folders: [folder], query: question, limit: 20 }),
      );
      const answered = await firstWordOf(engine, folder, question, `turn-${turn}`);
      if (turn >= WARMING_UP) {
        searches.push(searched);
        answers.push(answered);
      }
    }
    const figures = {
      folder: source,
      chunks,
      questions: count,
      firstWordMs: { p50: percentile(answers, 0.5), p95: percentile(answers, 0.95), max: percentile(answers, 1) },
      searchAloneMs: { p50: percentile(searches, 0.5), p95: percentile(searches, 0.95) },
    };
    process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
  } finally {
    await engine.dispose();
    ollama.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Names that the folder defines, each from another file. */
async function symbolsOf(engine: EngineClient, folder: FolderRef, count: number): Promise<string[]> {
  const { files } = await engine.request(requests.files, { folder });
  const indexed = files.filter(({ state, chunks }) => state === "indexed" && chunks > 2);
  const symbols: string[] = [];
  for (let turn = 0; turn < indexed.length && symbols.length < count; turn += 1) {
    const { path } = indexed[(turn * 7919) % indexed.length] ?? { path: "" };
    const { chunks } = await engine.request(requests.chunks, { folder, path });
    const symbol = chunks.find((chunk) => chunk.symbol !== undefined)?.symbol;
    symbols.push(...(symbol === undefined ? [] : [symbol]));
  }
  return symbols;
}

async function firstWordOf(engine: EngineClient, folder: FolderRef, question: string, turnId: string): Promise<number> {
  const startedAt = performance.now();
  let firstWordAt: number | undefined;
  const watching = engine.onAskEvent(({ event, turnId: of }) => {
    if (of === turnId && event.type === "text") {
      firstWordAt ??= performance.now();
    }
  });
  const params = { turnId, folders: [folder], question, history: [], selection: undefined, unsaved: [] };
  await engine.request(requests.ask, { ...params, indexFirst: false, anyway: true });
  watching.dispose();
  if (firstWordAt === undefined) {
    throw new Error(`no word came for: ${question}`);
  }
  return firstWordAt - startedAt;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const MODEL = "quick:7b";

const ANSWERS: Readonly<Record<string, object>> = {
  "/api/tags": { models: [{ name: MODEL, digest: "1", size: 1, modified_at: "", details: {} }] },
  "/api/show": { capabilities: ["completion"], model_info: {} },
  "/api/ps": { models: [{ name: MODEL, context_length: 8192 }] },
};

const SAID = [
  { message: { content: "Here [1]." }, done: false },
  { message: { content: "" }, done: true, prompt_eval_count: 3000, eval_count: 4 },
];

/** Says the same to everyone, at once. */
async function startQuickOllama(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const answer = ANSWERS[request.url ?? ""];
      response.setHeader("content-type", answer === undefined ? "application/x-ndjson" : "application/json");
      response.end((answer === undefined ? SAID : [answer]).map((line) => `${JSON.stringify(line)}\n`).join(""));
    });
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

await main(resolve(process.argv[2] ?? "."), Number(process.argv[3] ?? 50));
