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
  readonly explanation: Explanation;
}

/** Features without an upper bound of their own. */
const UNBOUNDED = ["maxChunk", "sum3", "definitions", "topDefinitions", "path", "commits", "meaning"] as const;

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
  const largest = largestOf(candidates);
  const byWords = candidates
    .map((candidate) => {
      const explanation = explain(candidate, weights, largest, question.isSingle ? [] : TRAITS);
      return { candidate, explanation, score: scoreOf(explanation, isOfWords) };
    })
    .sort(compareFiles);
  return question.isSingle ? byWords : withOtherReasons(byWords);
}

/**
 * Lets meaning and the files beside it have a say in the place of each file but the first ones. A place keeps its score,
 * so that as many chunks of the files before it are shown as would be by words alone.
 *
 * @param byWords best first.
 */
function withOtherReasons<Candidate extends FileCandidate>(
  byWords: readonly RankedFile<Candidate>[],
): RankedFile<Candidate>[] {
  const top = byWords[0]?.score || 1;
  const neighbours = neighboursOf(
    byWords.map(({ candidate }) => candidate.path),
    byWords.map(({ score }) => score),
  );
  const kept = byWords.slice(0, KEPT_FILES).filter(({ score }) => score > 0);
  const places = byWords.slice(kept.length);
  const others = places
    .map((file, rank) => {
      const explanation = withNeighbours(file.explanation, neighbours[kept.length + rank], top);
      return { ...file, explanation, score: scoreOf(explanation) };
    })
    .sort(compareFiles);
  const highest = others[0]?.score || 1;
  const lowest = byWords.findLast(({ score }) => score > 0)?.score ?? 1;
  const scoreAt = (rank: number, own: number) => places[rank]?.score || (BELOW_WORDS * lowest * own) / highest;
  return [...kept, ...others.map((file, rank) => ({ ...file, score: scoreAt(rank, file.score) }))];
}

/** @param top the score of the best file, which the best neighbour there can be has. */
function withNeighbours(explanation: Explanation, neighbours: Neighbours | undefined, top: number): Explanation {
  const parts = NEIGHBOUR_KINDS.flatMap((kind) => {
    const value = (neighbours?.[kind] ?? 0) / top;
    return value > 0 ? [{ feature: kind, value, weight: NEIGHBOURS[kind] * top }] : [];
  });
  return { ...explanation, parts: [...explanation.parts, ...parts] };
}

function compareFiles(a: RankedFile<FileCandidate>, b: RankedFile<FileCandidate>): number {
  return b.score - a.score || comparePaths(a.candidate.path, b.candidate.path);
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

/** @param counted a name is looked up wherever it is, so none count for it. */
function explain(
  { features, pathKinds: kinds, traits }: FileCandidate,
  weights: FileWeights,
  largest: Partial<Record<keyof FileFeatures, number>>,
  counted: readonly (keyof FileTraits)[],
): Explanation {
  const parts = FEATURES.filter((feature) => weights[feature] !== 0 && features[feature] !== 0).map((feature) => ({
    feature,
    value: features[feature] / (largest[feature] || 1),
    weight: weights[feature],
  }));
  const factors = counted.map((trait) => ({ trait, factor: TRAIT_FACTORS[trait] ** traits[trait] }));
  return { parts, pathKinds: kinds, factor: penaltyOf(kinds), traits: factors.filter(({ factor }) => factor !== 1) };
}

function scoreOf(
  { parts, traits, factor }: Explanation,
  counts: (part: ExplainedPart) => boolean = () => true,
): number {
  const sum = parts.filter(counts).reduce((total, { value, weight }) => total + value * weight, 0);
  return traits.reduce((score, trait) => score * trait.factor, factor * sum);
}

type ExplainedPart = Explanation["parts"][number];

const isOfWords = ({ feature }: ExplainedPart): boolean => feature !== "meaning";

/** By code unit, so that the order is the same on every machine. */
export function comparePaths(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
