/**
 * Numbers in groups, in four bytes each: what a `Map` of arrays would hold in ten times the memory.
 *
 * Numbers that were added since the last time are searched one by one until they are many; then all are sorted anew.
 */

import { IntList } from "./intList";

const MIN_SORTED_ANEW = 256;
const MAX_UNSORTED = 4_096;
const MAX_UNSORTED_SHARE = 1 / 16;

export interface KeptIntGroups {
  /** Where each group begins in `values`; one more than there are groups. */
  readonly starts: Int32Array;
  readonly values: Int32Array;
}

export class IntGroups {
  /** Where each group begins in `#values`; one more than there are groups. */
  #starts: Int32Array;
  #values: Int32Array;
  /** Group and number by turns. */
  readonly #unsorted = new IntList();

  /** @param kept what `toKept` gave. */
  constructor(kept?: KeptIntGroups) {
    this.#starts = kept?.starts ?? new Int32Array(1);
    this.#values = kept?.values ?? new Int32Array(0);
  }

  /** Not to be changed. */
  toKept(): KeptIntGroups {
    if (this.#unsorted.length > 0) {
      this.#sort();
    }
    return { starts: this.#starts, values: this.#values };
  }

  /**
   * @param group a whole number from 0; the groups are best numbered without gaps.
   * @param value a whole number of 32 bits.
   */
  add(group: number, value: number): void {
    this.#unsorted.push(group);
    this.#unsorted.push(value);
  }

  /** @returns the numbers of the group in the order in which they were added; valid until the next call. */
  of(group: number): Int32Array {
    this.settle();
    const sorted = this.#values.subarray(this.#starts[group] ?? 0, this.#starts[group + 1] ?? 0);
    const added = this.#unsortedOf(group);
    return added.length === 0 ? sorted : Int32Array.from([...sorted, ...added]);
  }

  /** Goes through all numbers, those of one group in the order in which they were added. */
  forEach(visit: (value: number, group: number) => void): void {
    for (let group = 0; group + 1 < this.#starts.length; group += 1) {
      const end = this.#starts[group + 1] ?? 0;
      for (let at = this.#starts[group] ?? 0; at < end; at += 1) {
        visit(this.#values[at] ?? 0, group);
      }
    }
    const { values, length } = this.#unsorted;
    for (let at = 0; at < length; at += 2) {
      visit(values[at + 1] ?? 0, values[at] ?? 0);
    }
  }

  /** Gives back the room that many additions took. */
  settle(): void {
    const many = Math.max(MIN_SORTED_ANEW, Math.min(MAX_UNSORTED, this.#values.length * MAX_UNSORTED_SHARE));
    if (this.#unsorted.length > 2 * many) {
      this.#sort();
    }
  }

  #unsortedOf(group: number): number[] {
    const { values, length } = this.#unsorted;
    const found: number[] = [];
    for (let at = 0; at < length; at += 2) {
      if (values[at] === group) {
        found.push(values[at + 1] ?? 0);
      }
    }
    return found;
  }

  #sort(): void {
    const { values: added, length } = this.#unsorted;
    const groups = Math.max(this.#starts.length - 1, largestGroup(added, length) + 1);
    const starts = new Int32Array(groups + 1);
    for (let group = 0; group < groups; group += 1) {
      starts[group + 1] =
        (this.#starts[group + 1] ?? this.#values.length) - (this.#starts[group] ?? this.#values.length);
    }
    for (let at = 0; at < length; at += 2) {
      const group = added[at] ?? 0;
      starts[group + 1] = (starts[group + 1] ?? 0) + 1;
    }
    for (let group = 0; group < groups; group += 1) {
      starts[group + 1] = (starts[group + 1] ?? 0) + (starts[group] ?? 0);
    }
    const values = new Int32Array(this.#values.length + length / 2);
    const next = starts.slice();
    for (let group = 0; group < this.#starts.length - 1; group += 1) {
      const own = this.#values.subarray(this.#starts[group], this.#starts[group + 1]);
      values.set(own, next[group]);
      next[group] = (next[group] ?? 0) + own.length;
    }
    for (let at = 0; at < length; at += 2) {
      const place = next[added[at] ?? 0] ?? 0;
      values[place] = added[at + 1] ?? 0;
      next[added[at] ?? 0] = place + 1;
    }
    this.#starts = starts;
    this.#values = values;
    this.#unsorted.clear();
  }
}

function largestGroup(added: Int32Array, length: number): number {
  let largest = -1;
  for (let at = 0; at < length; at += 2) {
    largest = Math.max(largest, added[at] ?? 0);
  }
  return largest;
}
