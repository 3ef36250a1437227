/**
 * How well Cloister tells questions that a folder can answer from those that it cannot, before any model is asked.
 *
 *     npm run bench:abstention -- --repos DIR --annotations DIR [--indexes DIR] [--json FILE] [--fit]
 *
 * Each repository of the public code-search benchmark is asked its own questions, which it can answer, and a sample of
 * those of the others, which it cannot (some of these it can: two web frameworks answer the same). Repositories are
 * halved; figures of each half come from weights fitted on the other, with neither its folders nor its questions.
 * `--fit` fits on all of them and writes `src/core/retrieval/answerable/answerabilityWeights.ts`; without it the weights
 * that ship are shown as well. `--indexes` keeps the indexes for the next run.
 */

import { hash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { EngineClient } from "../src/client/engineClient";
import { type Judgement, judgeAnswerability } from "../src/core/retrieval/answerable/answerability";
import { createSearcher } from "../src/core/retrieval/searcher";
import { areaUnderCurve, fitLogistic, type Judged, type Logistic, predict, quantile } from "./abstention/logistic";
import { openRepository } from "./retrieval/openRepository";
import { openEngine } from "./support/benchEngine";

const WEIGHTS = resolve(import.meta.dirname, "../src/core/retrieval/answerable/answerabilityWeights.ts");

/** Sources that `ask` takes from a search. */
const FOUND = 16;

/** Of the questions of other repositories, one in so many is asked. */
const WRONG_ONE_IN = 8;

/** Answerable questions that may be refused. */
const REFUSED_SHARE = 0.02;

interface Asked extends Judged {
  /** Positions of the repository that is asked and of the one that the question is about. */
  readonly folder: number;
  readonly subject: number;
  readonly question: string;
  /** As the product judges it. */
  readonly shipped: Judgement;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      repos: { type: "string" },
      annotations: { type: "string" },
      indexes: { type: "string" },
      json: { type: "string" },
      fit: { type: "boolean", default: false },
    },
  });
  const { repos, annotations } = values;
  if (repos === undefined || annotations === undefined) {
    throw new Error("--repos DIR and --annotations DIR are needed");
  }
  const names = repositories(repos, annotations);
  const questions = names.map((name) => questionsOf(join(annotations, `${name}.json`)));
  const isKept = values.indexes !== undefined;
  const indexRoot = isKept ? resolve(values.indexes ?? "") : mkdtempSync(join(tmpdir(), "cloister-abstention-"));
  const engine = openEngine(indexRoot);
  const asked: Asked[] = [];
  try {
    for (const [folder, name] of names.entries()) {
      asked.push(...(await askFolder(engine, resolve(repos, name), folder, questions)));
    }
  } finally {
    await engine.dispose();
    if (!isKept) {
      rmSync(indexRoot, { recursive: true, force: true });
    }
  }
  report(asked, names);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify(asked, undefined, 1)}\n`);
  }
  if (values.fit) {
    writeWeights(asked);
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
  questions: readonly (readonly string[])[],
): Promise<Asked[]> {
  const repository = await openRepository(engine, path);
  const searcher = createSearcher(repository);
  const asked: Asked[] = [];
  try {
    for (const [subject, own] of questions.entries()) {
      for (const question of own.filter((text) => subject === folder || isSampled(text, path))) {
        const found = await searcher.search(question, FOUND);
        const shipped = judgeAnswerability(question, found, [searcher.table]);
        const features = { ...shipped.coverage };
        asked.push({ folder, subject, question, isAnswerable: subject === folder, features, shipped });
      }
    }
  } finally {
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

function writeWeights(rows: readonly Asked[]): void {
  const model = fitLogistic(rows);
  const lines = Object.entries(model.weights).map(([name, weight]) => `    ${name}: ${weight.toFixed(3)},`);
  const text = readFileSync(WEIGHTS, "utf8")
    .replace(/bias: .*,/, `bias: ${model.bias.toFixed(3)},`)
    .replace(/weights: \{[^}]*\},/, `weights: {\n${lines.join("\n")}\n  },`)
    .replace(/WEAK_BELOW = .*;/, `WEAK_BELOW = ${thresholdOf(model, rows).toFixed(4)};`);
  writeFileSync(WEIGHTS, text);
  print(`written: ${WEIGHTS}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
