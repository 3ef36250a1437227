/**
 * How fast texts get their vectors, beside a bare loop over `/api/embed` with the same texts.
 *
 *     npm run bench:embedding -- [--folder DIR] [--texts N] [--ollama-url URL] [--embedding-model NAME]
 *
 * The texts are chunks of DIR, this repository's sources by default. They are embedded some at a time, by the loop and by
 * the product in turn, so that both meet the same moods of the machine. The product's share holds all it does besides:
 * reading the chunks, wording them, checking the vectors, storing them durably.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createGuardedFetch } from "../src/adapters/ollama/guardedFetch";
import { createOllamaEmbedding } from "../src/adapters/ollama/ollamaEmbedding";
import { openLanceChunkStore } from "../src/adapters/store/lanceChunkStore";
import { openLanceVectorStore } from "../src/adapters/store/lanceVectorStore";
import { openSqliteManifest } from "../src/adapters/store/sqliteManifest";
import { textHash } from "../src/adapters/store/textHash";
import { vectorSetId, writeVectorSet } from "../src/adapters/store/vectorSets";
import { createChunkKeys } from "../src/core/embedding/chunkKeys";
import { createEmbedder } from "../src/core/embedding/createEmbedder";
import { embedText } from "../src/core/embedding/embedText";
import { type FileToFill, fillVectors } from "../src/core/embedding/fillVectors";
import type { Embedder } from "../src/core/modelPorts";
import type { ChunkStore, VectorStore } from "../src/core/ports";
import { DEFAULT_OLLAMA_URL } from "../src/protocol/defaultSettings";
import { requests } from "../src/protocol/engine";
import { startBenchEngine, withDefaults } from "./support/benchEngine";

const TEXTS_PER_REQUEST = 32;
const TEXTS_PER_ROUND = 64;

/** What fits into 512 tokens. */
const MAX_TEXT_LENGTH = 1_000;

const { signal } = new AbortController();

interface Bench {
  readonly embedder: Embedder;
  readonly url: string;
  readonly store: ChunkStore;
  readonly vectors: VectorStore;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: "string", default: resolve(import.meta.dirname, "../src") },
      texts: { type: "string", default: "512" },
      "ollama-url": { type: "string", default: DEFAULT_OLLAMA_URL },
      "embedding-model": { type: "string", default: "all-minilm" },
    },
  });
  const indexRoot = mkdtempSync(join(tmpdir(), "cloister-embedding-"));
  try {
    const indexDir = await indexWithoutVectors(resolve(values.folder), indexRoot);
    const url = values["ollama-url"];
    const server = createOllamaEmbedding({ url, send: createGuardedFetch({ baseUrl: url, allowRemote: false }) });
    const embedder = await createEmbedder(server, { name: values["embedding-model"], digest: "" }, signal);
    await measure(indexDir, url, embedder, Number(values.texts));
  } finally {
    rmSync(indexRoot, { recursive: true, force: true });
  }
}

async function indexWithoutVectors(folder: string, indexRoot: string): Promise<string> {
  const { client: engine } = await startBenchEngine(indexRoot);
  try {
    const ref = withDefaults(folder);
    await engine.request(requests.index, { folder: ref, rebuild: false });
    return (await engine.request(requests.status, { folder: ref })).indexDir;
  } finally {
    await engine.dispose();
  }
}

async function measure(indexDir: string, url: string, embedder: Embedder, wanted: number): Promise<void> {
  const manifest = openSqliteManifest(indexDir, false);
  const store = await openLanceChunkStore({ indexDir, isIntact: () => true });
  const id = vectorSetId(embedder.identity);
  writeVectorSet(indexDir, { id, identity: embedder.identity, completedAt: undefined, unusedSince: {} });
  const vectors = await openLanceVectorStore({ indexDir, id, dimensions: embedder.identity.dimensions });
  const keys = createChunkKeys({ manifest, store, hashText: textHash });
  await keys.sync();
  const bench = { embedder, url, store, vectors };
  const totals = { texts: 0, loopMs: 0, productMs: 0 };
  const shares: number[] = [];
  const files = [...manifest.all()].map(({ fileId }) => ({ fileId, keys: keys.ofFile(fileId) }));
  for (const [round, some] of rounds(files).entries()) {
    if (totals.texts >= wanted) {
      break;
    }
    const { texts, loopMs, productMs } = await compare(bench, some, round % 2 === 0);
    shares.push(loopMs / productMs);
    totals.texts += texts;
    totals.loopMs += loopMs;
    totals.productMs += productMs;
    print(`${texts} texts   loop ${rate(texts, loopMs)}   product ${rate(texts, productMs)}`);
  }
  const median = shares.toSorted((a, b) => a - b)[Math.floor(shares.length / 2)] ?? 0;
  print(
    `${totals.texts} texts   loop ${rate(totals.texts, totals.loopMs)}   product ${rate(totals.texts, totals.productMs)}   ` +
      `product / loop ${(totals.loopMs / totals.productMs).toFixed(3)}, median of rounds ${median.toFixed(3)}`,
  );
  manifest.close();
  await store.close();
  await vectors.close();
}

/** Files together of so many texts. */
function rounds(files: readonly FileToFill[]): FileToFill[][] {
  const all: FileToFill[][] = [[]];
  let texts = 0;
  for (const file of files) {
    all.at(-1)?.push(file);
    texts += file.keys.length;
    if (texts >= TEXTS_PER_ROUND) {
      all.push([]);
      texts = 0;
    }
  }
  return all;
}

async function compare(
  bench: Bench,
  files: readonly FileToFill[],
  isLoopFirst: boolean,
): Promise<{ texts: number; loopMs: number; productMs: number }> {
  const { store } = bench;
  const chunks = await store.chunksOfFiles(files.map(({ fileId }) => fileId));
  const byKey = new Map<string, string>();
  for (const chunk of chunks) {
    const key = files.find(({ fileId }) => fileId === chunk.fileId)?.keys[chunk.ordinal] ?? "";
    const { title, text } = embedText(chunk);
    byKey.set(key, title === "" ? text : `${title}\n${text}`);
  }
  const inputs = new Map([...byKey].filter(([, text]) => text.length <= MAX_TEXT_LENGTH)); // the loop knows no way with longer ones
  const fitting = files.map(({ fileId, keys }) => ({ fileId, keys: keys.map((key) => (inputs.has(key) ? key : "")) }));
  const loop = () => timed(() => bareLoop(bench, [...inputs.values()]));
  const product = () => timed(() => fill(bench, fitting));
  const early = isLoopFirst ? await loop() : await product();
  const late = isLoopFirst ? await product() : await loop();
  const [loopMs, productMs] = isLoopFirst ? [early, late] : [late, early];
  return { texts: inputs.size, loopMs, productMs };
}

async function bareLoop({ url, embedder }: Bench, inputs: readonly string[]): Promise<void> {
  for (let start = 0; start < inputs.length; start += TEXTS_PER_REQUEST) {
    const input = inputs.slice(start, start + TEXTS_PER_REQUEST);
    const body = JSON.stringify({ model: embedder.identity.model, input, truncate: false });
    const response = await fetch(new URL("/api/embed", url), { method: "POST", body });
    const { embeddings } = (await response.json()) as { embeddings?: unknown[] };
    if (embeddings?.length !== input.length) {
      throw new Error("the server has refused a text");
    }
  }
}

async function fill({ embedder, store, vectors }: Bench, files: readonly FileToFill[]): Promise<void> {
  await fillVectors(
    {
      embedder,
      vectors,
      clock: Date.now,
      chunksOfFiles: (fileIds) => store.chunksOfFiles(fileIds),
      whenIdle: async () => undefined,
      isOutdated: () => false,
      assertSameModel: async () => undefined,
    },
    files,
    new Set([""]),
    signal,
    () => undefined,
  );
}

async function timed(run: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

const rate = (texts: number, ms: number): string => `${(texts / (ms / 1000)).toFixed(1)} texts/s`;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
