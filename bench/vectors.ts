/**
 * Search by meaning in a large index: what an IVF_FLAT index saves, what it misses, and what it costs.
 *
 *     npm run bench:vectors -- --folder DIR --vectors FILE [--texts N] [--questions DIR] [--ollama-url URL]
 *                              [--embedding-model NAME]
 *
 * The vectors are those of N passages of DIR, short ones taken evenly from all its files. They are kept in FILE, where a
 * run that was cut off goes on. The questions are those of the public code-search benchmark. Exact search, the product's own
 * where there is no index, is measured first and last; between them the product's index, and others with more partitions.
 */

import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Table } from "@lancedb/lancedb";
import { createGuardedFetch } from "../src/adapters/ollama/guardedFetch";
import { createOllamaEmbedding } from "../src/adapters/ollama/ollamaEmbedding";
import { loadLance } from "../src/adapters/store/lanceModule";
import { openLanceVectorStore } from "../src/adapters/store/lanceVectorStore";
import { textHash } from "../src/adapters/store/textHash";
import { vectorSetId, writeVectorSet } from "../src/adapters/store/vectorSets";
import { createEmbedder } from "../src/core/embedding/createEmbedder";
import type { Embedder, EmbeddingIdentity } from "../src/core/modelPorts";
import { DEFAULT_OLLAMA_URL } from "../src/protocol/defaultSettings";
import { percentile } from "./support/percentile";

const SOURCE = new Set(
  ".c .cc .cpp .cs .ex .exs .go .h .hpp .hs .java .js .kt .lua .md .php .py .rb .rs .scala .sh .swift .ts .zig".split(
    " ",
  ),
);
const LINES = 3;
const LENGTHS = { least: 24, most: 64 };
const TEXTS_PER_REQUEST = 32;
const ROWS_PER_WRITE = 4_096;

/** What a search asks for, and what a person looks at. */
const FOUND = 200;
const SHOWN = 10;

const MAX_QUESTIONS = 200;
const ROWS_PER_PARTITION = [8_192, 1_024, 256];
const PROBED_SHARES = [0.1, 0.25, 0.5, 1];

const { signal } = new AbortController();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: "string" },
      vectors: { type: "string" },
      texts: { type: "string", default: "60000" },
      questions: { type: "string", default: "../shared/benchmark/annotations" },
      "ollama-url": { type: "string", default: DEFAULT_OLLAMA_URL },
      "embedding-model": { type: "string", default: "all-minilm" },
    },
  });
  const { folder, vectors: file } = values;
  if (folder === undefined || file === undefined) {
    throw new Error("--folder DIR and --vectors FILE are needed");
  }
  const url = values["ollama-url"];
  const server = createOllamaEmbedding({ url, send: createGuardedFetch({ baseUrl: url, allowRemote: false }) });
  const embedder = await createEmbedder(server, { name: values["embedding-model"], digest: "" }, signal);
  const texts = passages(resolve(folder), Number(values.texts));
  await embedInto(file, texts, embedder);
  const questions = await embedQuestions(resolve(values.questions), embedder);
  const indexDir = mkdtempSync(join(tmpdir(), "cloister-vectors-"));
  try {
    await measure(
      indexDir,
      embedder.identity,
      readVectors(file, embedder.identity.dimensions, texts.length),
      questions,
    );
  } finally {
    rmSync(indexDir, { recursive: true, force: true });
  }
}

// ---------------------------------------------------------------- texts and their vectors

/** @returns different texts, the same at every run. */
function passages(folder: string, wanted: number): string[] {
  const found = new Set<string>();
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && SOURCE.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    const lines = readFileSync(file, "utf8").split("\n");
    for (let start = 0; start < lines.length; start += LINES) {
      const text = lines
        .slice(start, start + LINES)
        .join(" ")
        .replace(/\s+/g, " ")
        .trim()
        .slice(0, LENGTHS.most);
      if (text.length >= LENGTHS.least) {
        found.add(text);
      }
    }
  }
  const all = [...found];
  const step = Math.max(1, all.length / wanted);
  return Array.from({ length: Math.min(wanted, all.length) }, (_, index) => all[Math.floor(index * step)] ?? "");
}

/** Appends what the file lacks. */
async function embedInto(file: string, texts: readonly string[], embedder: Embedder): Promise<void> {
  const bytesEach = embedder.identity.dimensions * Float32Array.BYTES_PER_ELEMENT;
  const known = existsSync(file) ? Math.floor(readFileSync(file).length / bytesEach) : 0;
  for (let start = known; start < texts.length; start += TEXTS_PER_REQUEST) {
    const vectors = await embedder.embed(
      texts.slice(start, start + TEXTS_PER_REQUEST).map((text) => ({ title: "", text })),
      signal,
    );
    const rows = vectors.map((vector) => vector ?? new Float32Array(embedder.identity.dimensions).fill(1));
    appendFileSync(file, Buffer.concat(rows.map((row) => new Uint8Array(row.buffer, row.byteOffset, row.byteLength))));
    if ((start / TEXTS_PER_REQUEST) % 100 === 0) {
      process.stderr.write(`${start} of ${texts.length} embedded\n`);
    }
  }
}

function readVectors(file: string, dimensions: number, count: number): Float32Array[] {
  const bytes = readFileSync(file);
  const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / 4));
  return Array.from({ length: count }, (_, row) => numbers.subarray(row * dimensions, (row + 1) * dimensions));
}

async function embedQuestions(annotations: string, embedder: Embedder): Promise<Float32Array[]> {
  const questions = readdirSync(annotations)
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(annotations, name), "utf8")) as { readonly query: string }[])
    .map(({ query }) => query);
  const step = Math.max(1, questions.length / MAX_QUESTIONS);
  const vectors: Float32Array[] = [];
  for (let index = 0; index < Math.min(MAX_QUESTIONS, questions.length); index += 1) {
    const vector = await embedder.embedQuery(questions[Math.floor(index * step)] ?? "", signal);
    vectors.push(...(vector === undefined ? [] : [vector]));
  }
  return vectors;
}

// ---------------------------------------------------------------- figures

async function measure(
  indexDir: string,
  identity: EmbeddingIdentity,
  vectors: readonly Float32Array[],
  questions: readonly Float32Array[],
): Promise<void> {
  const id = vectorSetId(identity);
  writeVectorSet(indexDir, { id, identity, completedAt: undefined, unusedSince: {} });
  const store = await openLanceVectorStore({ indexDir, id, dimensions: identity.dimensions });
  const written = await timed(async () => {
    for (let start = 0; start < vectors.length; start += ROWS_PER_WRITE) {
      const some = vectors.slice(start, start + ROWS_PER_WRITE);
      await store.add(some.map((vector, row) => ({ key: textHash(String(start + row)).slice(0, 32), vector })));
    }
  });
  print(
    `${vectors.length} vectors of ${identity.dimensions}, written in ${seconds(written.ms)}; ${questions.length} questions`,
  );
  const { table } = store as unknown as { readonly table: Table };
  const exact = await askAll(questions, (question) => keysOf(table, question, undefined));
  print(`exact: ${times(exact.ms)}`);

  const before = process.memoryUsage.rss();
  const built = await timed(() => store.maintain(signal));
  const memory = Math.round((process.memoryUsage.rss() - before) / 1e6);
  print(`the product's index: built in ${seconds(built.ms)}, ${memory} MB more in memory afterwards`);
  const product = await askAll(questions, async (question) =>
    (await store.nearest(question, FOUND)).map(({ key }) => key),
  );
  print(`as the product asks it: ${times(product.ms)}, ${recalls(product.found, exact.found)}`);

  const lance = await loadLance();
  for (const rowsEach of ROWS_PER_PARTITION) {
    const numPartitions = Math.ceil(vectors.length / rowsEach);
    const config = lance.Index.ivfFlat({ distanceType: "cosine", numPartitions });
    const build = await timed(() => table.createIndex("vector", { config, replace: true, name: "vector_idx" }));
    print(`${numPartitions} partitions of ${rowsEach}: built in ${seconds(build.ms)}`);
    for (const share of PROBED_SHARES) {
      const asked = await askAll(questions, (question) => keysOf(table, question, Math.ceil(share * numPartitions)));
      print(
        `  ${(100 * share).toFixed(0).padStart(3)} % probed: ${times(asked.ms)}, ${recalls(asked.found, exact.found)}`,
      );
    }
  }
  const again = await askAll(questions, (question) => keysOf(table, question, undefined));
  print(`exact once more: ${times(again.ms)}`);
  print(`largest memory of the run: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  await store.close();
}

interface Answers {
  readonly ms: readonly number[];
  readonly found: readonly (readonly string[])[];
}

async function askAll(
  questions: readonly Float32Array[],
  ask: (question: Float32Array) => Promise<string[]>,
): Promise<Answers> {
  const ms: number[] = [];
  const found: string[][] = [];
  for (const question of questions.slice(0, 5)) {
    await ask(question); // reads what it keeps in memory
  }
  for (const question of questions) {
    const asked = await timed(() => ask(question));
    ms.push(asked.ms);
    found.push(asked.value);
  }
  return { ms, found };
}

/** @param probes undefined: every vector is looked at, whatever index there is. */
async function keysOf(table: Table, question: Float32Array, probes: number | undefined): Promise<string[]> {
  const query = table.vectorSearch(question).distanceType("cosine").select(["key", "_distance"]).limit(FOUND);
  const rows = await (probes === undefined ? query.bypassVectorIndex() : query.nprobes(probes)).toArrow();
  const keys = rows.getChild("key");
  return Array.from({ length: rows.numRows }, (_, row) => String(keys?.get(row)));
}

function recalls(found: Answers["found"], exact: Answers["found"]): string {
  return [SHOWN, FOUND].map((first) => `recall@${first} ${recall(found, exact, first).toFixed(4)}`).join(", ");
}

function recall(found: Answers["found"], exact: Answers["found"], first: number): number {
  const shares = exact.map((wanted, index) => {
    const got = new Set(found[index]?.slice(0, first));
    return wanted.slice(0, first).filter((key) => got.has(key)).length / Math.min(first, wanted.length);
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

async function timed<T>(run: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const startedAt = performance.now();
  const value = await run();
  return { ms: performance.now() - startedAt, value };
}

const times = (ms: readonly number[]): string => `p50 ${percentile(ms, 0.5)} ms, p95 ${percentile(ms, 0.95)} ms`;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
