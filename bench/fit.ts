/**
 * Fits the weights of the file ranker and says what they are worth on repositories that they were not fitted on.
 *
 *     npm run bench:fit -- --questions REPOS --benchmark DIR --commits REPOS [--held-out REPOS] [--indexes DIR] [--write]
 *
 * `--questions` holds repositories of the public code-search benchmark, `--commits` repositories with questions made of
 * history and the history before those (`npm run bench:history`), `--held-out` others of that kind, for measuring alone.
 * Every other repository of the benchmark is scored with weights fitted on those between and on the commits. `--write` fits
 * on both and writes `fittedWeights.json`.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { EngineClient } from "../src/client/engineClient";
import { analyseQuestion } from "../src/core/retrieval/query/question";
import { largestOf, rankFiles } from "../src/core/retrieval/ranking/rankFiles";
import {
  FITTED_FEATURES,
  NEIGHBOUR_KINDS,
  NEIGHBOURS,
  PATH_KINDS,
  PENALTIES,
  TRAIT_FACTORS,
  TRAITS,
  WORDS,
} from "../src/core/retrieval/ranking/weights";
import { createSearcher } from "../src/core/retrieval/searcher";
import {
  fitNeighbours,
  fitWeights,
  type NeighbourWeights,
  orderOf,
  type Sample,
  type Weights,
} from "./retrieval/fitWeights";
import { openRepository } from "./retrieval/openRepository";
import { type AskedOf, readQuestions } from "./retrieval/questions";
import { mean } from "./retrieval/report";
import { ndcgAt10, recallAt10 } from "./retrieval/score";
import { openEngine } from "./support/benchEngine";

const WEIGHTS_FILE = resolve(import.meta.dirname, "../src/core/retrieval/ranking/fittedWeights.json");

/** Candidates of a question that are fitted on, the best by today's weights; beside those that are right. */
const MAX_CANDIDATES = 80;

/** What all questions made of history count beside all of the benchmark. */
const COMMITS_SHARE = 0.35;

/** Of what commits say; the best of them is copied to `weights.ts`. */
const COMMITS_WEIGHTS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6];

/** A repository with fewer questions counts for less. */
const FULL_REPOSITORY = 10;

const CURRENT: Weights = {
  features: Float64Array.from(FITTED_FEATURES, (feature) => WORDS[feature]),
  factors: Float64Array.of(
    ...PATH_KINDS.map((kind) => PENALTIES[kind]),
    ...TRAITS.map((trait) => TRAIT_FACTORS[trait]),
  ),
  commits: WORDS.commits,
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      questions: { type: "string" },
      benchmark: { type: "string", default: "../shared/benchmark" },
      commits: { type: "string" },
      "held-out": { type: "string" },
      indexes: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  if (values.questions === undefined || values.commits === undefined) {
    throw new Error("--questions REPOS and --commits REPOS are needed");
  }
  const indexRoot = values.indexes ?? mkdtempSync(join(tmpdir(), "cloister-fit-"));
  const engine = openEngine(indexRoot);
  const read = (repos: string | undefined) =>
    repos === undefined ? [] : samplesOf(engine, readQuestions(repos, values.benchmark, []));
  try {
    const questions = await read(values.questions);
    const commits = await read(values.commits);
    const heldOut = await read(values["held-out"]);
    const fitted = report(questions, commits, heldOut);
    if (values.write) {
      write(fitted, questions, commits);
    }
  } finally {
    await engine.dispose();
    if (values.indexes === undefined) {
      rmSync(indexRoot, { recursive: true, force: true });
    }
  }
}

interface Fitted {
  readonly weights: Weights;
  readonly neighbours: NeighbourWeights;
}

function report(questions: readonly Sample[], commits: readonly Sample[], heldOut: readonly Sample[]): Fitted {
  const names = [...new Set(questions.map(({ repository }) => repository))];
  const isEven = ({ repository }: Sample) => names.indexOf(repository) % 2 === 0;
  const even = questions.filter(isEven);
  const odd = questions.filter((sample) => !isEven(sample));
  const onEven = fit(even, commits);
  const onOdd = fit(odd, commits);
  const all = fit(questions, commits);
  const today = { weights: CURRENT, neighbours: NEIGHBOURS };
  const fitted = withNeighbours(all, questions, commits);
  const crossed = [
    ...scored(even, withNeighbours(onOdd, odd, commits)),
    ...scored(odd, withNeighbours(onEven, even, commits)),
  ];
  print(`benchmark, today's weights                  ${figures(scored(questions, today))}`);
  print(`benchmark, each half by weights of the other ${figures(crossed)}`);
  print(`benchmark, weights fitted on all of it       ${figures(scored(questions, fitted))}`);
  print(`commits fitted on, today's weights           ${figures(scored(commits, today))}`);
  print(`commits fitted on, new weights               ${figures(scored(commits, fitted))}`);
  for (const weight of COMMITS_WEIGHTS) {
    const tried = { ...today, weights: { ...CURRENT, commits: weight } };
    print(`the same, today's weights and ${weight} for commits  ${figures(scored(commits, tried))}`);
  }
  if (heldOut.length > 0) {
    print(`commits held out, today's weights            ${figures(scored(heldOut, today))}`);
    print(`commits held out, new weights                ${figures(scored(heldOut, fitted))}`);
  }
  FITTED_FEATURES.forEach((feature, at) => print(`${feature.padEnd(20)} ${(all.features[at] ?? 0).toFixed(3)}`));
  [...PATH_KINDS, ...TRAITS].forEach((name, at) => print(`× ${name.padEnd(18)} ${(all.factors[at] ?? 0).toFixed(3)}`));
  NEIGHBOUR_KINDS.forEach((kind) => print(`+ ${kind.padEnd(18)} ${fitted.neighbours[kind].toFixed(1)}`));
  return fitted;
}

/** With what neighbours add, by the sum of both figures over benchmark and history; and with today's say of commits. */
function withNeighbours(fitted: Weights, questions: readonly Sample[], commits: readonly Sample[]): Fitted {
  const weights = { ...fitted, commits: CURRENT.commits };
  const quality = (neighbours: NeighbourWeights) =>
    [questions, commits].reduce((sum, samples) => {
      const { ndcg, recall } = means(scored(samples, { weights, neighbours }));
      return sum + ndcg + recall;
    }, 0);
  return { weights, neighbours: fitNeighbours(quality) };
}

function fit(questions: readonly Sample[], commits: readonly Sample[]): Weights {
  return fitWeights([...weighed(questions, 1), ...weighed(commits, COMMITS_SHARE)], CURRENT, PATH_KINDS.length);
}

/** Every repository counts the same within its set. */
function weighed(samples: readonly Sample[], share: number) {
  const byRepository = Map.groupBy(samples, ({ repository }) => repository);
  const importance = (own: readonly Sample[]) => 1 / Math.max(own.length, FULL_REPOSITORY);
  const total = [...byRepository.values()].reduce((sum, own) => sum + own.length * importance(own), 0);
  return [...byRepository.values()].flatMap((own) =>
    own.map((sample) => ({ sample, importance: (share * importance(own)) / total })),
  );
}

interface Scored {
  readonly repository: string;
  readonly ndcg: number;
  readonly recall: number;
}

function scored(samples: readonly Sample[], { weights, neighbours }: Fitted): Scored[] {
  return samples.map((sample) => {
    const order = orderOf(sample, weights, neighbours);
    const found = order.slice(0, 10).map((row) => sample.paths[row] ?? "");
    return {
      repository: sample.repository,
      ndcg: ndcgAt10(found, sample.targets),
      recall: recallAt10(found, sample.targets),
    };
  });
}

/** Over repositories. */
function means(all: readonly Scored[]): Omit<Scored, "repository"> {
  const byRepository = [...Map.groupBy(all, ({ repository }) => repository).values()];
  const of = (figure: "ndcg" | "recall") => mean(byRepository.map((own) => mean(own.map((one) => one[figure]))));
  return { ndcg: of("ndcg"), recall: of("recall") };
}

function figures(all: readonly Scored[]): string {
  const { ndcg, recall } = means(all);
  return `NDCG@10 ${ndcg.toFixed(4)} recall ${recall.toFixed(4)} of ${all.length} questions in words`;
}

// ---------------------------------------------------------------- samples

async function samplesOf(engine: EngineClient, repositories: readonly AskedOf[]): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { name, folder, questions } of repositories) {
    const repository = await openRepository(engine, folder);
    const searcher = createSearcher(repository);
    for (const { query, targets } of questions) {
      const question = analyseQuestion(query);
      if (!question.isSingle) {
        const candidates = await searcher.candidates(question);
        const largest = largestOf(candidates);
        const ranked = rankFiles(question, candidates).map(({ candidate }) => candidate);
        const kept = ranked.filter(({ path }, rank) => rank < MAX_CANDIDATES || isRight(path, targets));
        samples.push({
          repository: name,
          targets,
          paths: kept.map(({ path }) => path),
          features: Float64Array.from(
            kept.flatMap(({ features }) =>
              FITTED_FEATURES.map((feature) => features[feature] / (largest[feature] || 1)),
            ),
          ),
          commits: Float64Array.from(kept, ({ features }) => features.commits / (largest.commits || 1)),
          factored: Float64Array.from(
            kept.flatMap(({ pathKinds, traits }) => [
              ...PATH_KINDS.map((kind) => +pathKinds.includes(kind)),
              ...TRAITS.map((trait) => traits[trait]),
            ]),
          ),
          isRelevant: kept.map(({ path }) => isRight(path, targets)),
        });
      }
    }
    await repository.close();
    process.stderr.write(`${name} `);
  }
  process.stderr.write("\n");
  return samples;
}

function isRight(path: string, targets: readonly string[]): boolean {
  return recallAt10([path], targets) > 0;
}

// ---------------------------------------------------------------- writing

function write({ weights, neighbours }: Fitted, questions: readonly Sample[], commits: readonly Sample[]): void {
  const { features, factors } = weights;
  const round = (value: number) => Number(value.toFixed(3));
  const names = (samples: readonly Sample[]) => [...new Set(samples.map(({ repository }) => repository))];
  const content = {
    provenance: {
      program: "bench/fit.ts",
      date: new Date().toISOString().slice(0, 10),
      benchmark: names(questions),
      commits: names(commits),
    },
    words: Object.fromEntries(FITTED_FEATURES.map((feature, at) => [feature, round(features[at] ?? 0)])),
    penalties: Object.fromEntries(PATH_KINDS.map((kind, at) => [kind, round(factors[at] ?? 1)])),
    traits: Object.fromEntries(TRAITS.map((trait, at) => [trait, round(factors[PATH_KINDS.length + at] ?? 1)])),
    neighbours,
  };
  writeFileSync(WEIGHTS_FILE, `${JSON.stringify(content, undefined, 2)}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
