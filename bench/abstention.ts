/**
 * How well Cloister tells questions that a folder can answer from those that it cannot, before any model is asked.
 *
 *     npm run bench:abstention -- --repos DIR --annotations DIR [--only NAME,NAME] [--indexes DIR] [--json FILE] [--fit]
 *                                 [--embedding-model NAME [--ollama-url URL]]
 *
 * Each repository of the public code-search benchmark is asked its own questions, which it can answer, and a sample of
 * those of the others, which it cannot (some of these it can: two web frameworks answer the same). Repositories are
 * halved; figures of each half come from weights fitted on the other, with neither its folders nor its questions.
 * `--fit` fits on all of them and writes `src/core/retrieval/answerable/answerabilityWeights.ts`; without it the weights
 * that ship are shown as well. `--indexes` keeps the indexes for the next run.
 *
 * With an embedding model the folders have vectors, and what meaning adds to words is shown: figures of each repository
 * come from weights fitted on all others. `--fit` then writes the weights of that model and leaves those of words alone.
 */

import { hash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { EngineClient } from "../src/client/engineClient";
import { bareName } from "../src/core/models/modelName";
import { type Judgement, judgeAnswerability, wordsLogit } from "../src/core/retrieval/answerable/answerability";
import { highestSimilarity } from "../src/core/retrieval/answerable/highestSimilarity";
import { createSearcher } from "../src/core/retrieval/searcher";
import { DEFAULT_OLLAMA_URL } from "../src/protocol/defaultSettings";
import { requests } from "../src/protocol/engine";
import { areaUnderCurve, fitLogistic, type Judged, type Logistic, predict, quantile } from "./abstention/logistic";
import { openMeaning } from "./retrieval/openMeaning";
import { openRepository } from "./retrieval/openRepository";
import { openEngine, withDefaults } from "./support/benchEngine";

const WEIGHTS = resolve(import.meta.dirname, "../src/core/retrieval/answerable/answerabilityWeights.ts");

/** Sources that `ask` takes from a search. */
const FOUND = 16;

/** Of the questions of other repositories, one in so many is asked. */
const WRONG_ONE_IN = 8;

/** Answerable questions that may be refused. */
const REFUSED_SHARE = 0.02;

interface Setting {
  /** Of each repository. */
  readonly questions: readonly (readonly string[])[];
  /** Undefined: words alone. */
  readonly ollamaUrl: string | undefined;
}

interface Asked extends Judged {
  /** Positions of the repository that is asked and of the one that the question is about. */
  readonly folder: number;
  readonly subject: number;
  readonly question: string;
  /** As the product judges it. */
  readonly shipped: Judgement;
  /** What the product's weights make of words, and how similar the most similar chunk is. */
  readonly meaning: Readonly<Record<"words" | "similarity", number>> | undefined;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      repos: { type: "string" },
      annotations: { type: "string" },
      only: { type: "string" },
      indexes: { type: "string" },
      json: { type: "string" },
      fit: { type: "boolean", default: false },
      "embedding-model": { type: "string" },
      "ollama-url": { type: "string", default: DEFAULT_OLLAMA_URL },
    },
  });
  const { repos, annotations } = values;
  if (repos === undefined || annotations === undefined) {
    throw new Error("--repos DIR and --annotations DIR are needed");
  }
  const embeddingModel = values["embedding-model"];
  const ollamaUrl = embeddingModel === undefined ? undefined : values["ollama-url"];
  const names = repositories(repos, annotations);
  const questions = names.map((name) => questionsOf(join(annotations, `${name}.json`)));
  const isKept = values.indexes !== undefined;
  const indexRoot = isKept ? resolve(values.indexes ?? "") : mkdtempSync(join(tmpdir(), "cloister-abstention-"));
  const engine = openEngine(indexRoot, ollamaUrl === undefined ? {} : { ollamaUrl, noOllama: false, embeddingModel });
  const asked: Asked[] = [];
  const only = values.only?.split(",") ?? names;
  try {
    for (const [folder, name] of names.entries()) {
      if (only.includes(name)) {
        asked.push(...(await askFolder(engine, resolve(repos, name), folder, { questions, ollamaUrl })));
      }
    }
  } finally {
    await engine.dispose();
    if (!isKept) {
      rmSync(indexRoot, { recursive: true, force: true });
    }
  }
  if (embeddingModel === undefined) {
    report(asked, names);
  } else {
    reportMeaning(asked);
  }
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify(asked, undefined, 1)}\n`);
  }
  if (values.fit) {
    writeWeights(asked, embeddingModel);
  }
}

function repositories(repos: string, annotations: string): string[] {
  return readdirSync(repos, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(annotations, `${entry.name}.json`)))
    .map(({ name }) => name)
    .sort();
}

function questionsOf(file: string): string[] {
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly query: string }[]).map(({ query }) => query);
}

/** The folder's own questions, and the same sample of the others' at every run. */
async function askFolder(
  engine: EngineClient,
  path: string,
  folder: number,
  { questions, ollamaUrl }: Setting,
): Promise<Asked[]> {
  const ref = withDefaults(path);
  await engine.request(requests.index, { folder: ref, rebuild: false, vectors: ollamaUrl !== undefined });
  const repository = await openRepository(engine, path);
  const vectors = ollamaUrl === undefined ? undefined : await openMeaning(repository.indexDir, repository, ollamaUrl);
  const searcher = createSearcher(repository);
  const asked: Asked[] = [];
  try {
    for (const [subject, own] of questions.entries()) {
      for (const question of own.filter((text) => subject === folder || isSampled(text, path))) {
        const meaning = await vectors?.of(question);
        const found = await searcher.search(question, FOUND, undefined, meaning);
        const similarity = meaning && (await highestSimilarity(meaning));
        const nearness = vectors && similarity !== undefined ? { model: vectors.model, similarity } : undefined;
        const shipped = judgeAnswerability(question, found, [searcher.table], nearness);
        asked.push({
          folder,
          subject,
          question,
          isAnswerable: subject === folder,
          features: { ...shipped.coverage },
          shipped,
          meaning: nearness && { words: wordsLogit(shipped.coverage), similarity: nearness.similarity },
        });
      }
    }
  } finally {
    await vectors?.close();
    await repository.close();
  }
  return asked;
}

function isSampled(question: string, path: string): boolean {
  return hash("md5", `${question} ${basename(path)}`, "buffer").readUInt32LE() % WRONG_ONE_IN === 0;
}

// ---------------------------------------------------------------- figures

function report(asked: readonly Asked[], names: readonly string[]): void {
  print(`${names.length} repositories, ${asked.length} questions`);
  for (const half of [0, 1]) {
    const isOf = (wanted: number) => (one: Asked) => one.folder % 2 === wanted && one.subject % 2 === wanted;
    const model = fitLogistic(asked.filter(isOf(1 - half)));
    const threshold = thresholdOf(model, asked.filter(isOf(1 - half)));
    const judge = (one: Asked) => ({ score: predict(model, one), isRefused: predict(model, one) < threshold });
    print(`half ${half + 1}, fitted on the other: ${figures(asked.filter(isOf(half)), judge)}`);
  }
  const shipped = ({ shipped: { chance, isWeak } }: Asked) => ({ score: chance, isRefused: isWeak });
  print(`as it ships, all repositories: ${figures(asked, shipped)}`);
}

function figures(
  rows: readonly Asked[],
  judge: (one: Asked) => { readonly score: number; readonly isRefused: boolean },
): string {
  const judged = rows.map((one) => ({ ...judge(one), isAnswerable: one.isAnswerable }));
  const refused = (isAnswerable: boolean) => {
    const own = judged.filter((one) => one.isAnswerable === isAnswerable);
    return `${((100 * own.filter(({ isRefused }) => isRefused).length) / own.length).toFixed(1)} % of ${own.length}`;
  };
  return `AUC ${areaUnderCurve(judged).toFixed(3)}, refused ${refused(true)} answerable and ${refused(false)} others`;
}

const thresholdOf = (model: Logistic, rows: readonly Asked[]): number =>
  quantile(
    rows.filter(({ isAnswerable }) => isAnswerable).map((one) => predict(model, one)),
    REFUSED_SHARE,
  );

/** What meaning adds: each repository judged by weights that were fitted on the others, and on none of its questions. */
function reportMeaning(asked: readonly Asked[]): void {
  const folders = [...new Set(asked.map(({ folder }) => folder))];
  print(`${folders.length} repositories, ${asked.length} questions, each repository by weights of the others`);
  for (const kind of ["words", "words and meaning"] as const) {
    const rows = withFeatures(asked, kind);
    const judged = folders.flatMap((left) => {
      const others = rows.filter(({ folder, subject }) => folder !== left && subject !== left);
      const model = fitLogistic(others);
      const threshold = thresholdOf(model, others);
      return rows
        .filter(({ folder }) => folder === left)
        .map((row) => ({ row, score: predict(model, row), isRefused: predict(model, row) < threshold }));
    });
    const byRow = new Map(judged.map(({ row, ...judgement }) => [row, judgement]));
    const judge = (row: Asked) => byRow.get(row) ?? { score: 0, isRefused: false };
    print(`by ${kind}: ${figures([...byRow.keys()], judge)}`);
  }
  const shipped = ({ shipped: { chance, isWeak } }: Asked) => ({ score: chance, isRefused: isWeak });
  print(`as it ships: ${figures(asked, shipped)}`);
}

/** The rows with what is to be fitted as their features. */
function withFeatures(asked: readonly Asked[], kind: "words" | "words and meaning"): Asked[] {
  return asked.flatMap(({ meaning, ...row }) => {
    const features = meaning && (kind === "words" ? { words: meaning.words } : meaning);
    return features === undefined ? [] : [{ ...row, meaning, features }];
  });
}

function writeWeights(asked: readonly Asked[], embeddingModel: string | undefined): void {
  const rows = embeddingModel === undefined ? asked : withFeatures(asked, "words and meaning");
  const model = fitLogistic(rows);
  const threshold = thresholdOf(model, rows).toFixed(4);
  const weights = Object.entries(model.weights).map(([name, weight]) => `${name}: ${weight.toFixed(3)}`);
  const text = readFileSync(WEIGHTS, "utf8");
  if (embeddingModel === undefined) {
    const lines = weights.map((weight) => `    ${weight},`).join("\n");
    writeFileSync(
      WEIGHTS,
      text
        .replace(/bias: .*,/, `bias: ${model.bias.toFixed(3)},`)
        .replace(/weights: \{[^}]*\},/, `weights: {\n${lines}\n  },`)
        .replace(/WEAK_BELOW = .*;/, `WEAK_BELOW = ${threshold};`),
    );
  } else {
    const name = bareName(embeddingModel);
    const entry = `  "${name}": { bias: ${model.bias.toFixed(3)}, weights: { ${weights.join(", ")} }, weakBelow: ${threshold} },\n`;
    const known = new RegExp(`^ {2}"${name.replace(/[.]/g, "\\.")}": .*\n`, "m");
    const end = /\};\s*$/;
    writeFileSync(WEIGHTS, known.test(text) ? text.replace(known, entry) : text.replace(end, `${entry}};\n`));
  }
  print(`written: ${WEIGHTS}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
