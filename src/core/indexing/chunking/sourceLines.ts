/**
 * The lines of a file with what each costs of a chunk's budget.
 *
 * The budget stands for tokens of an embedding model, most of which see 512: characters, of which code has about three a
 * token. Indentation costs little, because tokenizers fold it; a character outside ASCII costs three, because Chinese
 * has a token for nearly each. A short line costs as much as 20 characters, so that a chunk stays short enough to read.
 */

import type { LineRange } from "../../../domain/lines";

const MIN_LINE_COST = 20;
const BLANK_LINE_COST = 5;
const INDENTATION_PER_CHARACTER = 3;
const OTHER_CHARACTER_COST = 3;

export interface SourceLines {
  readonly lines: readonly string[];
  /** What lines `startLine` to `endLine` cost together, both included. */
  cost(startLine: number, endLine: number): number;
  isBlank(line: number): boolean;
  /** Characters before the first that is no white space. */
  indentation(line: number): number;
  text(range: LineRange): string;
}

/** @param isAscii true where the lines are known to hold nothing else, which is then not looked for. */
export function measureLines(lines: readonly string[], isAscii = false): SourceLines {
  const sums = new Float64Array(lines.length + 1);
  const indentations = new Int32Array(lines.length);
  lines.forEach((line, index) => {
    const indentation = line.search(/\S/);
    indentations[index] = indentation;
    sums[index + 1] = (sums[index] ?? 0) + lineCost(line, indentation, isAscii);
  });
  const at = (line: number) => indentations[line - 1] ?? -1;
  return {
    lines,
    cost: (startLine, endLine) => (sums[endLine] ?? 0) - (sums[startLine - 1] ?? 0),
    isBlank: (line) => at(line) < 0,
    indentation: at,
    text: ({ startLine, endLine }) => lines.slice(startLine - 1, endLine).join("\n"),
  };
}

function lineCost(line: string, indentation: number, isAscii: boolean): number {
  if (indentation < 0) {
    return BLANK_LINE_COST + line.length / INDENTATION_PER_CHARACTER;
  }
  const others = isAscii ? 0 : countNonAscii(line);
  const cost =
    line.length - indentation + others * (OTHER_CHARACTER_COST - 1) + indentation / INDENTATION_PER_CHARACTER;
  return Math.max(MIN_LINE_COST, cost);
}

function countNonAscii(line: string): number {
  let count = 0;
  for (let index = 0; index < line.length; index += 1) {
    count += line.charCodeAt(index) > 127 ? 1 : 0;
  }
  return count;
}
