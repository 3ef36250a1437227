/**
 * What is known of every file whatever is asked: how deep it lies and how much of the code is written in its language. Of
 * two files that say the same words, the one near the top in the main language answers more often.
 */

import type { FileTraits } from "../ranking/weights";
import { IntList } from "./intList";
import { Vocabulary } from "./vocabulary";

/** Directories of a path beyond which more say nothing more. */
const MANY_DIRECTORIES = 8;

export interface KeptTraitIndex {
  readonly languages: readonly string[];
  /** By slot, the place of its language. */
  readonly languageOf: Int32Array;
  /** Chunks of code, by language. */
  readonly chunksOf: readonly number[];
}

export class TraitIndex {
  readonly #languages: Vocabulary;
  /** By slot. */
  readonly #languageOf: IntList;
  /** Chunks of code, by language. */
  readonly #chunksOf: number[];
  #allChunks: number;

  /** @param kept what `toKept` gave. */
  constructor(kept?: KeptTraitIndex) {
    this.#languages = new Vocabulary(kept?.languages);
    this.#languageOf = new IntList(kept?.languageOf);
    this.#chunksOf = [...(kept?.chunksOf ?? [])];
    this.#allChunks = this.#chunksOf.reduce((sum, chunks) => sum + chunks, 0);
  }

  toKept(): KeptTraitIndex {
    return { languages: this.#languages.terms, languageOf: this.#languageOf.toKept(), chunksOf: this.#chunksOf };
  }

  /**
   * Adds the file of the next slot.
   *
   * @param chunks of code.
   */
  add(language: string, chunks: number): void {
    const number = this.#languages.add(language);
    this.#languageOf.push(number);
    this.#count(number, chunks);
  }

  /** @param chunks as when it was added. */
  remove(slot: number, chunks: number): void {
    this.#count(this.#languageOf.values[slot] ?? 0, -chunks);
  }

  of(slot: number, path: string): FileTraits {
    const chunks = this.#chunksOf[this.#languageOf.values[slot] ?? 0] ?? 0;
    return {
      depth: Math.min(1, (path.split("/").length - 1) / MANY_DIRECTORIES),
      language: chunks / Math.max(1, this.#allChunks),
    };
  }

  #count(language: number, chunks: number): void {
    this.#chunksOf[language] = (this.#chunksOf[language] ?? 0) + chunks;
    this.#allChunks += chunks;
  }
}
