/**
 * What is known of every file whatever is asked: how deep it lies and how much of the code is written in its language. Of
 * two files that say the same words, the one near the top in the main language answers more often.
 */

import type { FileTraits } from "../ranking/weights";
import { IntList } from "./intList";

/** Directories of a path beyond which more say nothing more. */
const MANY_DIRECTORIES = 8;

export class TraitIndex {
  /** Numbers of languages. */
  readonly #languages = new Map<string, number>();
  /** By slot. */
  readonly #languageOf = new IntList();
  /** Chunks of code, by language. */
  readonly #chunksOf: number[] = [];
  #allChunks = 0;

  /**
   * Adds the file of the next slot.
   *
   * @param chunks of code.
   */
  add(language: string, chunks: number): void {
    const known = this.#languages.get(language) ?? this.#languages.size;
    this.#languages.set(language, known);
    this.#languageOf.push(known);
    this.#count(known, chunks);
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
