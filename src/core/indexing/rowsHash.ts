/**
 * One hash for all rows of a file, kept in the manifest: what the chunk table holds of the file can then be compared
 * with what was written, byte by byte. Rows count in whatever order they come, since a table does not keep any.
 */

import type { HashText, IndexableChunk } from "../ports";

export class RowsHash {
  readonly #hashText: HashText;
  #sum = 0n;
  #rows = 0;

  constructor(hashText: HashText) {
    this.#hashText = hashText;
  }

  /** @param ordinal position of the chunk in its file, from 0. */
  add(chunk: IndexableChunk, ordinal: number): void {
    const { path, startLine, endLine, language, kind, symbol, enclosing, text, textHash, terms } = chunk;
    const columns = [ordinal, path, startLine, endLine, language, kind, symbol ?? null, enclosing, textHash];
    this.#sum ^= BigInt(`0x${this.#hashText(`${JSON.stringify(columns)}\n${text}\n${terms}`)}`);
    this.#rows += 1;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Empty for no rows. */
  get value(): string {
    return this.#rows === 0 ? "" : this.#sum.toString(16);
  }
}

export function rowsHash(chunks: readonly IndexableChunk[], hashText: HashText): string {
  const hash = new RowsHash(hashText);
  chunks.forEach((chunk, ordinal) => {
    hash.add(chunk, ordinal);
  });
  return hash.value;
}
