/**
 * Which files answer a question, best first.
 *
 * Files are ranked and not chunks, because a file's name, its directory and all it defines say what it is for; a chunk
 * by itself does not know. The score is a sum of features, each from 0 to 1, under the weights of `weights.ts`, times
 * factors for what the file is whatever is asked.
 * The files that words rank first stay first; meaning, and what stands beside a file, have a say in the order of the
 * others (`docs/adr/0015`).
 */

import type { Explanation } from "../../../domain/answer";
import type { CurrentRow } from "../currentRows";
import type { Question } from "../query/question";
import { type Neighbours, neighboursOf } from "./neighbours";
import { penaltyOf } from "./pathPenalty";
import {
  FEATURES,
  type FileFeatures,
  type FileTraits,
  type FileWeights,
  KEPT_FILES,
  NEIGHBOUR_KINDS,
  NEIGHBOURS,
  type PathKind,
  SINGLE,
  TRAIT_FACTORS,
  TRAITS,
  WORDS,
} from "./weights";

/** The best place that words gave no file, beside the last one that they did. */
const BELOW_WORDS = 0.9;

/** A file with its features as measured: full-text and BM25 scores are not yet divided by the largest. */
export interface FileCandidate {
  readonly path: string;
  readonly fileId: number;
  readonly features: FileFeatures;
  readonly traits: FileTraits;
  /** What its path is of; each kind lowers the score. */
  readonly pathKinds: readonly PathKind[];
  /** The file's chunks that the full-text query found, best first. */
  readonly rows: readonly CurrentRow[];
  /** By position in the file, how similar its chunks are to the question, most similar first; empty without vectors. */
  readonly similar: ReadonlyMap<number, number>;
}

export interface RankedFile<Candidate extends FileCandidate> {
  readonly candidate: Candidate;
  readonly score: number;
  /** How the score came about: worked out when asked for, since a few of hundreds of files are shown. */
  readonly explain: () => Explanation;
}

/** Features without an upper bound of their own. */
const UNBOUNDED = ["maxChunk", "sum3", "definitions", "topDefinitions", "path", "commits", "meaning"] as const;

const OF_WORDS = FEATURES.filter((feature) => feature !== "meaning");

/**
 * Ranks candidates, also of several folders at once: a feature is measured against the best of all of them, so that a
 * folder with nothing to say does not compete with one that has the answer.
 *
 * @param weights others than those of `weights.ts` are for fitting them.
 * @returns best first; ties in order of path.
 */
export function rankFiles<Candidate extends FileCandidate>(
  question: Question,
  candidates: readonly Candidate[],
  weights: FileWeights = question.isSingle ? SINGLE : WORDS,
): RankedFile<Candidate>[] {
  const scale = { weights, largest: largestOf(candidates), traits: question.isSingle ? [] : TRAITS };
  const byWords = candidates
    .map((candidate) => {
      const words = sumOfWords(candidate, scale);
      return { candidate, words, score: lowered(candidate, words, scale), explain: () => explain(candidate, scale) };
    })
    .sort(compareFiles);
  return question.isSingle ? byWords : withOtherReasons(byWords, scale);
}

/**
 * Lets meaning and the files beside it have a say in the place of each file but the first ones. A place keeps its score,
 * so that as many chunks of the files before it are shown as would be by words alone.
 *
 * @param byWords best first.
 */
function withOtherReasons<Candidate extends FileCandidate>(
  byWords: readonly (RankedFile<Candidate> & { readonly words: number })[],
  scale: Scale,
): RankedFile<Candidate>[] {
  const top = byWords[0]?.score || 1;
  const neighbours = neighboursOf(
    byWords.map(({ candidate }) => candidate.path),
    byWords.map(({ score }) => score),
  );
  const kept = byWords.slice(0, KEPT_FILES).filter(({ score }) => score > 0);
  const places = byWords.slice(kept.length);
  const others = places
    .map(({ candidate, words, explain: explainOwn }, rank) => {
      const beside = neighbours[kept.length + rank];
      let sum = words + partOf("meaning", candidate, scale);
      for (const kind of NEIGHBOUR_KINDS) {
        const { value, weight } = neighbourPart(kind, beside, top);
        sum += value * weight;
      }
      return {
        candidate,
        score: lowered(candidate, sum, scale),
        explain: () => withNeighbours(explainOwn(), beside, top),
      };
    })
    .sort(compareFiles);
  const highest = others[0]?.score || 1;
  const lowest = byWords.findLast(({ score }) => score > 0)?.score ?? 1;
  const scoreAt = (rank: number, own: number) => places[rank]?.score || (BELOW_WORDS * lowest * own) / highest;
  const placed = others.map(({ candidate, score, explain: explainOwn }, rank) => ({
    candidate,
    score: scoreAt(rank, score),
    explain: explainOwn,
  }));
  return [...kept, ...placed];
}

function compareFiles(a: RankedFile<FileCandidate>, b: RankedFile<FileCandidate>): number {
  return b.score - a.score || comparePaths(a.candidate.path, b.candidate.path);
}

// ---------------------------------------------------------------- scores

/** What the features of all candidates are measured by. */
interface Scale {
  readonly weights: FileWeights;
  readonly largest: Partial<Record<keyof FileFeatures, number>>;
  /** Those that count: a name is looked up wherever it is, so none do for it. */
  readonly traits: readonly (keyof FileTraits)[];
}

/** What features are divided by that have no bound of their own: the largest of all candidates. */
export function largestOf(candidates: readonly FileCandidate[]): Partial<Record<keyof FileFeatures, number>> {
  const largest: Partial<Record<keyof FileFeatures, number>> = {};
  for (const { features } of candidates) {
    for (const feature of UNBOUNDED) {
      largest[feature] = Math.max(largest[feature] ?? 0, features[feature]);
    }
  }
  return largest;
}

function sumOfWords(candidate: FileCandidate, scale: Scale): number {
  let sum = 0;
  for (const feature of OF_WORDS) {
    if (candidate.features[feature] !== 0) {
      sum += partOf(feature, candidate, scale);
    }
  }
  return sum;
}

/** What one feature adds. */
function partOf(feature: keyof FileFeatures, candidate: FileCandidate, scale: Scale): number {
  return valueOf(feature, candidate, scale) * scale.weights[feature];
}

/** @returns from 0 to 1. */
function valueOf(feature: keyof FileFeatures, { features }: FileCandidate, { largest }: Scale): number {
  return features[feature] / (largest[feature] || 1);
}

/** A sum of features times what the file is whatever is asked. */
function lowered({ pathKinds: kinds, traits }: FileCandidate, sum: number, { traits: counted }: Scale): number {
  let score = penaltyOf(kinds) * sum;
  for (const trait of counted) {
    if (traits[trait] !== 0) {
      score *= TRAIT_FACTORS[trait] ** traits[trait];
    }
  }
  return score;
}

// ---------------------------------------------------------------- explanations

function explain(candidate: FileCandidate, scale: Scale): Explanation {
  const { features, pathKinds: kinds, traits } = candidate;
  const { weights, traits: counted } = scale;
  const parts = FEATURES.filter((feature) => weights[feature] !== 0 && features[feature] !== 0).map((feature) => ({
    feature,
    value: valueOf(feature, candidate, scale),
    weight: weights[feature],
  }));
  const factors = counted.map((trait) => ({ trait, factor: TRAIT_FACTORS[trait] ** traits[trait] }));
  return { parts, pathKinds: kinds, factor: penaltyOf(kinds), traits: factors.filter(({ factor }) => factor !== 1) };
}

function withNeighbours(explanation: Explanation, neighbours: Neighbours | undefined, top: number): Explanation {
  const parts = NEIGHBOUR_KINDS.map((kind) => neighbourPart(kind, neighbours, top)).filter(({ value }) => value > 0);
  return { ...explanation, parts: [...explanation.parts, ...parts] };
}

/** @param top the score of the best file, which the best neighbour there can be has. */
function neighbourPart(kind: keyof Neighbours, neighbours: Neighbours | undefined, top: number) {
  return { feature: kind, value: (neighbours?.[kind] ?? 0) / top, weight: NEIGHBOURS[kind] * top };
}

/** By code unit, so that the order is the same on every machine. */
export function comparePaths(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
