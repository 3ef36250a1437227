/**
 * Quality and time of `search` on questions with known answers.
 *
 *     npm run bench:retrieval -- --repos DIR [--benchmark DIR] [--only NAME,NAME] [--json FILE] [--compare FILE]
 *         [--worst N] [--spanish bench/retrieval/spanish.json] [--unindexed]
 *
 * DIR of `--repos` holds one folder for each repository, laid out at its pinned revision. The questions are
 * `NAME.questions.json` beside it, else `annotations/NAME.json` of the benchmark, whose `repos.json` has the figures that
 * other programs published. Each repository is indexed and searched by the engine, as the product does it. Beside it
 * stands the plain full-text query over the same chunks, which shows what ranking adds. The mean is over repositories.
 * With `--spanish` questions that have a translation are asked in Spanish too, and the share that is kept is printed;
 * with `--unindexed` every question is also asked of the files as they lie, as while nothing is indexed yet.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { EngineClient } from "../src/client/engineClient";
import { analyseQuestion } from "../src/core/retrieval/query/question";
import { createSearcher } from "../src/core/retrieval/searcher";
import { requests } from "../src/protocol/engine";
import { openRepository } from "./retrieval/openRepository";
import { type AskedOf, readPublished, readQuestions } from "./retrieval/questions";
import { type Asked, comparison, means, type Report, repositoryRow, summary, worst } from "./retrieval/report";
import { ndcgAt10, recallAt10 } from "./retrieval/score";
import { SpanishQuestions } from "./retrieval/spanish";
import { openUnindexed, UnindexedScores } from "./retrieval/unindexed";
import { openEngine } from "./support/benchEngine";

/** Where the benchmark lies unless said otherwise: beside the clone. */
const BENCHMARK = "../shared/benchmark";

const LIMIT = 10;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      repos: { type: "string" },
      benchmark: { type: "string", default: BENCHMARK },
      only: { type: "string" },
      json: { type: "string" },
      compare: { type: "string" },
      worst: { type: "string", default: "0" },
      spanish: { type: "string" },
      unindexed: { type: "boolean", default: false },
    },
  });
  if (values.repos === undefined) {
    throw new Error("--repos DIR is needed");
  }
  const published = readPublished(values.benchmark);
  const spanish = values.spanish === undefined ? undefined : new SpanishQuestions(values.spanish);
  const unindexed = values.unindexed ? new UnindexedScores() : undefined;
  const indexRoot = mkdtempSync(join(tmpdir(), "cloister-retrieval-"));
  const engine = openEngine(indexRoot);
  const reports: Report[] = [];
  try {
    for (const asked of readQuestions(values.repos, values.benchmark, values.only?.split(",") ?? [])) {
      const report = await measure(engine, asked, spanish, unindexed);
      reports.push(report);
      print(repositoryRow(report, published.get(report.name)));
    }
  } finally {
    await engine.dispose();
    rmSync(indexRoot, { recursive: true, force: true });
  }
  const before = values.compare === undefined ? undefined : readRun(values.compare);
  [
    ...summary(reports, published),
    ...(spanish?.summary() ?? []),
    ...(unindexed?.summary() ?? []),
    ...(before === undefined ? [] : comparison(before, reports)),
    ...worst(reports, Number(values.worst)),
  ].forEach(print);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ mean: means(reports), repositories: reports }, undefined, 1)}\n`);
  }
}

function readRun(file: string): readonly Report[] {
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly repositories: readonly Report[] }).repositories;
}

async function measure(
  engine: EngineClient,
  { name, folder, questions }: AskedOf,
  spanish: SpanishQuestions | undefined,
  unindexed: UnindexedScores | undefined,
): Promise<Report> {
  const flat = unindexed && (await openUnindexed(folder));
  const repository = await openRepository(engine, folder);
  const searcher = createSearcher(repository);
  await searcher.search("warm up", LIMIT);
  const asked: Asked[] = [];
  try {
    for (const { query, category, targets } of questions) {
      const folders = [{ folder, settings: undefined }];
      const { results } = await engine.request(requests.search, { folders, query, limit: LIMIT });
      const found = results.map(({ path }) => path);
      const ndcg = ndcgAt10(found, targets);
      const { terms } = analyseQuestion(query);
      const [plain, fullTextMs] = await timed(() => repository.store.search(terms, LIMIT));
      const [, searchMs] = await timed(() => searcher.search(query, LIMIT));
      const plainFound = (await repository.store.read(plain)).map(({ path }) => path);
      asked.push({
        question: query,
        category,
        targets,
        found,
        ndcg,
        recall: recallAt10(found, targets),
        plainNdcg: ndcgAt10(plainFound, targets),
        plainRecall: recallAt10(plainFound, targets),
        searchMs,
        fullTextMs,
      });
      if (flat !== undefined) {
        const [asTheyLie, ms] = await timed(() => flat.search(query, LIMIT));
        unindexed?.add({ repository: name, usual: ndcg, other: ndcgAt10(asTheyLie, targets), ms });
      }
      const translated = spanish?.of(name, query);
      if (translated !== undefined) {
        const inSpanish = (await searcher.search(translated, LIMIT)).map(({ path }) => path);
        const other = ndcgAt10(inSpanish, targets);
        spanish?.add({ repository: name, isSame: translated === query, usual: ndcg, other });
      }
    }
  } finally {
    await repository.close();
    await flat?.close();
  }
  return { name, files: repository.files, chunks: repository.chunks, indexMs: repository.indexMs, asked };
}

async function timed<T>(run: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now();
  const result = await run();
  return [result, performance.now() - startedAt];
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
