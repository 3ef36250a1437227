/**
 * Which files the commits changed whose subjects speak of what is asked. People describe a change in words of their own,
 * which are often those of the question where the code has others.
 *
 * A file's document is the subjects of the commits that changed it, scored by BM25. Nothing is kept by file and term: the
 * commits are few enough to be gone through for each question, and take a tenth of the memory so.
 */

import type { Commit } from "../../ports";
import { searchTerms } from "../query/terms";
import { digestOf } from "./digestGroups";
import { type Bm25Parameters, inverseFrequency } from "./fieldIndex";
import { IntGroups } from "./intGroups";

export class CommitIndex {
  /** By number, of all files that a commit changed. */
  readonly #paths: readonly string[];
  /** By commit, lower halves of the digests of its terms, each once. */
  readonly #terms = new IntGroups();
  /** By commit, the numbers of its files. */
  readonly #files = new IntGroups();
  readonly #commits: number;
  /** By number of a file. */
  readonly #lengths: Float32Array;
  readonly #averageLength: number;

  /** @param kept an equal string that is kept in memory anyway, if there is one. */
  constructor(commits: readonly Commit[], kept: (path: string) => string | undefined = () => undefined) {
    const numbers = new Map<string, number>();
    const numberOf = (path: string) => {
      const number = numbers.get(path) ?? numbers.size;
      numbers.set(path, number);
      return number;
    };
    const terms = commits.map(({ subject }) => [...new Set(searchTerms(subject))].map(keyOf));
    const files = commits.map(({ paths }) => paths.map(numberOf));
    this.#paths = Array.from(numbers.keys(), (path) => kept(path) ?? path);
    this.#commits = commits.length;
    fill(this.#terms, terms);
    fill(this.#files, files);
    this.#lengths = new Float32Array(numbers.size);
    for (const [commit, own] of files.entries()) {
      for (const file of own) {
        this.#lengths[file] = (this.#lengths[file] ?? 0) + (terms[commit]?.length ?? 0) * weightOf(own);
      }
    }
    this.#averageLength = this.#lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, numbers.size);
  }

  /** @returns BM25 by path, of the files of all commits that hold one of the terms. */
  score(terms: readonly string[], { k1, b }: Bm25Parameters): Map<string, number> {
    const asked = new Map([...new Set(terms.map(keyOf))].map((key, at) => [key, at]));
    const commits = new Int32Array(asked.size);
    /** By file and term. */
    const frequencies = new Map<number, number>();
    this.#terms.forEach((key, commit) => {
      const at = asked.get(key);
      if (at !== undefined) {
        const files = this.#files.of(commit);
        commits[at] = (commits[at] ?? 0) + 1;
        for (const file of files) {
          const place = file * asked.size + at;
          frequencies.set(place, (frequencies.get(place) ?? 0) + weightOf(files));
        }
      }
    });
    const scores = new Map<string, number>();
    for (const [place, frequency] of frequencies) {
      const file = Math.floor(place / asked.size);
      const path = this.#paths[file] ?? "";
      const idf = inverseFrequency(commits[place % asked.size] ?? 0, this.#commits);
      const saturation = frequency + k1 * (1 - b + (b * (this.#lengths[file] ?? 0)) / this.#averageLength);
      scores.set(path, (scores.get(path) ?? 0) + (idf * frequency * (k1 + 1)) / saturation);
    }
    return scores;
  }
}

/** Two of 10,000 different terms share a key in one repository of a hundred. */
const keyOf = (term: string): number => digestOf(term) | 0;

/** A commit says less of each file, the more it changed. */
const weightOf = ({ length }: ArrayLike<number>): number => 1 / Math.sqrt(length);

function fill(groups: IntGroups, lists: readonly (readonly number[])[]): void {
  for (const [group, list] of lists.entries()) {
    for (const value of list) {
      groups.add(group, value);
    }
  }
  groups.settle();
}
