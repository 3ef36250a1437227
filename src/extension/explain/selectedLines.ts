/** Which whole lines a selection in an editor means, counted from 1 as everywhere outside of the editor. */

import type { LineRange } from "../../domain/lines";

/** A position as the editor counts: both from 0. */
export interface EditorPosition {
  readonly line: number;
  readonly character: number;
}

/** A selection that ends before the first character of a line does not mean that line. */
export function selectedLines(start: EditorPosition, end: EditorPosition): LineRange {
  const endsBeforeLine = end.character === 0 && end.line > start.line;
  return { startLine: start.line + 1, endLine: endsBeforeLine ? end.line : end.line + 1 };
}

/** The longest piece of a line that a question names. */
const LONGEST_PIECE = 80;

/** @returns the selected part of a single line, where it is not the whole line and short enough to be named. */
export function selectedPiece(selected: string, line: string): string | undefined {
  const piece = selected.trim();
  const isPart = piece !== "" && piece !== line.trim() && !piece.includes("\n");
  return isPart && piece.length <= LONGEST_PIECE ? piece : undefined;
}
