/**
 * The lines of a file with what each costs of a chunk's budget.
 *
 * The budget stands for tokens of an embedding model, most of which see 512: characters, of which code has about three a
 * token. Indentation costs little, because tokenizers fold it; a character outside ASCII costs three, because Chinese
 * has a token for nearly each. A short line costs as much as 20 characters, so that a chunk stays short enough to read.
 *
 * Every character of a folder passes here twice, when it is cut by keywords and by its syntax: so lines are offsets in the
 * text, and a line becomes a string only where somebody looks at it.
 */

import { isAscii } from "../../../domain/ascii";
import type { LineRange } from "../../../domain/lines";

const MIN_LINE_COST = 20;
const BLANK_LINE_COST = 5;
const INDENTATION_PER_CHARACTER = 3;
const OTHER_CHARACTER_COST = 3;

export interface SourceLines {
  /** As many as `splitLines` finds. */
  readonly count: number;
  /** What lines `startLine` to `endLine` cost together, both included. */
  cost(startLine: number, endLine: number): number;
  isBlank(line: number): boolean;
  /** Characters before the first that is no white space; negative for a blank line. */
  indentation(line: number): number;
  /** The lines without the last one's line end. */
  text(range: LineRange): string;
}

/** @param text normalised to `\n`. */
export function measureLines(text: string): SourceLines {
  const hasOthers = !isAscii(text);
  const starts = [0];
  const sums = [0];
  const indentations: number[] = [];
  let sum = 0;
  for (let start = 0; start < text.length; ) {
    const lineEnd = text.indexOf("\n", start);
    const end = lineEnd < 0 ? text.length : lineEnd;
    const indentation = measureIndentation(text, start, end);
    sum += lineCost(end - start, indentation, hasOthers ? countNonAscii(text, start, end) : 0);
    start = end + 1;
    starts.push(start);
    sums.push(sum);
    indentations.push(indentation);
  }
  const at = (line: number) => indentations[line - 1] ?? -1;
  return {
    count: indentations.length,
    cost: (startLine, endLine) => (sums[endLine] ?? 0) - (sums[startLine - 1] ?? 0),
    isBlank: (line) => at(line) < 0,
    indentation: at,
    text: ({ startLine, endLine }) => text.slice(starts[startLine - 1], (starts[endLine] ?? 0) - 1),
  };
}

/** @returns -1 for a blank line. */
function measureIndentation(text: string, start: number, end: number): number {
  for (let at = start; at < end; at += 1) {
    if (!isWhiteSpace(text.charCodeAt(at))) {
      return at - start;
    }
  }
  return -1;
}

const BLANK = 0x20;
const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;

/** What `\s` matches, which is asked only about what is rare. */
function isWhiteSpace(code: number): boolean {
  return (
    code === BLANK || (code >= TAB && code <= CARRIAGE_RETURN) || (code > 127 && /\s/.test(String.fromCharCode(code)))
  );
}

function lineCost(length: number, indentation: number, others: number): number {
  if (indentation < 0) {
    return BLANK_LINE_COST + length / INDENTATION_PER_CHARACTER;
  }
  const cost = length - indentation + others * (OTHER_CHARACTER_COST - 1) + indentation / INDENTATION_PER_CHARACTER;
  return Math.max(MIN_LINE_COST, cost);
}

function countNonAscii(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at += 1) {
    count += text.charCodeAt(at) > 127 ? 1 : 0;
  }
  return count;
}
