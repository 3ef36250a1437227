/**
 * Which files answer a question, best first.
 *
 * Files are ranked and not chunks, because a file's name, its directory and all it defines say what it is for; a chunk
 * by itself does not know. The score is a sum of features, each from 0 to 1, under the weights of `weights.ts`.
 */

import type { ChunkHit, Manifest } from "../../ports";
import type { NameMention, Question } from "../query/question";
import type { FileTable } from "../table/fileTable";
import { type DefinitionSite, levelOf } from "../table/symbolTable";
import { pathPenalty } from "./pathPenalty";
import { BM25, DEFINITION_LEVEL, type FileFeatures, type FileWeights, SINGLE, WORDS } from "./weights";

/** Files that each field of the table may nominate. */
const MAX_NOMINATED = 200;

/** Files of one name's definitions whose spelling is compared. */
const MAX_SITES = 500;

/** Chunks of a file that count together. */
const SUMMED_CHUNKS = 3;

/** A file with its features as measured: full-text and BM25 scores are not yet divided by the largest. */
export interface FileCandidate {
  readonly path: string;
  readonly fileId: number;
  readonly features: FileFeatures;
  readonly penalty: number;
  /** The file's chunks that the full-text query found, best first. */
  readonly hits: readonly ChunkHit[];
}

export interface RankedFile<Candidate extends FileCandidate> {
  readonly candidate: Candidate;
  readonly score: number;
}

/** Features without an upper bound of their own. */
const UNBOUNDED = ["maxChunk", "sum3", "definitions", "topDefinitions", "path"] as const;

/**
 * Ranks candidates, also of several folders at once: a feature is measured against the best of all of them, so that a
 * folder with nothing to say does not compete with one that has the answer.
 *
 * @returns best first; ties in order of path.
 */
export function rankFiles<Candidate extends FileCandidate>(
  question: Question,
  candidates: readonly Candidate[],
): RankedFile<Candidate>[] {
  const weights = question.isSingle ? SINGLE : WORDS;
  const largest: Partial<Record<keyof FileFeatures, number>> = {};
  for (const { features } of candidates) {
    for (const feature of UNBOUNDED) {
      largest[feature] = Math.max(largest[feature] ?? 0, features[feature]);
    }
  }
  return candidates
    .map((candidate) => ({ candidate, score: candidate.penalty * weightedSum(candidate.features, weights, largest) }))
    .sort((a, b) => b.score - a.score || comparePaths(a.candidate.path, b.candidate.path));
}

function weightedSum(
  features: FileFeatures,
  weights: FileWeights,
  largest: Partial<Record<keyof FileFeatures, number>>,
): number {
  let sum = 0;
  for (const [feature, weight] of Object.entries(weights) as [keyof FileFeatures, number][]) {
    sum += (weight * features[feature]) / (largest[feature] || 1);
  }
  return sum;
}

/** By code unit, so that the order is the same on every machine. */
export function comparePaths(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Finds the files worth ranking: those the full-text query hit, and those the table nominates. */
export function findCandidates(
  question: Question,
  hits: readonly ChunkHit[],
  table: FileTable,
  manifest: Manifest,
): FileCandidate[] {
  const hitsByPath = Map.groupBy(hits, ({ path }) => path);
  const terms = question.words;
  const paths = table.matchPaths(terms);
  const definitions = table.scoreDefinitions(question.terms, BM25.definitions);
  const topDefinitions = table.scoreTopDefinitions(question.terms, BM25.topDefinitions);
  const { named, whole, sole, unpenalised } = lookUpNames(question, table, manifest);
  const mentioned = mentionedPaths(question, table);
  const slots = new Set([
    ...[...hitsByPath.keys()].flatMap((path) => table.slotOf(path) ?? []),
    ...best(paths.coverage, table),
    ...best(definitions, table),
    ...named.keys(),
    ...whole.keys(),
    ...mentioned.keys(),
  ]);
  return [...slots].flatMap((slot) => {
    const path = table.pathOf(slot);
    const record = path === undefined ? undefined : manifest.get(path);
    if (path === undefined || record === undefined) {
      return [];
    }
    const own = hitsByPath.get(path) ?? [];
    const features: FileFeatures = {
      maxChunk: own[0]?.score ?? 0,
      sum3: own.slice(0, SUMMED_CHUNKS).reduce((sum, { score }) => sum + score, 0),
      definitions: definitions[slot] ?? 0,
      topDefinitions: topDefinitions[slot] ?? 0,
      path: paths.scores[slot] ?? 0,
      ...paths.features(slot),
      namedDefinition: named.get(slot) ?? 0,
      wholeDefinition: whole.get(slot) ?? 0,
      soleDefinition: sole.get(slot) ?? 0,
      pathMention: mentioned.get(slot) ?? 0,
    };
    const penalty = unpenalised.has(slot) ? 1 : pathPenalty(path, question.topics);
    return [{ path, fileId: record.fileId, features, penalty, hits: own }];
  });
}

/** @returns the slots with the largest scores above 0; of equal ones at the end those that come first by path. */
function best(scores: Float64Array, table: FileTable): number[] {
  const smallest =
    scores
      .filter((score) => score > 0)
      .sort()
      .at(-MAX_NOMINATED) ?? 0;
  const above: number[] = [];
  const equal: number[] = [];
  scores.forEach((score, slot) => {
    if (score > smallest) {
      above.push(slot);
    } else if (score > 0 && score === smallest) {
      equal.push(slot);
    }
  });
  const byPath = (a: number, b: number) => comparePaths(table.pathOf(a) ?? "", table.pathOf(b) ?? "");
  return [...above, ...equal.sort(byPath).slice(0, MAX_NOMINATED - above.length)];
}

/** What the names in a question say of the files that define them, by slot. */
interface NamedFiles {
  readonly named: ReadonlyMap<number, number>;
  readonly whole: ReadonlyMap<number, number>;
  readonly sole: ReadonlyMap<number, number>;
  /** Files that define a name which is defined only where files rank lower: there is no better place to look. */
  readonly unpenalised: ReadonlySet<number>;
}

function lookUpNames(question: Question, table: FileTable, manifest: Manifest): NamedFiles {
  const named = new Map<number, number>();
  const whole = new Map<number, number>();
  const sole = new Map<number, number>();
  const unpenalised = new Set<number>();
  const raise = (values: Map<number, number>, slot: number, value: number) =>
    values.set(slot, Math.max(values.get(slot) ?? 0, value));
  for (const mention of question.names) {
    const isWhole = mention === question.wholeName;
    const sites = definingSites(isWhole ? { ...mention, isCodeLike: true } : mention, table, manifest);
    const exact = sites.filter(({ isSameSpelling }) => isSameSpelling);
    for (const { slot, value } of sites) {
      raise(isWhole ? whole : named, slot, isWhole ? value : value / Math.sqrt(sites.length));
    }
    for (const { slot } of isWhole ? exact : []) {
      raise(sole, slot, 1 / exact.length);
    }
    const isElsewhere = exact.some(({ slot }) => pathPenalty(table.pathOf(slot) ?? "", question.topics) === 1);
    for (const { slot } of isElsewhere ? [] : exact) {
      unpenalised.add(slot);
    }
  }
  return { named, whole, sole, unpenalised };
}

interface DefiningSite {
  readonly slot: number;
  readonly isSameSpelling: boolean;
  readonly value: number;
}

/** The files that define the mentioned name, and what that is worth. */
function definingSites(mention: NameMention, table: FileTable, manifest: Manifest): DefiningSite[] {
  return table
    .sitesOf(mention.name)
    .slice(0, MAX_SITES)
    .map((site) => {
      const isSameSpelling = definesExactly(mention.name, site, table, manifest);
      const spelling = isSameSpelling ? 1 : DEFINITION_LEVEL.otherSpelling;
      return { slot: site.slot, isSameSpelling, value: DEFINITION_LEVEL[site.level] * spelling };
    })
    .filter(({ isSameSpelling }) => isSameSpelling || mention.isCodeLike);
}

/** True if the file defines the name in this spelling and at this level. */
export function definesExactly(
  name: string,
  { slot, level }: DefinitionSite,
  table: FileTable,
  manifest: Manifest,
): boolean {
  const definitions = manifest.get(table.pathOf(slot) ?? "")?.definitions ?? [];
  return definitions.some((definition) => definition.name === name && levelOf(definition) === level);
}

/** Files whose path the question holds; a name that many files bear says less of each. */
function mentionedPaths(question: Question, table: FileTable): Map<number, number> {
  const found = new Map<number, number>();
  for (const { path } of question.paths) {
    const slots = table.slotsEndingWith(path);
    for (const slot of slots) {
      found.set(slot, Math.max(found.get(slot) ?? 0, 1 / Math.sqrt(slots.length)));
    }
  }
  return found;
}
