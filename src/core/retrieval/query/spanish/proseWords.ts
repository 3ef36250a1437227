/**
 * The words of a question that are language and not code: no identifiers, no parts of paths, nothing in back quotes.
 */

import { foldAccents } from "../terms";

/** A word, or quoted code so that it is stepped over. */
const WORD_OR_CODE = /`[^`]*`|(?<![\p{L}\p{N}_$./:#-])(?:\p{L}\p{Ll}*|\p{Lu}+)(?![\p{L}\p{N}_$]|[./:#-][\p{L}\p{N}])/gu;

export interface ProseWord {
  /** In lower case and without accents. */
  readonly word: string;
  /** Where it stands in the text, the end not included. */
  readonly start: number;
  readonly end: number;
}

/** @param text with composed accents (NFC). @returns its words of prose, in order. */
export function proseWords(text: string): ProseWord[] {
  return [...text.matchAll(WORD_OR_CODE)]
    .filter(([found]) => !found.startsWith("`"))
    .map(({ 0: found, index }) => ({
      word: foldAccents(found).toLowerCase(),
      start: index,
      end: index + found.length,
    }));
}
