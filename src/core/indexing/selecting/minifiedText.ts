/**
 * Recognises JavaScript and CSS that was made small for a browser.
 *
 * Long lines alone prove nothing: data, prose and images in text have them too. Minified code is long lines that are dense
 * with the punctuation of code and hold hardly a blank, and that make up most of the file. No other kind of text is tested.
 */

const MINIFIABLE = new Set(["js", "mjs", "cjs", "css"]);

/** Code that a person wrote or a formatter touched stays far below, but for strings and data. */
const LONG_LINE_LENGTH = 500;
const MIN_LONG_SHARE = 0.7;
/** Of the characters in long lines. Minified code has 0.01–0.06 blanks; written code 0.2; prose 0.15. */
const MAX_BLANK_SHARE = 0.1;
/** Of the characters in long lines, `;` and `(`. Minified code has 0.03–0.07; data in code, below 0.01. */
const MIN_CODE_SHARE = 0.02;

/** @param extension lower-case, without the dot. */
export function isMinified(extension: string, text: string): boolean {
  if (!MINIFIABLE.has(extension) || text.length < LONG_LINE_LENGTH) {
    return false;
  }
  const { length, blanks, marks } = countLongLines(text);
  return length > text.length * MIN_LONG_SHARE && blanks < length * MAX_BLANK_SHARE && marks > length * MIN_CODE_SHARE;
}

function countLongLines(text: string): { length: number; blanks: number; marks: number } {
  const count = { length: 0, blanks: 0, marks: 0 };
  for (let start = 0; start < text.length; ) {
    const lineEnd = text.indexOf("\n", start);
    const end = lineEnd === -1 ? text.length : lineEnd;
    if (end - start >= LONG_LINE_LENGTH) {
      countCharacters(text, start, end, count);
    }
    start = end + 1;
  }
  return count;
}

const TAB = 0x09;
const BLANK = 0x20;
const OPEN_PARENTHESIS = 0x28;
const SEMICOLON = 0x3b;

function countCharacters(
  text: string,
  start: number,
  end: number,
  count: { length: number; blanks: number; marks: number },
): void {
  count.length += end - start;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    count.blanks += code === BLANK || code === TAB ? 1 : 0;
    count.marks += code === SEMICOLON || code === OPEN_PARENTHESIS ? 1 : 0;
  }
}
