/**
 * Files by the words of their paths.
 *
 * People name files after what they hold, so a question's words in a file's name weigh more than the same words in its
 * text. A word counts also as the beginning or a part of another (`auth` in `authentication.ts`).
 */

import { pathWords, wordTerms } from "../query/terms";
import { BM25, WORD_MATCH } from "../ranking/weights";
import { FieldIndex } from "./fieldIndex";

/** Directories that count, the innermost ones. */
const DIRECTORIES = 3;

/** Shorter words begin, or lie within, too many others. */
const MIN_PREFIX = 3;
const MIN_SUBSTRING = 4;

interface PathTerms {
  readonly stem: readonly string[];
  readonly parent: readonly string[];
  /** The last three directories, `parent` included. */
  readonly directories: readonly string[];
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
  readonly #field = new FieldIndex();
  readonly #terms: (PathTerms | undefined)[] = [];

  /** @param slot larger than every slot before it. */
  add(slot: number, path: string): void {
    const terms = pathTerms(path);
    this.#terms[slot] = terms;
    this.#field.add(slot, [...terms.stem, ...terms.stem, ...terms.directories]);
  }

  remove(slot: number): void {
    this.#terms[slot] = undefined;
    this.#field.remove(slot);
  }

  documentFrequency(term: string): number {
    return this.#field.documentFrequency(term);
  }

  /** @param rarities the weight of each of `terms`. */
  match(terms: readonly string[], rarities: readonly number[]): PathMatch {
    const wordMatches = this.#wordMatches(terms);
    const total = rarities.reduce((sum, rarity) => sum + rarity, 0);
    const scores = this.#field.score(terms, BM25.path);
    const share = (words: readonly string[], best: Float64Array, factor: number) => {
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
        const { stem, parent, directories } = this.#terms[slot] ?? NO_TERMS;
        const inPath = new Float64Array(terms.length);
        share(stem, inPath, 1);
        share(parent, inPath, WORD_MATCH.parentDirectory);
        const inDirectories = new Float64Array(terms.length);
        share(directories, inDirectories, 1);
        return {
          pathCoverage: total > 0 ? weigh(inPath) / total : 0,
          directoryCoverage: total > 0 ? weigh(inDirectories) / total : 0,
          stemCoverage: coveredShare(stem, wordMatches),
          stemExact: exactness(stem, terms),
        };
      },
    };
  }

  /** For each word of any path that a term of the question meets, how well each term meets it. */
  #wordMatches(terms: readonly string[]): Map<string, Float64Array> {
    const matches = new Map<string, Float64Array>();
    for (const word of this.#field.terms()) {
      for (const [index, term] of terms.entries()) {
        const degree = matchDegree(term, word);
        if (degree > 0) {
          const degrees = matches.get(word) ?? new Float64Array(terms.length);
          degrees[index] = degree;
          matches.set(word, degrees);
        }
      }
    }
    return matches;
  }

  #coverage(slots: number, matches: Map<string, Float64Array>, rarities: readonly number[]): Float64Array {
    const coverage = new Float64Array(slots);
    for (const [word, degrees] of matches) {
      const weight = degrees.reduce((best, degree, term) => Math.max(best, degree * (rarities[term] ?? 0)), 0);
      for (const slot of this.#field.slotsOf(word)) {
        coverage[slot] = (coverage[slot] ?? 0) + weight;
      }
    }
    return coverage;
  }
}

const NO_TERMS: PathTerms = { stem: [], parent: [], directories: [] };

/** Files that hold what their directory is called after. */
const NAMED_BY_DIRECTORY: ReadonlySet<string> = new Set(["index", "mod", "init", "__init__"]);

function pathTerms(path: string): PathTerms {
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

/** The share of the characters of `stem` that the question covers. */
function coveredShare(stem: readonly string[], matches: Map<string, Float64Array>): number {
  let covered = 0;
  let all = 0;
  for (const word of stem) {
    covered += word.length * Math.max(0, ...(matches.get(word) ?? []));
    all += word.length;
  }
  return all > 0 ? covered / all : 0;
}

/** 1 if the file is called what the question says, 0.5 if it is called what one word of it says. */
function exactness(stem: readonly string[], terms: readonly string[]): number {
  const name = stem.join("");
  if (name === "") {
    return 0;
  }
  if (terms.join("") === name) {
    return 1;
  }
  return terms.includes(name) ? 0.5 : 0;
}
