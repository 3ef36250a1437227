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
import { decodeDefinitions } from "../../definitions";
import type { FileRecord, Manifest } from "../../ports";
import type { CurrentRow } from "../currentRows";
import { fileFilter } from "../query/fileFilter";
import type { NameMention, Question } from "../query/question";
import type { SimilarChunk } from "../similarChunks";
import type { FileTable } from "../table/fileTable";
import { type DefinitionSite, levelOf } from "../table/symbolTable";
import { mergeRows } from "./mergeRows";
import { type Neighbours, neighboursOf } from "./neighbours";
import { pathKinds, pathPenalty, penaltyOf } from "./pathPenalty";
import {
  BM25,
  DEFINITION_LEVEL,
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

/** Files that each field of the table may nominate. */
const MAX_NOMINATED = 200;

/** Files that commits may nominate. */
const MAX_OF_COMMITS = 50;

/** Files of one name's definitions whose spelling is compared. */
const MAX_SITES = 500;

/** The best place that words gave no file, beside the last one that they did. */
const BELOW_WORDS = 0.9;

/** Chunks of a file that count together. */
const SUMMED_CHUNKS = 3;

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

export interface FoundChunks {
  /** Of the full-text query, best first. */
  readonly rows: readonly CurrentRow[];
  /** Those that hold a quoted phrase; they may be among the rows. */
  readonly exact: readonly CurrentRow[];
  /** By meaning, most similar first; none without vectors. */
  readonly similar: readonly SimilarChunk[];
  /** By path, what commits say of files; files may be gone. */
  readonly commits: ReadonlyMap<string, number>;
}

/** Finds the files worth ranking: those with chunks that were found, and those the table nominates. */
export function findCandidates(
  question: Question,
  { rows, exact, similar, commits }: FoundChunks,
  table: FileTable,
  manifest: Manifest,
): FileCandidate[] {
  const admits = fileFilter(question.filters);
  const rowsByPath = Map.groupBy(mergeRows(rows, exact), ({ path }) => path);
  const similarByPath = Map.groupBy(similar, ({ path }) => path);
  const exactPaths = new Set(exact.map(({ path }) => path));
  const terms = question.words;
  const paths = table.matchPaths(terms);
  const definitions = table.scoreDefinitions(question.terms, BM25.definitions);
  const topDefinitions = table.scoreTopDefinitions(question.terms, BM25.topDefinitions);
  const said = bySlot(commits, definitions.length, table);
  const { named, whole, sole, unpenalised } = lookUpNames(question, table, manifest);
  const mentioned = mentionedPaths(question, table);
  const slots = new Set([
    ...[...rowsByPath.keys(), ...similarByPath.keys()].flatMap((path) => table.slotOf(path) ?? []),
    ...best(paths.coverage, table),
    ...best(definitions, table),
    ...best(said, table, MAX_OF_COMMITS),
    ...named.keys(),
    ...whole.keys(),
    ...mentioned.keys(),
    ...(question.terms.length === 0 && admits !== undefined ? listed(admits, table, manifest) : []),
  ]);
  return [...slots].flatMap((slot) => {
    const path = table.pathOf(slot);
    const record = path === undefined ? undefined : manifest.get(path);
    if (path === undefined || record === undefined || admits?.(record) === false) {
      return [];
    }
    const own = rowsByPath.get(path) ?? [];
    const ownSimilar = similarByPath.get(path) ?? [];
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
      phrase: exactPaths.has(path) ? 1 : 0,
      commits: said[slot] ?? 0,
      meaning: ownSimilar.slice(0, SUMMED_CHUNKS).reduce((sum, { similarity }) => sum + similarity, 0),
    };
    const traits = table.traitsOf(slot);
    const kinds = unpenalised.has(slot) || isChosen(question) ? [] : kindsOf(path, question, table);
    const similarities = new Map(ownSimilar.map(({ ordinal, similarity }) => [ordinal, similarity]));
    return [{ path, fileId: record.fileId, features, traits, pathKinds: kinds, rows: own, similar: similarities }];
  });
}

/** A name is looked up wherever it is. */
function kindsOf(path: string, { topics, isSingle }: Question, table: FileTable): PathKind[] {
  const kinds = pathKinds(path, topics);
  return !isSingle && table.isBesideMain(path) ? [...kinds, "besideMain"] : kinds;
}

/** Who names a path to search in has chosen what it is of. */
function isChosen({ filters }: Question): boolean {
  return filters.some(({ field, isExcluding }) => field === "path" && !isExcluding);
}

/** The first files that a filter lets through, by path: all there is to say where a question is nothing but filters. */
function listed(admits: (record: FileRecord) => boolean, table: FileTable, manifest: Manifest): number[] {
  return [...manifest.all()]
    .filter((record) => record.state === "indexed" && admits(record))
    .map(({ path }) => path)
    .sort(comparePaths)
    .slice(0, MAX_NOMINATED)
    .flatMap((path) => table.slotOf(path) ?? []);
}

/** @returns 0 for a file without a score; paths of files that are gone count for nothing. */
function bySlot(scores: ReadonlyMap<string, number>, slots: number, table: FileTable): Float64Array {
  const values = new Float64Array(slots);
  for (const [path, score] of scores) {
    const slot = table.slotOf(path);
    if (slot !== undefined) {
      values[slot] = score;
    }
  }
  return values;
}

/** @returns the slots with the largest scores above 0; of equal ones at the end those that come first by path. */
function best(scores: Float64Array, table: FileTable, most = MAX_NOMINATED): number[] {
  const smallest =
    scores
      .filter((score) => score > 0)
      .sort()
      .at(-most) ?? 0;
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
  return [...above, ...equal.sort(byPath).slice(0, most - above.length)];
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
  const definitions = manifest.get(table.pathOf(slot) ?? "")?.definitions ?? "";
  return decodeDefinitions(definitions).some((definition) => definition.name === name && levelOf(definition) === level);
}

/** Directories that a path of a stack trace may have before the folder begins. */
const MAX_FOREIGN_DIRECTORIES = 20;

/** What a directory in the question says of each file in it, beside a file in the question. */
const DIRECTORY_MENTION = 0.5;

/** Files whose path the question holds; a name that many files bear says less of each. */
function mentionedPaths(question: Question, table: FileTable): Map<number, number> {
  const found = new Map<number, number>();
  const raise = (slots: readonly number[], value: number) => {
    for (const slot of slots) {
      found.set(slot, Math.max(found.get(slot) ?? 0, value / Math.sqrt(slots.length)));
    }
  };
  for (const { path } of question.paths) {
    const files = filesEndingLike(path, table);
    raise(files, 1);
    const directory = path.replace(/^\/+|\/+$/g, "");
    if (files.length === 0 && directory.includes("/")) {
      raise(table.slotsWithin(directory), DIRECTORY_MENTION);
    }
  }
  return found;
}

/** Files with the longest ending of the path that any has: a trace of another machine begins with directories of its own. */
function filesEndingLike(path: string, table: FileTable): number[] {
  let ending = path;
  for (let dropped = 0; dropped <= MAX_FOREIGN_DIRECTORIES; dropped += 1) {
    const slots = table.slotsEndingWith(ending);
    const slash = ending.indexOf("/");
    if (slots.length > 0 || slash < 0) {
      return slots;
    }
    ending = ending.slice(slash + 1);
  }
  return [];
}
