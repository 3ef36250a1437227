/**
 * Numbers by a text, of which a digest of 43 bits is kept instead of the text itself: a folder of 50,000 files defines about
 * a million names, and two of a million different texts share a digest once in seventeen such folders.
 */

import { IntGroups, type KeptIntGroups } from "./intGroups";

/** Bits of a digest beside the lower 32, which are kept with each number. */
const GROUP_BITS = 11;

export class DigestGroups {
  /** By the upper bits of a digest, its lower bits and the number by turns. */
  readonly #entries: IntGroups;

  /** @param kept what `toKept` gave. */
  constructor(kept?: KeptIntGroups) {
    this.#entries = new IntGroups(kept);
  }

  toKept(): KeptIntGroups {
    return this.#entries.toKept();
  }

  /** @param value a whole number of 32 bits. */
  add(digest: number, value: number): void {
    const group = groupOf(digest);
    this.#entries.add(group, digest | 0);
    this.#entries.add(group, value);
  }

  /** @returns the numbers of the text in the order in which they were added. */
  of(digest: number): number[] {
    const check = digest | 0;
    const entries = this.#entries.of(groupOf(digest));
    const values: number[] = [];
    for (let at = 0; at < entries.length; at += 2) {
      if (entries[at] === check) {
        values.push(entries[at + 1] ?? 0);
      }
    }
    return values;
  }

  settle(): void {
    this.#entries.settle();
  }
}

function groupOf(digest: number): number {
  return Math.floor(digest / 2 ** 32);
}

/** @returns a whole number of 43 bits: two rounds of multiplying and shifting, as Murmur's. */
export function digestOf(text: string): number {
  let first = 0xdeadbeef | 0;
  let second = 0x41c6ce57 | 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    first = Math.imul(first ^ code, 0x9e3779b1);
    second = Math.imul(second ^ code, 0x5f356495);
  }
  first = Math.imul(first ^ (first >>> 16), 0x85ebca6b) ^ Math.imul(second ^ (second >>> 13), 0xc2b2ae35);
  second = Math.imul(second ^ (second >>> 16), 0x85ebca6b) ^ Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (first >>> (32 - GROUP_BITS)) * 2 ** 32 + (second >>> 0);
}
