/** Cuts one file into chunks, by the way that suits its language, and lists what it defines. */

import type { Chunk } from "../../../domain/chunk";
import { splitLines } from "../../../domain/lines";
import type { Definition } from "../../definitions";
import { cutOutline } from "./cutOutline";
import { definitionsOf } from "./definitionsOf";
import type { OutlineNode } from "./outline";
import { hasKeywords, outlineByKeywords } from "./outlineByKeywords";
import { isDocument, outlineDocument } from "./outlineDocument";
import { measureLines } from "./sourceLines";

export interface ChunkedFile {
  readonly lines: number;
  /** In order; they partition the lines. Empty for an empty file. */
  readonly chunks: readonly Chunk[];
  readonly definitions: readonly Definition[];
}

/**
 * @param text normalised to `\n`.
 * @param outline what a parser made of the text; undefined where there is no parser for the language, or it gave up.
 */
export function chunkFile(
  path: string,
  text: string,
  language: string,
  outline: readonly OutlineNode[] | undefined,
): ChunkedFile {
  const source = measureLines(text);
  const found = outline ?? outlineByText(text, language);
  const chunks = cutOutline(source, found, plainKind(language, found)).map((piece) => ({
    path,
    language,
    kind: piece.kind,
    symbol: piece.symbol,
    enclosing: piece.enclosing,
    startLine: piece.startLine,
    endLine: piece.endLine,
    text: source.text(piece),
  }));
  return { lines: source.count, chunks, definitions: definitionsOf(found, (line) => chunkAt(chunks, line)) };
}

/** @returns the position of the chunk that holds the line; the nearest one where none does. */
function chunkAt(chunks: readonly Chunk[], line: number): number {
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (line > (chunks[middle]?.endLine ?? 0)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function outlineByText(text: string, language: string): readonly OutlineNode[] {
  if (isDocument(language)) {
    return outlineDocument(splitLines(text), language);
  }
  return hasKeywords(language) ? outlineByKeywords(splitLines(text), language) : [];
}

function plainKind(language: string, outline: readonly OutlineNode[]) {
  if (isDocument(language)) {
    return "section";
  }
  return outline.length > 0 ? "block" : "lines";
}
