/** A growing list of whole numbers of 32 bits, in half of what an array takes for them. */

const MIN_ROOM = 64;

export class IntList {
  /** The first `length` of them count. */
  values: Int32Array;
  length: number;

  /** @param kept what `toKept` gave; it is the list's from now on. */
  constructor(kept: Int32Array = new Int32Array(0)) {
    this.values = kept;
    this.length = kept.length;
  }

  /** A copy, without the room for more, which would be kept as well. */
  toKept(): Int32Array {
    return this.values.slice(0, this.length);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(Math.max(MIN_ROOM, Math.ceil(1.5 * this.length)));
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  clear(): void {
    this.values = new Int32Array(0);
    this.length = 0;
  }
}
