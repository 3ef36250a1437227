/**
 * What stands out in a run of text: citations, what could not be verified, and characters that hide.
 *
 * All three are found in one pass, since a citation may stand inside text that is marked as well.
 */

import type { UnverifiedMention } from "../../domain/answer";
import type { SourceRow } from "../sourceRows";

/** What a turn knows about the text of its answer. */
export interface AnswerMarks {
  /** Those that may be cited, by their number. */
  readonly sources: ReadonlyMap<number, SourceRow>;
  /** Paths, lines and names of the answer that no source holds, as they stand there. */
  readonly unverified: readonly UnverifiedMention[];
}

export type TextPart = MarkedPart | { readonly kind: "citation"; readonly source: SourceRow };

export type MarkedPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "not-a-source"; readonly text: string }
  | { readonly kind: "unverified"; readonly text: string }
  | { readonly kind: "hidden"; readonly codePoint: string };

/** `[1]`, `[1, 2]`, `[1-3]`, `[^1]`, `[Source 1]`, `【1】`, `【1†L3-L5】`: all that `core/answering/checks/citations.ts` counts. */
const CITATION = String.raw`[[【]\^?(?:[Ss]ources?\s)?\s?\d{1,4}(?:\s?(?:,|;|&|and|-|–)\s?(?:[Ss]ource\s)?\d{1,4}){0,30}(?:†[^\]】\n]{0,80})?\s?[\]】]`;

/** A range wider than this is no list of sources. */
const MAX_RANGE = 30;

/**
 * Characters that change the order of the text around them, or carry text that nobody sees: bidirectional controls and
 * tags. A source file can plant both into an answer. Joiners stay: emoji and Persian need them.
 */
const HIDDEN = String.raw`[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]`;

/** More would make the pattern large; an answer with so many is marked well enough. */
const MAX_UNVERIFIED = 200;

export type SplitText<Part = TextPart> = (text: string) => readonly Part[];

/** @returns splits prose. A name is marked in code only: `get` is a word like any other here. */
export function createSplitProse(marks: AnswerMarks): SplitText {
  const partsOf = (found: string, followsWord: boolean) =>
    /^[[【]/.test(found) ? citationParts(found, followsWord, marks) : markedParts(found);
  return createSplit<TextPart>([HIDDEN, CITATION, ...unverifiedPatterns(marks, ["path", "lines", "quote"])], partsOf);
}

/** @returns splits code inside a sentence; `[1]` is an index there. */
export function createSplitCode(marks: AnswerMarks): SplitText<MarkedPart> {
  return createSplit([HIDDEN, ...unverifiedPatterns(marks, ["path", "lines", "quote", "identifier"])], markedParts);
}

function createSplit<Part extends TextPart>(
  patterns: readonly string[],
  partsOf: (found: string, followsWord: boolean) => readonly Part[],
): SplitText<Part | MarkedPart> {
  const pattern = new RegExp(patterns.join("|"), "gu");
  return (text) => {
    const parts: (Part | MarkedPart)[] = [];
    let end = 0;
    for (const match of text.matchAll(pattern)) {
      pushText(parts, text.slice(end, match.index));
      parts.push(...partsOf(match[0], followsWord(text, match.index)));
      end = match.index + match[0].length;
    }
    pushText(parts, text.slice(end));
    return parts;
  };
}

/** @returns splits a code block, where only quotations gone wrong are marked: the rest may be a proposal. */
export function createSplitBlock(marks: AnswerMarks): SplitText<MarkedPart> {
  return createSplit([HIDDEN, ...unverifiedPatterns(marks, ["quote"])], markedParts);
}

function markedParts(found: string): MarkedPart[] {
  const code = found.codePointAt(0) ?? 0;
  return isHidden(code)
    ? [{ kind: "hidden", codePoint: `U+${code.toString(16).toUpperCase().padStart(4, "0")}` }]
    : [{ kind: "unverified", text: found }];
}

function citationParts(found: string, isAfterWord: boolean, marks: AnswerMarks): TextPart[] {
  if (isAfterWord && found === "[0]") {
    return [{ kind: "text", text: found }]; // `items[0]`
  }
  return numbersOf(found).map((n) => citationPart(n, marks));
}

function numbersOf(found: string): number[] {
  const list = found.replace(/†.*/su, "");
  return list.split(/,|;|&|and/).flatMap((part) => {
    const [first = 0, last = first] = (part.match(/\d+/g) ?? []).map(Number);
    const isRange = last >= first && last - first < MAX_RANGE;
    return isRange ? Array.from({ length: last - first + 1 }, (_, index) => first + index) : [first, last];
  });
}

function followsWord(text: string, index: number): boolean {
  return /[\p{L}\p{N}_]$/u.test(text.slice(Math.max(0, index - 2), index));
}

function citationPart(n: number, marks: AnswerMarks): TextPart {
  const source = marks.sources.get(n);
  return source ? { kind: "citation", source } : { kind: "not-a-source", text: `[${n}]` };
}

function isHidden(code: number): boolean {
  return new RegExp(HIDDEN, "u").test(String.fromCodePoint(code));
}

/** Longest first, so that `src/a.ts:4` is not marked as `src/a.ts`. */
function unverifiedPatterns({ unverified }: AnswerMarks, kinds: readonly UnverifiedMention["kind"][]): string[] {
  return unverified
    .filter(({ kind, text }) => kinds.includes(kind) && text !== "")
    .map(({ text }) => text)
    .toSorted((a, b) => b.length - a.length)
    .slice(0, MAX_UNVERIFIED)
    .map((text) => wholeWord(text));
}

/** `get` is not marked inside `getUser`. */
function wholeWord(text: string): string {
  const literal = text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  const before = /^[\p{L}\p{N}_]/u.test(text) ? String.raw`(?<![\p{L}\p{N}_])` : "";
  const after = /[\p{L}\p{N}_]$/u.test(text) ? String.raw`(?![\p{L}\p{N}_])` : "";
  return before + literal + after;
}

function pushText(parts: (TextPart | MarkedPart)[], text: string): void {
  if (text !== "") {
    parts.push({ kind: "text", text });
  }
}
