/**
 * Whether what was found can answer a question at all, told before any model is asked.
 *
 * A model that is given passages about something else writes an answer from them all the same. The judgement is a
 * logistic regression over `Coverage`, fitted by `bench/abstention.ts` on questions asked of their own repository and of
 * wrong ones; its threshold errs towards answering. Where the folders have vectors of a model that was measured, how similar
 * the most similar chunk is counts beside it: what shares no word with the question may answer it. Words cannot judge a
 * question in another language than the files', nor one about the project as a whole, nor one of a word or two unless it
 * names what the folder does not know; those are answered.
 */

import type { Chunk } from "../../../domain/chunk";
import { bareName } from "../../models/modelName";
import { analyseQuestion, type Question } from "../query/question";
import { isStopWord } from "../query/stopWords";
import { searchTerms } from "../query/terms";
import { ANSWERABILITY, MEANING, WEAK_BELOW } from "./answerabilityWeights";
import { type Coverage, coverageOf, type KnownNames } from "./coverage";
import { looksEnglish } from "./looksEnglish";

/** Fewer telling terms are too little to judge by. */
const LEAST_TERMS = 3;

/** Words of questions about a whole project, which need not stand in its files. */
const GENERAL_TERMS = new Set(
  searchTerms(
    "app application architecture basic brief begin code codebase component describe description detail different explain " +
      "explanation feature file find folder function general get give important install list look main mean method module " +
      "name overview package part program project purpose quick repo repository run section setup start started structure " +
      "summarise summarize summary thing type understand usage use used way work",
  ),
);

export interface Judgement {
  readonly coverage: Coverage;
  /** The chance, from 0 to 1, that the question is one for these folders, were both equally likely beforehand. */
  readonly chance: number;
  /** True where a model could only guess. */
  readonly isWeak: boolean;
}

/** How near the folders come to the question, in the eyes of an embedding model. */
export interface Nearness {
  readonly model: string;
  /** Cosine of the question and the most similar chunk. */
  readonly similarity: number;
}

/**
 * @param chunks what the search returned for the question, best first.
 * @param tables of every folder that was searched.
 * @param nearness undefined where words have to do.
 */
export function judgeAnswerability(
  text: string,
  chunks: readonly Chunk[],
  tables: readonly KnownNames[],
  nearness?: Nearness,
): Judgement {
  const question = analyseQuestion(text);
  const coverage = coverageOf(question, searchTerms(text), chunks, tables);
  const { chance, weakBelow } = withNearness(wordsLogit(coverage), nearness);
  const isJudged = !isAboutFile(question, chunks) && looksEnglish(text);
  const isWeak = isGeneral(question) ? isAboutUnknownNames(question, coverage) : chance < weakBelow;
  return { coverage, chance, isWeak: isJudged && isWeak };
}

/** The logarithm of the odds that words give. */
export function wordsLogit(coverage: Coverage): number {
  const { bias, weights } = ANSWERABILITY;
  const features = Object.entries(weights) as [keyof Coverage, number][];
  return features.reduce((sum, [feature, weight]) => sum + weight * coverage[feature], bias);
}

/** Cosines of two models have no common scale, so those of a model that nobody measured say nothing. */
function withNearness(words: number, nearness: Nearness | undefined): { chance: number; weakBelow: number } {
  const fitted = MEANING[bareName(nearness?.model ?? "")];
  if (nearness === undefined || fitted === undefined) {
    return { chance: sigmoid(words), weakBelow: WEAK_BELOW };
  }
  const { bias, weights, weakBelow } = fitted;
  return { chance: sigmoid(bias + weights.words * words + weights.similarity * nearness.similarity), weakBelow };
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

function isGeneral({ terms }: Question): boolean {
  return terms.filter((term) => !GENERAL_TERMS.has(term) && !isStopWord(term, false)).length < LEAST_TERMS;
}

/** The question mentions the path of a file that was found. */
function isAboutFile({ paths }: Question, chunks: readonly Chunk[]): boolean {
  return paths.some((mention) => chunks.some(({ path }) => path === mention.path || path.endsWith(`/${mention.path}`)));
}

/** Neither a definition nor what was found holds any of the names in code that the question is about. */
function isAboutUnknownNames({ names }: Question, { unknownNames }: Coverage): boolean {
  return names.some(({ isCodeLike }) => isCodeLike) && unknownNames === names.length;
}
