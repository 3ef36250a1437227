/**
 * BM25 over one short field of every file (its path, the names it defines), in memory.
 *
 * Files are numbered by slots, and terms are numbers too: of a vocabulary, or digests. A removed file keeps its slot and
 * its postings until the table is built anew; it is told apart by its length of 0, so scores depend on what the index
 * holds and never on how it came to hold it.
 */

import { IntList } from "./intList";

/** Numbers by term. */
interface Postings {
  add(term: number, posting: number): void;
  of(term: number): Iterable<number>;
  settle(): void;
}

export interface Bm25Parameters {
  readonly k1: number;
  readonly b: number;
}

/** A posting is `slot << FREQUENCY_BITS | frequency`; more occurrences than fit say nothing more. */
const FREQUENCY_BITS = 4;
const MAX_FREQUENCY = (1 << FREQUENCY_BITS) - 1;

export class FieldIndex {
  /** By term, with growing slots. */
  readonly #postings: Postings;
  /** Number of terms by slot; 0 for a slot without a file. */
  readonly #lengths = new IntList();
  #files = 0;
  #totalLength = 0;

  /** @param postings empty; for the terms that it is to be asked for. */
  constructor(postings: Postings) {
    this.#postings = postings;
  }

  /**
   * @param slot larger than every slot before it.
   * @param terms numbers of terms, with repetitions.
   */
  add(slot: number, terms: readonly number[]): void {
    while (this.#lengths.length < slot) {
      this.#lengths.push(0);
    }
    this.#lengths.push(terms.length);
    this.#totalLength += terms.length;
    this.#files += terms.length > 0 ? 1 : 0;
    for (const [term, frequency] of frequencies(terms)) {
      this.#postings.add(term, (slot << FREQUENCY_BITS) | Math.min(frequency, MAX_FREQUENCY));
    }
  }

  remove(slot: number): void {
    const length = this.#lengths.values[slot] ?? 0;
    this.#lengths.values[slot] = 0;
    this.#totalLength -= length;
    this.#files -= length > 0 ? 1 : 0;
  }

  settle(): void {
    this.#postings.settle();
  }

  /** The files that hold `term`. */
  slotsOf(term: number): number[] {
    const slots: number[] = [];
    for (const posting of this.#postings.of(term)) {
      const slot = posting >> FREQUENCY_BITS;
      if (this.#lengths.values[slot] !== 0) {
        slots.push(slot);
      }
    }
    return slots;
  }

  /** @returns the number of files that hold `term`. */
  documentFrequency(term: number): number {
    return this.#countFiles(this.#postings.of(term));
  }

  #countFiles(postings: Iterable<number>): number {
    let files = 0;
    for (const posting of postings) {
      files += this.#lengths.values[posting >> FREQUENCY_BITS] === 0 ? 0 : 1;
    }
    return files;
  }

  /** @returns BM25 by slot, 0 for a file without any of the terms. */
  score(terms: readonly number[], { k1, b }: Bm25Parameters): Float64Array {
    const scores = new Float64Array(this.#lengths.length);
    const averageLength = this.#totalLength / Math.max(1, this.#files);
    for (const term of terms) {
      const postings = this.#postings.of(term);
      const idf = inverseFrequency(this.#countFiles(postings), this.#files);
      for (const posting of postings) {
        const slot = posting >> FREQUENCY_BITS;
        const length = this.#lengths.values[slot] ?? 0;
        if (length > 0) {
          const frequency = posting & MAX_FREQUENCY;
          const saturation = frequency + k1 * (1 - b + (b * length) / averageLength);
          scores[slot] = (scores[slot] ?? 0) + (idf * frequency * (k1 + 1)) / saturation;
        }
      }
    }
    return scores;
  }
}

/** The weight of a term by its rarity, as in BM25: above 0, largest for a term that no file holds. */
export function inverseFrequency(filesWithTerm: number, files: number): number {
  return Math.log(1 + (files - filesWithTerm + 0.5) / (filesWithTerm + 0.5));
}

function frequencies(terms: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const term of terms) {
    counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return counts;
}
