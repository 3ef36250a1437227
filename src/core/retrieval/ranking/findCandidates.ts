/** Which files are worth ranking for a question, and what is measured of each. */

import { decodeDefinitions } from "../../definitions";
import type { FileRecord, SearchedManifest } from "../../ports";
import type { CurrentRow } from "../currentRows";
import { fileFilter } from "../query/fileFilter";
import type { NameMention, Question } from "../query/question";
import type { SearchDeps } from "../searchDeps";
import type { SimilarChunk } from "../similarChunks";
import type { FileTable } from "../table/fileTable";
import { type DefinitionSite, levelOf } from "../table/symbolTable";
import { mergeRows } from "./mergeRows";
import { pathKinds, pathPenalty } from "./pathPenalty";
import { comparePaths, type FileCandidate } from "./rankFiles";
import { BM25, DEFINITION_LEVEL, type FileFeatures, type PathKind } from "./weights";

/** Files that each field of the table may nominate. */
const MAX_NOMINATED = 200;

/** Files that commits may nominate. */
const MAX_OF_COMMITS = 50;

/** Files of one name's definitions whose spelling is compared. */
const MAX_SITES = 500;

/** Chunks of a file that count together. */
const SUMMED_CHUNKS = 3;

export interface FoundChunks {
  /** Of the full-text query, best first. */
  readonly rows: readonly CurrentRow[];
  /** Those that hold a quoted phrase; they may be among the rows. */
  readonly exact: readonly CurrentRow[];
  /** By meaning, most similar first; none without vectors. */
  readonly similar: readonly SimilarChunk[];
}

/** Who types one name wants its definition, whatever was changed since. */
const NO_SCORES: ReadonlyMap<string, number> = new Map();

/** Features that no chunk has a part in. */
type OwnFeatures = Omit<FileFeatures, "maxChunk" | "sum3" | "phrase" | "meaning">;

/** What the table and the commits say of files, whatever the queries find. */
export interface Nomination {
  /** Of the table that it was made of. */
  readonly revision: number | undefined;
  /** Files worth ranking even where no query finds them. */
  readonly slots: ReadonlySet<number>;
  readonly featuresOf: (slot: number) => OwnFeatures;
  readonly pathKindsOf: (slot: number, path: string) => PathKind[];
}

/** Gives way to others after each millisecond or so: the table may change meanwhile. */
export async function nominate(
  question: Question,
  table: FileTable,
  { manifest, commits, nextTurn }: Pick<SearchDeps, "manifest" | "commits" | "nextTurn">,
): Promise<Nomination> {
  const { revision } = table;
  const { named, whole, sole, unpenalised } = lookUpNames(question, table, manifest);
  const mentioned = mentionedPaths(question, table);
  await nextTurn();
  const said = bySlot(question.isSingle ? NO_SCORES : commits().score(question.terms, BM25.commits), table);
  await nextTurn();
  const paths = table.matchPaths(question.words);
  await nextTurn();
  const definitions = table.scoreDefinitions(question.terms, BM25.definitions);
  const topDefinitions = table.scoreTopDefinitions(question.terms, BM25.topDefinitions);
  await nextTurn();
  const slots = new Set([
    ...best(paths.coverage, table),
    ...best(definitions, table),
    ...best(said, table, MAX_OF_COMMITS),
    ...named.keys(),
    ...whole.keys(),
    ...mentioned.keys(),
  ]);
  await nextTurn();
  const featuresOf = (slot: number): OwnFeatures => ({
    definitions: definitions[slot] ?? 0,
    topDefinitions: topDefinitions[slot] ?? 0,
    path: paths.scores[slot] ?? 0,
    ...paths.features(slot),
    namedDefinition: named.get(slot) ?? 0,
    wholeDefinition: whole.get(slot) ?? 0,
    soleDefinition: sole.get(slot) ?? 0,
    pathMention: mentioned.get(slot) ?? 0,
    commits: said[slot] ?? 0,
  });
  const known = new Map(Array.from(slots, (slot) => [slot, featuresOf(slot)]));
  return {
    revision,
    slots,
    featuresOf: (slot) => known.get(slot) ?? featuresOf(slot),
    pathKindsOf: (slot, path) => (unpenalised.has(slot) || isChosen(question) ? [] : kindsOf(path, question, table)),
  };
}

/** Finds the files worth ranking: those with chunks that were found, and those that were nominated. */
export function findCandidates(
  question: Question,
  { rows, exact, similar }: FoundChunks,
  nomination: Nomination,
  table: FileTable,
  manifest: SearchedManifest,
): FileCandidate[] {
  const admits = fileFilter(question.filters);
  const rowsByPath = Map.groupBy(mergeRows(rows, exact), ({ path }) => path);
  const similarByPath = Map.groupBy(similar, ({ path }) => path);
  const exactPaths = new Set(exact.map(({ path }) => path));
  const slots = new Set([
    ...[...rowsByPath.keys(), ...similarByPath.keys()].flatMap((path) => table.slotOf(path) ?? []),
    ...nomination.slots,
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
      ...nomination.featuresOf(slot),
      phrase: exactPaths.has(path) ? 1 : 0,
      meaning: ownSimilar.slice(0, SUMMED_CHUNKS).reduce((sum, { similarity }) => sum + similarity, 0),
    };
    const traits = table.traitsOf(slot);
    const kinds = nomination.pathKindsOf(slot, path);
    const { fileId } = record;
    const isSuperseded = own.some((row) => row.fileId !== fileId); // written since: what was found tells of it all the same
    const current = isSuperseded ? own.filter((row) => row.fileId === fileId) : own;
    return [{ path, fileId, features, traits, pathKinds: kinds, rows: current, similar: byOrdinal(ownSimilar) }];
  });
}

const NONE_SIMILAR: ReadonlyMap<number, number> = new Map();

function byOrdinal(similar: readonly SimilarChunk[]): ReadonlyMap<number, number> {
  return similar.length === 0 ? NONE_SIMILAR : new Map(similar.map(({ ordinal, similarity }) => [ordinal, similarity]));
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
function listed(admits: (record: FileRecord) => boolean, table: FileTable, manifest: SearchedManifest): number[] {
  return [...manifest.all()]
    .filter((record) => record.state === "indexed" && admits(record))
    .map(({ path }) => path)
    .sort(comparePaths)
    .slice(0, MAX_NOMINATED)
    .flatMap((path) => table.slotOf(path) ?? []);
}

/** @returns 0 for a file without a score; paths of files that are gone count for nothing. */
function bySlot(scores: ReadonlyMap<string, number>, table: FileTable): Float64Array {
  const values = new Float64Array(table.slots);
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

function lookUpNames(question: Question, table: FileTable, manifest: SearchedManifest): NamedFiles {
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
function definingSites(mention: NameMention, table: FileTable, manifest: SearchedManifest): DefiningSite[] {
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
  manifest: SearchedManifest,
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
