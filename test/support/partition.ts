import { expect } from "vitest";
import type { Chunk } from "../../src/domain/chunk";
import { splitLines } from "../../src/domain/lines";

type Piece = Pick<Chunk, "startLine" | "endLine" | "text">;

/** Every line of the text is in exactly one chunk, in order, and in the chunk's text as it is in the file. */
export function expectPartition(text: string, chunks: readonly Piece[]): void {
  const lines = splitLines(text);
  let next = 1;
  for (const { startLine, endLine, text: chunkText } of chunks) {
    expect(startLine).toBe(next);
    expect(endLine).toBeGreaterThanOrEqual(startLine);
    expect(chunkText).toBe(lines.slice(startLine - 1, endLine).join("\n"));
    next = endLine + 1;
  }
  expect(next).toBe(lines.length + 1);
}
