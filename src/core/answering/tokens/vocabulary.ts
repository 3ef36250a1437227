/**
 * Counts tokens with a model's own vocabulary.
 *
 * Tokenizers merge by rules that differ from family to family. Taking the longest token that the text goes on with comes
 * to the same number within a per cent or two, over prose and code and whatever the rules are, and needs no more than the
 * set of tokens. (ADR 7)
 *
 * The set is a table of 64-bit hashes: some four megabytes instead of a quarter of a million strings, and it lies on disk
 * as it is. Longer tokens than `LONGEST` are left out: they are runs of blanks and signs.
 */

const LONGEST = 64;

/** Of slots; more makes looking up slow. */
const MOST_FILLED = 0.8;

/** By its first two bytes, how long a token may be. */
const BEGINNINGS = 0x1_00_00;

/** 32-bit words of a slot: two hashes. The second of a filled slot is never 0. */
const SLOT_WORDS = 2;

const encoder = new TextEncoder();

const FIRST_SEED = 0x01_1c_9d_c5;
const SECOND_SEED = 0x17_47_b2_8c;

function firstHash(hash: number, byte: number): number {
  const product = Math.imul(hash ^ byte, 0x01_00_01_93);
  return product ^ (product >>> 13);
}

function secondHash(hash: number, byte: number): number {
  const product = Math.imul(hash ^ byte, 0x5b_d1_e9_95);
  return product ^ (product >>> 15);
}

export class Vocabulary {
  readonly #slots: Uint32Array;
  readonly #longest: Uint8Array;

  private constructor(slots: Uint32Array, longest: Uint8Array) {
    this.#slots = slots;
    this.#longest = longest;
  }

  /** An empty one with room for so many tokens. */
  static withRoomFor(tokens: number): Vocabulary {
    const slots = 2 ** Math.ceil(Math.log2(tokens / MOST_FILLED + 1));
    return new Vocabulary(new Uint32Array(SLOT_WORDS * slots), new Uint8Array(BEGINNINGS));
  }

  /** @param token what it stands for, in UTF-8. */
  add(token: Uint8Array): void {
    if (token.length < 2 || token.length > LONGEST) {
      return;
    }
    const first = token.reduce(firstHash, FIRST_SEED);
    const second = token.reduce(secondHash, SECOND_SEED);
    const slot = this.#slot(first, second);
    this.#slots[slot] = first;
    this.#slots[slot + 1] = second | 1;
    const start = beginning(token, 0);
    this.#longest[start] = Math.max(this.#longest[start] ?? 0, token.length);
  }

  /** @returns undefined for anything but what `toBytes` gave, as far as can be seen. */
  static fromBytes(bytes: Uint8Array): Vocabulary | undefined {
    const words = (bytes.length - BEGINNINGS) / Uint32Array.BYTES_PER_ELEMENT;
    if (words < SLOT_WORDS || !Number.isInteger(Math.log2(words))) {
      return undefined;
    }
    const copy = bytes.slice(); // begins where words may begin
    return new Vocabulary(new Uint32Array(copy.buffer, 0, words), copy.subarray(copy.length - BEGINNINGS));
  }

  /** For this machine; another one may order bytes differently. */
  toBytes(): Uint8Array {
    const { buffer, byteOffset, byteLength } = this.#slots;
    const bytes = new Uint8Array(byteLength + BEGINNINGS);
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
    bytes.set(this.#longest, byteLength);
    return bytes;
  }

  /** @returns tokens; a byte that begins none counts as one. */
  count(text: string): number {
    const bytes = encoder.encode(text);
    let tokens = 0;
    for (let start = 0; start < bytes.length; start += this.#longestFrom(bytes, start)) {
      tokens += 1;
    }
    return tokens;
  }

  #longestFrom(bytes: Uint8Array, start: number): number {
    const end = Math.min(bytes.length, start + (this.#longest[beginning(bytes, start)] ?? 0));
    let longest = 1;
    let first = FIRST_SEED;
    let second = SECOND_SEED;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      first = firstHash(first, byte);
      second = secondHash(second, byte);
      if (at > start && this.#slots[this.#slot(first, second) + 1] !== 0) {
        longest = at - start + 1;
      }
    }
    return longest;
  }

  /** Where a token with these hashes lies, or would lie. */
  #slot(first: number, second: number): number {
    const slots = this.#slots;
    const wantedFirst = first >>> 0;
    const wantedSecond = (second | 1) >>> 0;
    const last = slots.length - 1;
    let slot = (wantedFirst * SLOT_WORDS) & last;
    while (slots[slot + 1] !== 0 && (slots[slot] !== wantedFirst || slots[slot + 1] !== wantedSecond)) {
      slot = (slot + SLOT_WORDS) & last;
    }
    return slot;
  }
}

const beginning = (bytes: Uint8Array, start: number): number => (bytes[start] ?? 0) * 256 + (bytes[start + 1] ?? 0);
