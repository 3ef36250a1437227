/**
 * Files by the words of their paths.
 *
 * People name files after what they hold, so a question's words in a file's name weigh more than the same words in its
 * text. A word counts also as the beginning or a part of another (`auth` in `authentication.ts`).
 */

import { pathWords, wordTerms } from "../query/terms";
import { BM25, WORD_MATCH } from "../ranking/weights";
import { FieldIndex } from "./fieldIndex";
import { IntGroups } from "./intGroups";
import { Vocabulary } from "./vocabulary";

/** Directories that count, the innermost ones. */
const DIRECTORIES = 3;

/** Shorter words begin, or lie within, too many others. */
const MIN_PREFIX = 3;
const MIN_SUBSTRING = 4;

/** The words of one path, by number. */
interface PathTerms {
  readonly stem: Int32Array;
  readonly parent: Int32Array;
  /** The last three directories, `parent` included. */
  readonly directories: Int32Array;
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

export class PathIndex {
  readonly #words = new Vocabulary();
  readonly #field = new FieldIndex(new IntGroups());
  /** By slot: how many words its stem has, how many its parent, then the words of all parts of `PathTerms`. */
  readonly #terms = new IntGroups();

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
    const share = (words: Int32Array, best: Float64Array, factor: number) => {
      for (const word of words) {
        wordMatches.get(word)?.forEach((degree, term) => {
          best[term] = Math.max(best[term] ?? 0, degree * factor);
        });
      }
    };
    const weigh = (best: Float64Array) => best.reduce((sum, degree, term) => sum + degree * (rarities[term] ?? 0), 0);
    return {
      scores,
      coverage: this.#coverage(scores.length, wordMatches, rarities),
      features: (slot) => {
        const { stem, parent, directories } = this.#termsOf(slot);
        const inPath = new Float64Array(terms.length);
        share(stem, inPath, 1);
        share(parent, inPath, WORD_MATCH.parentDirectory);
        const inDirectories = new Float64Array(terms.length);
        share(directories, inDirectories, 1);
        return {
          pathCoverage: total > 0 ? weigh(inPath) / total : 0,
          directoryCoverage: total > 0 ? weigh(inDirectories) / total : 0,
          stemCoverage: this.#coveredShare(stem, wordMatches),
          stemExact: this.#exactness(stem, terms, joined),
        };
      },
    };
  }

  #termsOf(slot: number): PathTerms {
    const values = this.#terms.of(slot);
    const parentAt = 2 + (values[0] ?? 0);
    const directoriesAt = parentAt + (values[1] ?? 0);
    return {
      stem: values.subarray(2, parentAt),
      parent: values.subarray(parentAt, directoriesAt),
      directories: values.subarray(directoriesAt),
    };
  }

  /** For each word of any path that a term of the question meets, how well each term meets it. */
  #wordMatches(terms: readonly string[]): Map<number, Float64Array> {
    const matches = new Map<number, Float64Array>();
    for (const [word, id] of this.#words.entries()) {
      for (const [index, term] of terms.entries()) {
        const degree = matchDegree(term, word);
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
