/**
 * Finds cited lines in the file as it is now.
 *
 * A citation is a promise that this text stands there. Files change, so the promise is checked against the current
 * text: the exact lines, wherever they stand now. Nothing but the position is forgiven; a line that differs in one
 * character is changed text, which is never shown as current.
 */

import type { CitationState } from "../../domain/answer";
import type { LineRange } from "../../domain/lines";

export interface CitedText extends LineRange {
  /** The lines as they were cited, joined by `\n`, without a final line end. */
  readonly text: string;
}

export interface LocatedText extends LineRange {
  readonly state: CitationState;
}

/**
 * Takes time linear in both texts.
 *
 * @param currentText undefined where the file no longer exists. Any line ends: an editor may hold other ones.
 * @returns `current` or `moved` with the lines where the text stands now, of several places the nearest; `changed` or
 *   `gone` with the lines as cited.
 */
export function locateText(currentText: string | undefined, cited: CitedText): LocatedText {
  const { startLine, endLine } = cited;
  if (currentText === undefined) {
    return { state: "gone", startLine, endLine };
  }
  const wanted = cited.text.split("\n");
  const starts = findRuns(normalLines(currentText), wanted);
  const nearest = nearestTo(startLine, starts);
  if (nearest === undefined) {
    return { state: "changed", startLine, endLine };
  }
  const state = nearest === startLine ? "current" : "moved";
  return { state, startLine: nearest, endLine: nearest + wanted.length - 1 };
}

/** Lines of a text with any line ends, without a byte order mark. A final line end starts no further line. */
export function normalLines(text: string): string[] {
  const normal = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  return (normal.endsWith("\n") ? normal.slice(0, -1) : normal).split("\n");
}

function nearestTo(line: number, starts: readonly number[]): number | undefined {
  let nearest: number | undefined;
  for (const start of starts) {
    if (nearest === undefined || Math.abs(start - line) < Math.abs(nearest - line)) {
      nearest = start;
    }
  }
  return nearest;
}

/**
 * Every place where `wanted` stands in `lines` (Knuth, Morris & Pratt, "Fast Pattern Matching in Strings", 1977).
 *
 * @returns line numbers from 1, ascending.
 */
function findRuns(lines: readonly string[], wanted: readonly string[]): number[] {
  const fallback = borderLengths(wanted);
  const starts: number[] = [];
  let matched = 0;
  lines.forEach((line, index) => {
    while (matched > 0 && wanted[matched] !== line) {
      matched = fallback[matched - 1] ?? 0;
    }
    if (wanted[matched] === line) {
      matched += 1;
    }
    if (matched === wanted.length) {
      starts.push(index - wanted.length + 2);
    }
  });
  return starts;
}

/** For every prefix of `wanted`: how much of its beginning is also its end. */
function borderLengths(wanted: readonly string[]): number[] {
  const lengths = [0];
  let length = 0;
  for (let index = 1; index < wanted.length; index += 1) {
    while (length > 0 && wanted[length] !== wanted[index]) {
      length = lengths[length - 1] ?? 0;
    }
    if (wanted[length] === wanted[index]) {
      length += 1;
    }
    lengths.push(length);
  }
  return lengths;
}
