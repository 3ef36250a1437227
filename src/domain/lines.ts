/**
 * Whole lines of one file, as people and citations count them.
 *
 * Lines count from 1 and both ends are included, everywhere in this program. Tree-sitter and VS Code count
 * from 0: their adapters convert at their own edge and nowhere else.
 *
 * A line ends with `\n`, `\r\n` or `\r`, as in VS Code. Text is normalised to `\n` when it is decoded, so code
 * behind the decoder splits at `\n` alone.
 */

/** Invariant: `1 <= startLine <= endLine`. */
export interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

/**
 * Splits normalised text into its lines, without their line ends.
 *
 * @param text with `\n` line ends only.
 * @returns no line for empty text; a final `\n` ends the last line and starts no further one.
 */
export function splitLines(text: string): string[] {
  if (text === "") {
    return [];
  }
  const lines = text.split("\n");
  if (lines.at(-1) === "") {
    lines.pop();
  }
  return lines;
}
