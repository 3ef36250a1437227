/**
 * BM25 over one short field of every file (its path, the names it defines), in memory: over all terms of the field, and over
 * those of its top part alone.
 *
 * Files are numbered by slots, and terms are numbers too: of a vocabulary, or digests. A removed file keeps its slot and
 * its postings until the table is built anew; it is told apart by its length of 0, so scores depend on what the index
 * holds and never on how it came to hold it.
 */

import type { KeptIntGroups } from "./intGroups";
import { IntList } from "./intList";

/** Numbers by term. */
interface Postings {
  toKept(): KeptIntGroups;
  add(term: number, posting: number): void;
  of(term: number): Iterable<number>;
  settle(): void;
}

export interface Bm25Parameters {
  readonly k1: number;
  readonly b: number;
}

/**
 * A posting is a slot, then how often its file holds the term in the top part, then how often in all; more occurrences than
 * fit say nothing more. There is room for eight million slots.
 */
const FREQUENCY_BITS = 4;
const MAX_FREQUENCY = (1 << FREQUENCY_BITS) - 1;
const SLOT_SHIFT = 2 * FREQUENCY_BITS;

export interface KeptFieldIndex {
  readonly postings: KeptIntGroups;
  /** Numbers of terms, by slot. */
  readonly all: Int32Array;
  readonly top: Int32Array;
  readonly slots: number;
}

export class FieldIndex {
  /** By term, with growing slots. */
  readonly #postings: Postings;
  readonly #all: Part;
  readonly #top: Part;
  #slots: number;

  /**
   * @param open makes postings for the terms that it is to be asked for: of those that were kept, or none.
   * @param kept what `toKept` gave.
   */
  constructor(open: (kept: KeptIntGroups | undefined) => Postings, kept?: KeptFieldIndex) {
    this.#postings = open(kept?.postings);
    this.#all = new Part(0, kept?.all);
    this.#top = new Part(FREQUENCY_BITS, kept?.top);
    this.#slots = kept?.slots ?? 0;
  }

  toKept(): KeptFieldIndex {
    const { lengths: all } = this.#all;
    const { lengths: top } = this.#top;
    return { postings: this.#postings.toKept(), all, top, slots: this.#slots };
  }

  /**
   * @param slot larger than every slot before it.
   * @param terms numbers of terms, with repetitions.
   * @param top those of them that are of the top part, with repetitions.
   */
  add(slot: number, terms: readonly number[], top: readonly number[] = []): void {
    this.#slots = slot + 1;
    this.#all.add(slot, terms.length);
    this.#top.add(slot, top.length);
    const inTop = frequencies(top);
    for (const [term, frequency] of frequencies(terms)) {
      const both = (capped(inTop.get(term) ?? 0) << FREQUENCY_BITS) | capped(frequency);
      this.#postings.add(term, (slot << SLOT_SHIFT) | both);
    }
  }

  remove(slot: number): void {
    this.#all.remove(slot);
    this.#top.remove(slot);
  }

  settle(): void {
    this.#postings.settle();
  }

  /** The files that hold `term`. */
  slotsOf(term: number): number[] {
    return Array.from(this.#postings.of(term), slotOf).filter((slot) => this.#all.lengthOf(slot) !== 0);
  }

  /** @returns the number of files that hold `term`. */
  documentFrequency(term: number): number {
    return this.#all.countFiles(this.#postings.of(term));
  }

  /** @returns BM25 by slot, 0 for a file without any of the terms. */
  score(terms: readonly number[], parameters: Bm25Parameters): Float64Array {
    return this.#scoreIn(this.#all, terms, parameters);
  }

  /** The same within the top part, as if there were nothing else. */
  scoreTop(terms: readonly number[], parameters: Bm25Parameters): Float64Array {
    return this.#scoreIn(this.#top, terms, parameters);
  }

  #scoreIn(part: Part, terms: readonly number[], parameters: Bm25Parameters): Float64Array {
    const scores = new Float64Array(this.#slots);
    for (const term of terms) {
      part.score(this.#postings.of(term), parameters, scores);
    }
    return scores;
  }
}

/** The whole field, or the top part of it. */
class Part {
  /** Of the frequency within a posting, in bits. */
  readonly #shift: number;
  /** Number of terms by slot; 0 for a slot without a file. */
  readonly #lengths: IntList;
  #files = 0;
  #totalLength = 0;

  constructor(shift: number, lengths: Int32Array = new Int32Array(0)) {
    this.#shift = shift;
    this.#lengths = new IntList(lengths);
    for (const length of lengths) {
      this.#totalLength += length;
      this.#files += length > 0 ? 1 : 0;
    }
  }

  get lengths(): Int32Array {
    return this.#lengths.toKept();
  }

  add(slot: number, length: number): void {
    if (length === 0) {
      return;
    }
    while (this.#lengths.length < slot) {
      this.#lengths.push(0);
    }
    this.#lengths.push(length);
    this.#totalLength += length;
    this.#files += 1;
  }

  remove(slot: number): void {
    const length = this.lengthOf(slot);
    if (length > 0) {
      this.#lengths.values[slot] = 0;
      this.#totalLength -= length;
      this.#files -= 1;
    }
  }

  lengthOf(slot: number): number {
    return slot < this.#lengths.length ? (this.#lengths.values[slot] ?? 0) : 0;
  }

  countFiles(postings: Iterable<number>): number {
    let files = 0;
    for (const posting of postings) {
      files += this.#frequencyIn(posting) > 0 && this.lengthOf(slotOf(posting)) > 0 ? 1 : 0;
    }
    return files;
  }

  /** Adds to `scores`, by slot, what one term says. */
  score(postings: Iterable<number>, { k1, b }: Bm25Parameters, scores: Float64Array): void {
    const averageLength = this.#totalLength / Math.max(1, this.#files);
    const idf = inverseFrequency(this.countFiles(postings), this.#files);
    for (const posting of postings) {
      const slot = slotOf(posting);
      const frequency = this.#frequencyIn(posting);
      const length = this.lengthOf(slot);
      if (frequency > 0 && length > 0) {
        const saturation = frequency + k1 * (1 - b + (b * length) / averageLength);
        scores[slot] = (scores[slot] ?? 0) + (idf * frequency * (k1 + 1)) / saturation;
      }
    }
  }

  #frequencyIn(posting: number): number {
    return (posting >> this.#shift) & MAX_FREQUENCY;
  }
}

const slotOf = (posting: number): number => posting >> SLOT_SHIFT;

const capped = (frequency: number): number => Math.min(frequency, MAX_FREQUENCY);

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
