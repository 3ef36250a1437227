/**
 * Fits the weights of the file ranker: those that make the right files most likely under a softmax over the candidates
 * of each question (ListNet's top-one likelihood, several right files counting together).
 *
 * The model is the product's own: a sum of features under weights of at least 0, times a factor of at most 1 for each kind
 * of path and any factor for each trait. The likelihood is smooth, so plain gradient steps (Adam) find its maximum; a small
 * penalty on size keeps features that say little near 0.
 *
 * @see Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach", ICML 2007
 * @see Kingma & Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015
 */

import { type Neighbours, neighboursOf } from "../../src/core/retrieval/ranking/neighbours";
import { KEPT_FILES } from "../../src/core/retrieval/ranking/weights";

/** The candidates of one question. */
export interface Sample {
  readonly repository: string;
  readonly targets: readonly string[];
  readonly paths: readonly string[];
  /** Row by row, each as long as there are features. */
  readonly features: Float64Array;
  /** By row, what commits say. */
  readonly commits: Float64Array;
  /** Row by row, how often each factor counts: 0 or 1 for a kind of path, between for a trait. */
  readonly factored: Float64Array;
  readonly isRelevant: readonly boolean[];
}

export interface Weights {
  /** By feature. */
  readonly features: Float64Array;
  /** By kind of path, from 0 to 1, then by trait. */
  readonly factors: Float64Array;
  /** Of what commits say. */
  readonly commits: number;
}

/** How sharply the softmax tells scores apart; fixes the scale of the weights. */
const SHARPNESS = 8;

const SIZE_PENALTY = 1e-3;
const STEPS = 400;
const STEP_SIZE = 0.02;
const MOMENTUM = 0.9;
const VARIANCE_MEMORY = 0.999;

/** A factor stays above this, so that no kind of file can vanish. */
const LEAST_FACTOR = 0.15;

/** The factor of a trait lies between this and its inverse. */
const MOST_OF_TRAIT = 20;

/** What the best file beside a file adds to its score. */
export type NeighbourWeights = Readonly<Record<keyof Neighbours, number>>;

/** Rows of the sample as the product ranks them, best first. */
export function orderOf(sample: Sample, weights: Weights, neighbourWeights: NeighbourWeights): number[] {
  const scores = [...scoresOf(sample, weights)];
  const byWords = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const neighbours = neighboursOf(sample.paths, scores);
  const moved = scores.map((score, row) => {
    const { sameDirectory = 0, sameName = 0 } = neighbours[row] ?? {};
    const gain = neighbourWeights.sameDirectory * sameDirectory + neighbourWeights.sameName * sameName;
    return score + gain * factorOf(sample.factored, row, weights.factors);
  });
  const others = byWords.slice(KEPT_FILES).sort((a, b) => (moved[b] ?? 0) - (moved[a] ?? 0));
  return [...byWords.slice(0, KEPT_FILES), ...others];
}

const NEIGHBOUR_STEPS = [0, 0.1, 0.2, 0.3, 0.4];

/** Those that rank the samples best under `weights`. @param quality of an order of all samples; higher is better. */
export function fitNeighbours(quality: (weights: NeighbourWeights) => number): NeighbourWeights {
  const tried = NEIGHBOUR_STEPS.flatMap((sameDirectory) =>
    NEIGHBOUR_STEPS.map((sameName) => ({ sameDirectory, sameName })),
  ).map((weights) => ({ weights, value: quality(weights) }));
  const [best] = tried.sort((a, b) => b.value - a.value);
  return best?.weights ?? { sameDirectory: 0, sameName: 0 };
}

export function scoresOf({ paths, features, factored, commits }: Sample, weights: Weights): Float64Array {
  return new Float64Array(paths.length).map((_, row) => {
    const sum = sumOf(features, row, weights.features) + weights.commits * (commits[row] ?? 0);
    return sum * factorOf(factored, row, weights.factors);
  });
}

/**
 * Fits as if commits said nothing, so that a folder without history is ranked as well as can be.
 *
 * @param samples with how much each counts.
 * @param kinds how many of the factors are of kinds of path.
 */
export function fitWeights(
  samples: readonly { readonly sample: Sample; readonly importance: number }[],
  start: Weights,
  kinds: number,
): Weights {
  const size = start.features.length;
  const values = Float64Array.of(...start.features, ...start.factors.map(Math.log));
  const least = values.map((_, at) => (at < size ? 0 : Math.log(at < size + kinds ? LEAST_FACTOR : 1 / MOST_OF_TRAIT)));
  const most = values.map((_, at) => (at < size ? Infinity : at < size + kinds ? 0 : Math.log(MOST_OF_TRAIT)));
  const mean = new Float64Array(values.length);
  const variance = new Float64Array(values.length);
  const useful = samples.filter(({ sample }) => sample.isRelevant.some(Boolean) && !sample.isRelevant.every(Boolean));
  const total = useful.reduce((sum, { importance }) => sum + importance, 0);
  for (let step = 1; step <= STEPS; step += 1) {
    const gradient = values.map((value) => 2 * SIZE_PENALTY * value);
    const weights = toWeights(values, size);
    for (const { sample, importance } of useful) {
      addGradient(gradient, sample, weights, importance / total);
    }
    for (let at = 0; at < values.length; at += 1) {
      const slope = gradient[at] ?? 0;
      mean[at] = MOMENTUM * (mean[at] ?? 0) + (1 - MOMENTUM) * slope;
      variance[at] = VARIANCE_MEMORY * (variance[at] ?? 0) + (1 - VARIANCE_MEMORY) * slope * slope;
      const unbiased = (mean[at] ?? 0) / (1 - MOMENTUM ** step);
      const scale = Math.sqrt((variance[at] ?? 0) / (1 - VARIANCE_MEMORY ** step)) + 1e-8;
      const moved = (values[at] ?? 0) - (STEP_SIZE * unbiased) / scale;
      values[at] = Math.min(most[at] ?? 0, Math.max(least[at] ?? 0, moved));
    }
  }
  return toWeights(values, size);
}

function toWeights(values: Float64Array, size: number): Weights {
  return { features: values.slice(0, size), factors: values.slice(size).map(Math.exp), commits: 0 };
}

/** Adds the slope of the negative log-likelihood of one sample. */
function addGradient(gradient: Float64Array, sample: Sample, weights: Weights, importance: number): void {
  const { features, factored, isRelevant } = sample;
  const size = weights.features.length;
  const scores = scoresOf(sample, weights);
  const all = softmax(scores, () => true);
  const right = softmax(scores, (row) => isRelevant[row] === true);
  for (let row = 0; row < scores.length; row += 1) {
    const pull = importance * SHARPNESS * ((all[row] ?? 0) - (right[row] ?? 0));
    if (Math.abs(pull) < 1e-12) {
      continue;
    }
    const factor = factorOf(factored, row, weights.factors);
    for (let at = 0; at < size; at += 1) {
      gradient[at] = (gradient[at] ?? 0) + pull * factor * (features[row * size + at] ?? 0);
    }
    for (let at = 0; at < weights.factors.length; at += 1) {
      const times = factored[row * weights.factors.length + at] ?? 0;
      gradient[size + at] = (gradient[size + at] ?? 0) + pull * times * (scores[row] ?? 0);
    }
  }
}

/** Probabilities over the rows that count; 0 for the others. */
function softmax(scores: Float64Array, counts: (row: number) => boolean): Float64Array {
  const largest = scores.reduce((most, score, row) => (counts(row) ? Math.max(most, score) : most), -Infinity);
  const raised = scores.map((score, row) => (counts(row) ? Math.exp(SHARPNESS * (score - largest)) : 0));
  const total = raised.reduce((sum, value) => sum + value, 0);
  return raised.map((value) => value / total);
}

function sumOf(features: Float64Array, row: number, weights: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at += 1) {
    sum += (weights[at] ?? 0) * (features[row * weights.length + at] ?? 0);
  }
  return sum;
}

function factorOf(factored: Float64Array, row: number, factors: Float64Array): number {
  let factor = 1;
  for (let at = 0; at < factors.length; at += 1) {
    const times = factored[row * factors.length + at] ?? 0;
    if (times > 0) {
      factor *= (factors[at] ?? 1) ** times;
    }
  }
  return factor;
}
