/**
 * What search by meaning adds to search by words, and the weight under which it does.
 *
 *     npm run bench:meaning -- --repos DIR --index-root DIR [--benchmark DIR] [--only NAME,NAME]
 *                              [--ollama-url URL] [--embedding-model NAME] [--json FILE]
 *
 * `--repos` and `--benchmark` are those of `bench:retrieval`. The indexes stay in `--index-root`, so a second run embeds nothing. The
 * weights are fitted on every second repository, in order of name, and the figures are those of the others.
 */

import { writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createPatternMatcher } from "../src/adapters/patternMatcher";
import { readHistory } from "../src/adapters/store/historyFile";
import { openLanceChunkStore } from "../src/adapters/store/lanceChunkStore";
import { openSqliteManifest } from "../src/adapters/store/sqliteManifest";
import { openTableFile } from "../src/adapters/store/tableFile";
import { analyseQuestion, type Question } from "../src/core/retrieval/query/question";
import { type FileCandidate, rankFiles } from "../src/core/retrieval/ranking/rankFiles";
import { SINGLE, WORDS } from "../src/core/retrieval/ranking/weights";
import { createSearcher } from "../src/core/retrieval/searcher";
import { commitIndexOf } from "../src/engine/folder/folderHistory";
import { DEFAULT_OLLAMA_URL } from "../src/protocol/defaultSettings";
import { requests } from "../src/protocol/engine";
import { openMeaning } from "./retrieval/openMeaning";
import { type AskedOf, readPublished, readQuestions } from "./retrieval/questions";
import { mean } from "./retrieval/report";
import { ndcgAt10 } from "./retrieval/score";
import { openEngine, withDefaults } from "./support/benchEngine";

const LIMIT = 10;
const GRID = [0, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5];

interface Asked {
  readonly question: Question;
  readonly targets: readonly string[];
  readonly candidates: readonly FileCandidate[];
  /** NDCG@10 of what the product shows, without and with vectors. */
  readonly lexical: number;
  readonly hybrid: number;
}

interface Repository {
  readonly name: string;
  readonly language: string;
  readonly chunks: number;
  readonly asked: readonly Asked[];
}

interface Weights {
  readonly words: number;
  readonly single: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      repos: { type: "string" },
      benchmark: { type: "string", default: "../shared/benchmark" },
      "index-root": { type: "string" },
      only: { type: "string" },
      "ollama-url": { type: "string", default: DEFAULT_OLLAMA_URL },
      "embedding-model": { type: "string", default: "all-minilm" },
      json: { type: "string" },
    },
  });
  const { repos, benchmark, "index-root": indexRoot } = values;
  if (repos === undefined || indexRoot === undefined) {
    throw new Error("--repos DIR and --index-root DIR are needed");
  }
  const published = readPublished(benchmark);
  const engine = openEngine(resolve(indexRoot), {
    ollamaUrl: values["ollama-url"],
    noOllama: false,
    embeddingModel: values["embedding-model"],
  });
  const measured: Repository[] = [];
  try {
    for (const of of readQuestions(repos, benchmark, values.only?.split(",") ?? [])) {
      const folder = withDefaults(of.folder);
      await engine.request(requests.index, { folder, rebuild: false, vectors: true });
      const { indexDir } = await engine.request(requests.status, { folder });
      const { chunks, asked } = await measure(indexDir, of, values["ollama-url"]);
      measured.push({ name: of.name, language: published.get(of.name)?.language ?? "", chunks, asked });
      print(row(measured.at(-1) as Repository));
    }
  } finally {
    await engine.dispose();
  }
  report(measured);
  if (values.json !== undefined) {
    writeFileSync(
      values.json,
      `${JSON.stringify(
        measured.map(({ name, chunks, asked }) => ({
          name,
          chunks,
          lexical: mean(asked.map(({ lexical }) => lexical)),
          hybrid: mean(asked.map(({ hybrid }) => hybrid)),
        })),
        undefined,
        1,
      )}\n`,
    );
  }
}

async function measure(
  indexDir: string,
  { folder, questions }: AskedOf,
  url: string,
): Promise<Pick<Repository, "chunks" | "asked">> {
  const manifest = openSqliteManifest(indexDir, false);
  const store = await openLanceChunkStore({ indexDir, isIntact: () => true });
  const vectors = await openMeaning(indexDir, { manifest, store }, url);
  const commits = commitIndexOf(readHistory(indexDir), manifest);
  const searcher = createSearcher({
    folderName: basename(folder),
    manifest,
    store,
    commits: () => commits,
    keptTable: openTableFile(indexDir),
    patterns: createPatternMatcher(),
    nextTurn: setImmediate,
  });
  const asked: Asked[] = [];
  try {
    for (const { query, targets } of questions) {
      const meaning = await vectors.of(query);
      const question = analyseQuestion(query);
      const shown = async (with_: typeof meaning | undefined) =>
        (await searcher.search(query, LIMIT, undefined, with_)).map(({ path }) => path);
      asked.push({
        question,
        targets,
        candidates: await searcher.candidates(question, undefined, { meaning }),
        lexical: ndcgAt10(await shown(undefined), targets),
        hybrid: ndcgAt10(await shown(meaning), targets),
      });
    }
  } finally {
    manifest.close();
    await store.close();
    await vectors.close();
  }
  return { chunks: vectors.keys.size, asked };
}

// ---------------------------------------------------------------- fitting

/** Of files and not of chunks, which is what the weights decide about. */
function ndcgOfFiles({ question, targets, candidates }: Asked, { words, single }: Weights): number {
  const weights = question.isSingle ? { ...SINGLE, meaning: single } : { ...WORDS, meaning: words };
  const ranked = rankFiles(question, candidates, weights).slice(0, LIMIT);
  return ndcgAt10(
    ranked.map(({ candidate }) => candidate.path),
    targets,
  );
}

function meanOver(repositories_: readonly Repository[], weights: Weights): number {
  return mean(repositories_.map(({ asked }) => mean(asked.map((question) => ndcgOfFiles(question, weights)))));
}

function fit(training: readonly Repository[]): Weights {
  const all = GRID.flatMap((words) => GRID.map((single) => ({ words, single })));
  const scored = all.map((weights) => ({ weights, value: meanOver(training, weights) }));
  return scored.sort((a, b) => b.value - a.value || a.weights.words - b.weights.words)[0]?.weights as Weights;
}

function report(measured: readonly Repository[]): void {
  const off = { words: 0, single: 0 };
  const halves = [0, 1].map((parity) => measured.filter((_, index) => index % 2 === parity));
  for (const [training, others] of [halves, halves.toReversed()] as [Repository[], Repository[]][]) {
    const weights = fit(training);
    print(
      `fitted on ${training.map(({ name }) => name).join(" ")}: words ${weights.words}, single ${weights.single}; ` +
        `there ${meanOver(training, off).toFixed(4)} to ${meanOver(training, weights).toFixed(4)}, ` +
        `on the others ${meanOver(others, off).toFixed(4)} to ${meanOver(others, weights).toFixed(4)}`,
    );
    for (const repository of others) {
      print(
        `   ${repository.name.padEnd(18)} ${meanOver([repository], off).toFixed(3)} to ${meanOver([repository], weights).toFixed(3)}`,
      );
    }
  }
  for (const value of GRID) {
    print(
      `weight ${value.toFixed(2)}   for words ${meanOver(measured, { words: value, single: 0 }).toFixed(4)}   ` +
        `for single ${meanOver(measured, { words: 0, single: value }).toFixed(4)}`,
    );
  }
  for (const [language, some] of Map.groupBy(measured, (repository) => repository.language)) {
    print(`as shown, ${language.padEnd(12)} ${beside(some)}`);
  }
  print(`as shown, all of ${measured.length}   ${beside(measured)}`);
}

/** Means over repositories of what the product shows. */
function beside(some: readonly Repository[]): string {
  const shown = (figure: "lexical" | "hybrid") =>
    mean(some.map(({ asked }) => mean(asked.map((question) => question[figure]))));
  const [lexical, hybrid] = [shown("lexical"), shown("hybrid")];
  return `NDCG@10 lexical ${lexical.toFixed(4)}   hybrid ${hybrid.toFixed(4)}   ${(hybrid - lexical).toFixed(4)}`;
}

function row(repository: Repository): string {
  const { name, language, chunks } = repository;
  return `${name.padEnd(18)} ${language.padEnd(12)} ${String(chunks).padStart(6)} texts   ${beside([repository])}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
