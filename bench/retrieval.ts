/**
 * Quality and time of `search` on the public code-search benchmark.
 *
 *     npm run bench:retrieval -- --repos DIR --annotations DIR [--only NAME,NAME] [--json FILE] [--worst N]
 *         [--spanish bench/retrieval/spanish.json]
 *
 * DIR of `--repos` holds one folder for each repository, laid out at its pinned revision; `--annotations` holds the
 * questions as NAME.json. Each repository is indexed and searched by the engine, as the product does it. Beside it
 * stands the plain full-text query over the same chunks, which shows what ranking adds. The mean is over repositories.
 * With `--spanish` questions that have a translation are asked in Spanish too, and the share that is kept is printed.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openLanceChunkStore } from "../src/adapters/store/lanceChunkStore";
import { openSqliteManifest } from "../src/adapters/store/sqliteManifest";
import { createEngineClient } from "../src/client/engineClient";
import { analyseQuestion } from "../src/core/retrieval/query/question";
import { createSearcher } from "../src/core/retrieval/searcher";
import { DEFAULT_CONTEXT_WINDOW, DEFAULT_OLLAMA_URL } from "../src/protocol/defaultSettings";
import { requests } from "../src/protocol/engine";
import { ndcgAt10, recallAt10 } from "./retrieval/score";
import { SpanishQuestions } from "./retrieval/spanish";

const ENGINE = resolve(import.meta.dirname, "../dist/engine.js");

const LIMIT = 10;

interface Annotation {
  readonly query: string;
  readonly relevant: readonly (string | { readonly path: string })[];
  readonly secondary?: readonly (string | { readonly path: string })[];
  readonly category: string;
}

interface Asked {
  readonly question: string;
  readonly category: string;
  readonly targets: readonly string[];
  readonly found: readonly string[];
  readonly ndcg: number;
  readonly recall: number;
  readonly plainNdcg: number;
  readonly plainRecall: number;
  /** The whole search, and its full-text query alone with as many results; inside one warm process. */
  readonly searchMs: number;
  readonly fullTextMs: number;
}

interface Report {
  readonly name: string;
  readonly files: number;
  readonly chunks: number;
  readonly indexMs: number;
  readonly asked: readonly Asked[];
}

type Engine = ReturnType<typeof createEngineClient>;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      repos: { type: "string" },
      annotations: { type: "string" },
      only: { type: "string" },
      json: { type: "string" },
      worst: { type: "string", default: "0" },
      spanish: { type: "string" },
    },
  });
  if (values.repos === undefined || values.annotations === undefined) {
    throw new Error("--repos DIR and --annotations DIR are needed");
  }
  const indexRoot = mkdtempSync(join(tmpdir(), "cloister-retrieval-"));
  const engine = openEngine(indexRoot);
  const spanish = values.spanish === undefined ? undefined : new SpanishQuestions(values.spanish);
  const reports: Report[] = [];
  try {
    for (const name of repositories(values.repos, values.annotations, values.only)) {
      const questions = JSON.parse(readFileSync(join(values.annotations, `${name}.json`), "utf8")) as Annotation[];
      const report = await measure(engine, resolve(values.repos, name), name, questions, spanish);
      reports.push(report);
      print(row(report));
    }
  } finally {
    await engine.dispose();
    rmSync(indexRoot, { recursive: true, force: true });
  }
  printSummary(reports, Number(values.worst));
  spanish?.summary().forEach(print);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ mean: means(reports), repositories: reports }, undefined, 1)}\n`);
  }
}

function openEngine(indexRoot: string): Engine {
  return createEngineClient({
    engineScript: ENGINE,
    settings: {
      indexRoot,
      ollamaUrl: DEFAULT_OLLAMA_URL,
      allowRemoteOllama: false,
      noOllama: true,
      chatModel: undefined,
      contextWindow: DEFAULT_CONTEXT_WINDOW,
    },
  });
}

function repositories(repos: string, annotations: string, only: string | undefined): string[] {
  const wanted = only?.split(",");
  return readdirSync(repos, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(annotations, `${entry.name}.json`)))
    .map(({ name }) => name)
    .filter((name) => wanted === undefined || wanted.includes(name))
    .sort();
}

async function measure(
  engine: Engine,
  folder: string,
  name: string,
  questions: readonly Annotation[],
  spanish: SpanishQuestions | undefined,
): Promise<Report> {
  const ref = { folder, settings: undefined };
  const { files, chunks, elapsedMs } = await engine.request(requests.index, { folder: ref, rebuild: false });
  const { indexDir } = await engine.request(requests.status, { folder: ref });
  const manifest = openSqliteManifest(indexDir, false);
  const store = await openLanceChunkStore({ indexDir, isWriter: false, isIntact: () => true });
  const searcher = createSearcher({ manifest, store });
  await searcher.search("warm up", LIMIT);
  const asked: Asked[] = [];
  try {
    for (const { query, category, relevant, secondary = [] } of questions) {
      const targets = [...relevant, ...secondary].map((target) => (typeof target === "string" ? target : target.path));
      const { results } = await engine.request(requests.search, { folders: [ref], query, limit: LIMIT });
      const found = results.map(({ path }) => path);
      const { terms } = analyseQuestion(query);
      const [plain, fullTextMs] = await timed(() => store.search(terms, LIMIT));
      const [, searchMs] = await timed(() => searcher.search(query, LIMIT));
      const plainFound = plain.map(({ path }) => path);
      asked.push({
        question: query,
        category,
        targets,
        found,
        ndcg: ndcgAt10(found, targets),
        recall: recallAt10(found, targets),
        plainNdcg: ndcgAt10(plainFound, targets),
        plainRecall: recallAt10(plainFound, targets),
        searchMs,
        fullTextMs,
      });
      const translated = spanish?.of(name, query);
      if (translated !== undefined) {
        const inSpanish = (await searcher.search(translated, LIMIT)).map(({ path }) => path);
        spanish?.add(name, translated === query, ndcgAt10(found, targets), ndcgAt10(inSpanish, targets));
      }
    }
  } finally {
    manifest.close();
    await store.close();
  }
  return { name, files, chunks, indexMs: elapsedMs, asked };
}

async function timed<T>(run: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now();
  const result = await run();
  return [result, performance.now() - startedAt];
}

// ---------------------------------------------------------------- figures

const FIGURES = ["ndcg", "recall", "plainNdcg", "plainRecall"] as const;

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
}

/** Means over the questions of each repository, then over repositories. */
function means(reports: readonly Report[]): Record<(typeof FIGURES)[number], number> {
  const of = (figure: (typeof FIGURES)[number]) =>
    mean(reports.map(({ asked }) => mean(asked.map((question) => question[figure]))));
  return { ndcg: of("ndcg"), recall: of("recall"), plainNdcg: of("plainNdcg"), plainRecall: of("plainRecall") };
}

function row(report: Report): string {
  const { ndcg, recall, plainNdcg, plainRecall } = means([report]);
  const times = report.asked.map(({ searchMs }) => searchMs);
  return [
    report.name.padEnd(20),
    `NDCG@10 ${ndcg.toFixed(3)} recall ${recall.toFixed(3)}`,
    `plain ${plainNdcg.toFixed(3)} ${plainRecall.toFixed(3)}`,
    `${String(report.files).padStart(6)} files ${String(report.chunks).padStart(7)} chunks in ${(report.indexMs / 1000).toFixed(1)} s`,
    `search p50 ${percentile(times, 0.5).toFixed(1)} ms`,
  ].join("   ");
}

function printSummary(reports: readonly Report[], worst: number): void {
  const { ndcg, recall, plainNdcg, plainRecall } = means(reports);
  const asked = reports.flatMap((report) => report.asked.map((question) => ({ ...question, name: report.name })));
  print(
    `${`mean of ${reports.length}`.padEnd(20)}   NDCG@10 ${ndcg.toFixed(4)} recall ${recall.toFixed(4)}   plain ${plainNdcg.toFixed(4)} ${plainRecall.toFixed(4)}`,
  );
  for (const [category, questions] of Map.groupBy(asked, (question) => question.category)) {
    const value = mean(questions.map((question) => question.ndcg));
    print(`${category.padEnd(20)}   NDCG@10 ${value.toFixed(4)} of ${questions.length} questions`);
  }
  const times = asked.map(({ searchMs }) => searchMs);
  const fullText = asked.map(({ fullTextMs }) => fullTextMs);
  print(
    `search p50 ${percentile(times, 0.5).toFixed(1)} p95 ${percentile(times, 0.95).toFixed(1)} ms; ` +
      `full-text query of ${LIMIT} p50 ${percentile(fullText, 0.5).toFixed(1)} p95 ${percentile(fullText, 0.95).toFixed(1)} ms`,
  );
  for (const { name, question, targets, found, ndcg: score } of asked
    .toSorted((a, b) => a.ndcg - b.ndcg)
    .slice(0, worst)) {
    print(
      `${score.toFixed(2)} ${name}: ${question}\n     wanted ${targets.join(" ")}\n     found  ${[...new Set(found)].slice(0, 5).join(" ")}`,
    );
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
