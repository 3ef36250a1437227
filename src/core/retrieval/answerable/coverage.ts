/**
 * How much of a question stands in what was found, as features from 0 up that hold for any ranker.
 *
 * Ranking scores compare files of one search and say nothing about whether any of them answers. What tells an answerable
 * question from one asked of the wrong folder is coverage: whether one place holds its words, its rare ones above all,
 * next to each other, and whether the names it mentions exist.
 */

import type { Chunk } from "../../../domain/chunk";
import type { NameMention, Question } from "../query/question";
import { searchTerms } from "../query/terms";
import { hasWord } from "../ranking/nameInText";
import type { FileTable } from "../table/fileTable";

export interface Coverage {
  /** Share of the question's terms in the chunk, and in the found chunks of the file, that holds most of them. */
  readonly chunk: number;
  readonly file: number;
  /** The same by rarity, for one path with the names that enclose and name the chunk. */
  readonly names: number;
  /** Share of neighbouring terms of the question that stand near each other in a chunk as well. */
  readonly pairs: number;
  /** Identifiers of the question that the folder does not know. */
  readonly unknownNames: number;
  /** Terms that no shown chunk holds, each by its rarity beside the rarest of the question. */
  readonly missing: number;
  readonly terms: number;
}

/** What the folders' tables know of words and names. */
export type KnownNames = Pick<FileTable, "rarity" | "sitesOf">;

/** Terms that stand this close count as neighbours: `path` and `router` in `path_router` or "the router of a path". */
const NEIGHBOUR_DISTANCE = 3;

/**
 * @param terms those of the question as it is written, in order, with repetitions.
 * @param chunks what the search returned, best first.
 * @param tables of every folder that was searched.
 */
export function coverageOf(
  question: Question,
  terms: readonly string[],
  chunks: readonly Chunk[],
  tables: readonly KnownNames[],
): Coverage {
  const rarities = new Map(question.terms.map((term) => [term, rarityOf(term, tables)]));
  const sequences = chunks.map(({ text }) => searchTerms(text));
  const names = chunks.map((chunk) => new Set(nameTerms(chunk)));
  const whole = chunks.map((_, at) => new Set([...(sequences[at] ?? []), ...(names[at] ?? [])]));
  const files = Map.groupBy(whole, (_, at) => chunks[at]?.path).values();
  const all = union(whole);
  const missing = question.terms.filter((term) => !all.has(term));
  return {
    chunk: most(whole, (held) => share(held, question.terms)),
    file: most([...files].map(union), (held) => share(held, question.terms)),
    names: most(names, (held) => weightedShare(held, rarities)),
    pairs: pairShare(terms, rarities, sequences),
    unknownNames: question.names.filter((name) => !isKnownName(name, chunks, tables)).length,
    missing: sum(missing.map((term) => rarities.get(term) ?? 0)) / Math.max(Number.MIN_VALUE, ...rarities.values()),
    terms: question.terms.length,
  };
}

/** A term that is common in one folder is common. */
function rarityOf(term: string, tables: readonly KnownNames[]): number {
  return Math.min(...tables.map((table) => table.rarity(term)));
}

function nameTerms({ path, enclosing, symbol }: Chunk): string[] {
  return searchTerms([path, ...enclosing, symbol ?? ""].join("/"));
}

/** True for a name that a file defines or a found chunk holds. */
function isKnownName({ name }: NameMention, chunks: readonly Chunk[], tables: readonly KnownNames[]): boolean {
  return tables.some((table) => table.sitesOf(name).length > 0) || chunks.some(({ text }) => hasWord(text, name));
}

function pairShare(
  terms: readonly string[],
  rarities: ReadonlyMap<string, number>,
  sequences: readonly (readonly string[])[],
): number {
  const telling = terms.filter((term) => rarities.has(term));
  const pairs = telling.slice(1).flatMap((second, at) => {
    const first = telling[at];
    return first === undefined || first === second ? [] : [[first, second] as const];
  });
  const places = sequences.map(placesOf);
  const found = pairs.filter(([first, second]) => places.some((places) => standNear(places, first, second)));
  return found.length / Math.max(1, pairs.length);
}

type Places = ReadonlyMap<string, readonly number[]>;

function placesOf(sequence: readonly string[]): Places {
  return Map.groupBy(sequence.keys(), (at) => sequence[at] ?? "");
}

/** True if `second` follows `first` within a few terms. */
function standNear(places: Places, first: string, second: string): boolean {
  const seconds = new Set(places.get(second));
  return (places.get(first) ?? []).some((at) => {
    const next = Array.from({ length: NEIGHBOUR_DISTANCE }, (_, step) => at + step + 1);
    return next.some((place) => seconds.has(place));
  });
}

const union = (sets: readonly ReadonlySet<string>[]): Set<string> => new Set(sets.flatMap((set) => [...set]));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const most = <T>(all: readonly T[], measure: (one: T) => number): number => Math.max(0, ...all.map(measure));

const share = (held: ReadonlySet<string>, terms: readonly string[]): number =>
  terms.filter((term) => held.has(term)).length / Math.max(1, terms.length);

function weightedShare(held: ReadonlySet<string>, rarities: ReadonlyMap<string, number>): number {
  const covered = [...rarities].filter(([term]) => held.has(term)).map(([, rarity]) => rarity);
  return sum(covered) / Math.max(Number.MIN_VALUE, sum([...rarities.values()]));
}
