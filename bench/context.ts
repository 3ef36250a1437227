/**
 * Whether Cloister knows how much of a prompt a real server saw.
 *
 *     npm run bench:context -- --ollama URL --repos DIR [--model NAME] [--prompts N] [--window TOKENS]
 *
 * Prompts are packed as the product packs them, from the files of DIR's repositories. First their tokens are estimated,
 * each with what the counts before it taught, against what the server counts: without the model's vocabulary, and with
 * it. Then N prompts (200) of 0.5 to 3 times the window are sent: twice, once in a window that holds them, which tells the
 * truth, and once in the small one.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createGuardedFetch } from "../src/adapters/ollama/guardedFetch";
import { createOllamaClient } from "../src/adapters/ollama/ollamaClient";
import { createOllamaVocabulary, VOCABULARY_LIMITS } from "../src/adapters/ollama/ollamaVocabulary";
import { wasCut } from "../src/core/answering/model/askModel";
import type { ChatModel } from "../src/core/answering/model/resolveModel";
import { type Candidate, type PackedContext, packContext } from "../src/core/answering/prompt/packContext";
import {
  correctedTokens,
  countMessages,
  FIRST_COUNTING,
  type TokenCounting,
} from "../src/core/answering/tokens/tokenCounting";
import type { Vocabulary } from "../src/core/answering/tokens/vocabulary";
import type { ChatServer } from "../src/core/modelPorts";
import { LearntCounts } from "../src/engine/models/learntCounts";
import { countingOf } from "../src/engine/models/tokenCountings";
import { buildVocabulary } from "../src/engine/models/vocabularies";
import { createRandom, type Random } from "./citations/synthesis";

const never = new AbortController().signal;

const NONCE = "a1b2c3";

/** Requests after which an estimate has to be right. */
const LEARNING_REQUESTS = 10;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ollama: { type: "string" },
      repos: { type: "string" },
      model: { type: "string", default: "gemma3:270m" },
      prompts: { type: "string", default: "200" },
      window: { type: "string", default: "512" },
    },
  });
  if (values.ollama === undefined || values.repos === undefined) {
    throw new Error("--ollama URL and --repos DIR are needed");
  }
  const url = values.ollama;
  const server = createOllamaClient({ url, send: createGuardedFetch({ baseUrl: url, allowRemote: false }) });
  const window = Number(values.window);
  const files = readFiles(resolve(values.repos));
  const random = createRandom(1);
  const learnt = new LearntCounts();
  const vocabulary = await readVocabulary(url, values.model);
  const prompts = Array.from({ length: Number(values.prompts) }, (_, count) =>
    makePrompt(files, Math.round(window * (0.5 + (2.5 * count) / Number(values.prompts))), random),
  ).toSorted(() => random() - 0.5);
  const counts: number[] = [];
  for (const packed of prompts) {
    counts.push(await count(server, values.model, packed, window * 4));
  }
  const model = { model: values.model, digest: "" };
  const counting = () => countingOf(model, vocabulary, learnt);
  reportEstimates("without the vocabulary", prompts, counts, () => countingOf(model, undefined, learnt));
  reportEstimates("with the vocabulary", prompts, counts, counting);
  await reportCuts({ ...model, server, ...UNTOLD }, prompts, counts, { window, counting: counting() });
}

/** What plays no part here. */
const UNTOLD = { contextLength: undefined, cache: undefined, sizeBytes: 0 };

async function readVocabulary(url: string, model: string): Promise<Vocabulary> {
  const send = createGuardedFetch({ baseUrl: url, allowRemote: false, limits: VOCABULARY_LIMITS });
  const said = await createOllamaVocabulary({ url, send }).tokens(model, never);
  const startedAt = performance.now();
  const vocabulary = said && (await buildVocabulary(said));
  if (vocabulary === undefined) {
    throw new Error("the server does not tell the vocabulary");
  }
  const tookMs = performance.now() - startedAt;
  print(`${said?.tokens.length} tokens in ${vocabulary.toBytes().length} bytes, after ${tookMs.toFixed(0)} ms`);
  return vocabulary;
}

/** Each prompt is estimated before it is learnt from. */
function reportEstimates(
  way: string,
  prompts: readonly PackedContext[],
  counts: readonly number[],
  counting: () => TokenCounting,
): void {
  let elapsedMs = 0;
  const errors = prompts.map(({ messages }, index) => {
    const counted = counts[index] ?? 0;
    const now = counting();
    const startedAt = performance.now();
    const plain = countMessages(messages, now.count);
    elapsedMs += performance.now() - startedAt;
    now.learn?.(plain, counted);
    return correctedTokens(plain, now) / counted - 1;
  });
  const letters = prompts.flatMap(({ messages }) => messages).reduce((sum, { content }) => sum + content.length, 0);
  print(`${way}: ${((1e6 * elapsedMs) / letters).toFixed(0)} ns a character`);
  const later = errors
    .slice(LEARNING_REQUESTS)
    .map(Math.abs)
    .toSorted((a, b) => a - b);
  const at = (share: number) => `${(100 * (later[Math.floor((later.length - 1) * share)] ?? 0)).toFixed(1)} %`;
  const within = later.filter((error) => error <= 0.05).length;
  print(
    `  first estimates off by ${errors
      .slice(0, 3)
      .map((error) => `${(100 * error).toFixed(1)} %`)
      .join(", ")}`,
  );
  print(
    `  after ${LEARNING_REQUESTS} requests: median ${at(0.5)}, p90 ${at(0.9)}, largest ${at(1)}; ${within} of ${later.length} within 5 %`,
  );
}

async function reportCuts(
  model: ChatModel,
  prompts: readonly PackedContext[],
  counts: readonly number[],
  { window, counting }: { readonly window: number; readonly counting: TokenCounting },
): Promise<void> {
  const tally = { cut: 0, flagged: 0, whole: 0, wronglyFlagged: 0 };
  for (const [index, packed] of prompts.entries()) {
    const promptTokens = await count(model.server, model.model, packed, window);
    const isFlagged = await wasCut(
      model,
      { promptTokens, inForce: window },
      { ...packed, plainTokens: countMessages(packed.messages, counting.count) },
      { counting, contextWindow: window, nonce: NONCE },
      never,
    );
    const isReallyCut = (counts[index] ?? 0) > window;
    tally.cut += Number(isReallyCut);
    tally.flagged += Number(isReallyCut && isFlagged);
    tally.whole += Number(!isReallyCut);
    tally.wronglyFlagged += Number(!isReallyCut && isFlagged);
    if (isReallyCut !== isFlagged) {
      print(`  wrong: ${counts[index]} tokens in a window of ${window}, the server counted ${promptTokens}`);
    }
  }
  print(`${prompts.length} prompts in a window of ${window}`);
  print(`${tally.flagged} of ${tally.cut} cut prompts flagged, ${tally.wronglyFlagged} of ${tally.whole} whole ones`);
}

/** @returns tokens of the prompt as the server counts them. */
async function count(server: ChatServer, model: string, packed: PackedContext, contextWindow: number): Promise<number> {
  for await (const event of server.chat(
    { model, messages: packed.messages, contextWindow, maxAnswerTokens: 1 },
    never,
  )) {
    if (event.type === "done") {
      return event.promptTokens ?? 0;
    }
  }
  throw new Error("the server ended without a count");
}

interface TextFile {
  readonly path: string;
  readonly lines: readonly string[];
}

function readFiles(root: string): TextFile[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readdirSync(join(root, name), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(?:[a-z]{1,4}|markdown)$/.test(entry.name))
        .slice(0, 40)
        .map((entry) => join(entry.parentPath, entry.name)),
    )
    .map((path) => ({
      path: path.slice(root.length + 1),
      lines: readFileSync(path, "utf8").slice(0, 100_000).split("\n"),
    }))
    .filter(({ lines }) => lines.length >= 20);
}

/** @param tokens about as many as the prompt should have. */
function makePrompt(files: readonly TextFile[], tokens: number, random: Random): PackedContext {
  const candidates = Array.from({ length: 40 }, (): Candidate => {
    const { path, lines } = files[Math.floor(random() * files.length)] ?? { path: "", lines: [] };
    const start = Math.floor(random() * (lines.length - 12));
    return {
      role: "found",
      folder: "",
      path,
      language: "text",
      kind: "lines",
      symbol: undefined,
      enclosing: [],
      score: 1,
      startLine: start + 1,
      endLine: start + 12,
      text: lines.slice(start, start + 12).join("\n"),
    };
  });
  const request = {
    candidates,
    history: [],
    question: "What does this part of the program do, and who uses it?",
    nonce: NONCE,
    counting: FIRST_COUNTING,
  };
  for (let contextWindow = Math.max(600, tokens * 1.6); ; contextWindow *= 1.2) {
    const packed = packContext({ ...request, contextWindow: Math.round(contextWindow) });
    if (packed !== undefined) {
      return packed;
    }
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
