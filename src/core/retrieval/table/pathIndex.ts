/**
 * Files by the words of their paths.
 *
 * People name files after what they hold, so a question's words in a file's name weigh more than the same words in its
 * text. A word counts also as the beginning or a part of another (`auth` in `authentication.ts`).
 */

import { pathWords, wordTerms } from "../query/terms";
import { BM25, WORD_MATCH } from "../ranking/weights";
import { FieldIndex, type KeptFieldIndex } from "./fieldIndex";
import { IntGroups, type KeptIntGroups } from "./intGroups";
import { Vocabulary } from "./vocabulary";

/** Directories that count, the innermost ones. */
const DIRECTORIES = 3;

/** Shorter words begin, or lie within, too many others. */
const MIN_PREFIX = 3;
const MIN_SUBSTRING = 4;

/** Where the words of a stem begin in what is kept of a path. */
const STEM_AT = 2;

/** The words of one path, by number: its stem, its parent, and its last three directories, the parent included. */
interface PathTerms {
  readonly values: Int32Array;
  readonly parentAt: number;
  readonly directoriesAt: number;
}

export interface PathFeatures {
  readonly pathCoverage: number;
  readonly directoryCoverage: number;
  readonly stemCoverage: number;
  readonly stemExact: number;
}

/** What a question finds in paths. */
export interface PathMatch {
  /** BM25 by slot. */
  readonly scores: Float64Array;
  /** The share of the question, by rarity, that stands anywhere in the path, by slot; for choosing candidates. */
  readonly coverage: Float64Array;
  features(slot: number): PathFeatures;
}

export interface KeptPathIndex {
  readonly words: readonly string[];
  readonly field: KeptFieldIndex;
  readonly terms: KeptIntGroups;
}

export class PathIndex {
  readonly #words: Vocabulary;
  readonly #field: FieldIndex;
  /** By slot: how many words its stem has, how many its parent, then the words of its stem, its parent and its directories. */
  readonly #terms: IntGroups;

  /** @param kept what `toKept` gave. */
  constructor(kept?: KeptPathIndex) {
    this.#words = new Vocabulary(kept?.words);
    this.#field = new FieldIndex((groups) => new IntGroups(groups), kept?.field);
    this.#terms = new IntGroups(kept?.terms);
  }

  toKept(): KeptPathIndex {
    return { words: this.#words.terms, field: this.#field.toKept(), terms: this.#terms.toKept() };
  }

  /** @param slot larger than every slot before it. */
  add(slot: number, path: string): void {
    const { stem, parent, directories } = pathTerms(path);
    const [stemIds, parentIds, directoryIds] = [stem, parent, directories].map((words) =>
      words.map((word) => this.#words.add(word)),
    ) as [number[], number[], number[]];
    for (const value of [stem.length, parent.length, ...stemIds, ...parentIds, ...directoryIds]) {
      this.#terms.add(slot, value);
    }
    this.#field.add(slot, [...stemIds, ...stemIds, ...directoryIds]);
  }

  remove(slot: number): void {
    this.#field.remove(slot);
  }

  settle(): void {
    this.#terms.settle();
    this.#field.settle();
  }

  documentFrequency(term: string): number {
    const id = this.#words.get(term);
    return id === undefined ? 0 : this.#field.documentFrequency(id);
  }

  /** @param rarities the weight of each of `terms`. */
  match(terms: readonly string[], rarities: readonly number[]): PathMatch {
    const wordMatches = this.#wordMatches(terms);
    const joined = terms.join("");
    const total = rarities.reduce((sum, rarity) => sum + rarity, 0);
    const scores = this.#field.score(this.#words.idsOf(terms), BM25.path);
    const [inPath, inDirectories] = [new Float64Array(terms.length), new Float64Array(terms.length)];
    return {
      scores,
      coverage: this.#coverage(scores.length, wordMatches, rarities),
      features: (slot) => {
        const { values, parentAt, directoriesAt } = this.#termsOf(slot);
        inPath.fill(0);
        inDirectories.fill(0);
        for (let at = STEM_AT; at < values.length; at += 1) {
          const degrees = wordMatches.get(values[at] ?? 0);
          if (degrees !== undefined && at < directoriesAt) {
            raise(inPath, degrees, at < parentAt ? 1 : WORD_MATCH.parentDirectory);
          } else if (degrees !== undefined) {
            raise(inDirectories, degrees, 1);
          }
        }
        const stem = values.subarray(STEM_AT, parentAt);
        return {
          pathCoverage: total > 0 ? weigh(inPath, rarities) / total : 0,
          directoryCoverage: total > 0 ? weigh(inDirectories, rarities) / total : 0,
          stemCoverage: this.#coveredShare(stem, wordMatches),
          stemExact: this.#exactness(stem, terms, joined),
        };
      },
    };
  }

  #termsOf(slot: number): PathTerms {
    const values = this.#terms.of(slot);
    const parentAt = STEM_AT + (values[0] ?? 0);
    return { values, parentAt, directoriesAt: parentAt + (values[1] ?? 0) };
  }

  /** For each word of any path that a term of the question meets, how well each term meets it. */
  #wordMatches(terms: readonly string[]): Map<number, Float64Array> {
    const matches = new Map<number, Float64Array>();
    for (const [word, id] of this.#words.entries()) {
      for (let index = 0; index < terms.length; index += 1) {
        const degree = matchDegree(terms[index] ?? "", word);
        if (degree > 0) {
          const degrees = matches.get(id) ?? new Float64Array(terms.length);
          degrees[index] = degree;
          matches.set(id, degrees);
        }
      }
    }
    return matches;
  }

  #coverage(slots: number, matches: Map<number, Float64Array>, rarities: readonly number[]): Float64Array {
    const coverage = new Float64Array(slots);
    for (const [word, degrees] of matches) {
      const weight = degrees.reduce((best, degree, term) => Math.max(best, degree * (rarities[term] ?? 0)), 0);
      for (const slot of this.#field.slotsOf(word)) {
        coverage[slot] = (coverage[slot] ?? 0) + weight;
      }
    }
    return coverage;
  }

  /** The share of the characters of `stem` that the question covers. */
  #coveredShare(stem: Int32Array, matches: Map<number, Float64Array>): number {
    let covered = 0;
    let all = 0;
    for (const word of stem) {
      const { length } = this.#words.term(word);
      covered += length * Math.max(0, ...(matches.get(word) ?? []));
      all += length;
    }
    return all > 0 ? covered / all : 0;
  }

  /** 1 if the file is called what the question says, 0.5 if it is called what one word of it says. */
  #exactness(stem: Int32Array, terms: readonly string[], joined: string): number {
    const length = stem.reduce((sum, word) => sum + this.#words.term(word).length, 0);
    if (length === 0 || !(length === joined.length || terms.some((term) => term.length === length))) {
      return 0;
    }
    const name = Array.from(stem, (word) => this.#words.term(word)).join("");
    if (joined === name) {
      return 1;
    }
    return terms.includes(name) ? 0.5 : 0;
  }
}

function raise(best: Float64Array, degrees: Float64Array, factor: number): void {
  for (let term = 0; term < degrees.length; term += 1) {
    best[term] = Math.max(best[term] ?? 0, (degrees[term] ?? 0) * factor);
  }
}

function weigh(degrees: Float64Array, rarities: readonly number[]): number {
  let sum = 0;
  for (let term = 0; term < degrees.length; term += 1) {
    sum += (degrees[term] ?? 0) * (rarities[term] ?? 0);
  }
  return sum;
}

/** Files that hold what their directory is called after. */
const NAMED_BY_DIRECTORY: ReadonlySet<string> = new Set(["index", "mod", "init", "__init__"]);

function pathTerms(path: string) {
  const { stem, directories } = pathWords(path);
  const parent = wordTerms(directories.at(-1) ?? "");
  return {
    stem: NAMED_BY_DIRECTORY.has(stem) && parent.length > 0 ? parent : wordTerms(stem),
    parent,
    directories: directories.slice(-DIRECTORIES).flatMap(wordTerms),
  };
}

function matchDegree(term: string, word: string): number {
  if (term === word) {
    return WORD_MATCH.exact;
  }
  const [short, long] = term.length < word.length ? [term, word] : [word, term];
  if (short.length >= MIN_PREFIX && long.startsWith(short)) {
    return WORD_MATCH.prefix;
  }
  return term.length >= MIN_SUBSTRING && word.includes(term) ? WORD_MATCH.substring : 0;
}
