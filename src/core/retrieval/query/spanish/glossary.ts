/**
 * The glossary: Spanish words and phrases to the English words that code uses.
 *
 * Its data is `glossary.es.json`, which anyone may extend. An entry is a word or a phrase in its plain form (singular,
 * masculine, infinitive) with what code calls it, likeliest first, separated by a comma and a space; an empty one is
 * grammar and means nothing. Inflected forms need no entry of their own unless `spanishStem` cannot bring them to it.
 * Groups are for the reader alone.
 */

import { foldAccents } from "../terms";
import data from "./glossary.es.json";
import { spanishSingulars, spanishStem } from "./spanishStem";

/** What code calls something, likeliest first. */
type Translations = readonly string[];

interface Glossary {
  readonly words: ReadonlyMap<string, Translations>;
  readonly stems: ReadonlyMap<string, Translations>;
  /** By the stems of their words, joined by spaces. */
  readonly phrases: ReadonlyMap<string, Translations>;
  /** In words. */
  readonly longestPhrase: number;
  /** All that something is translated to. */
  readonly english: ReadonlySet<string>;
}

let loaded: Glossary | undefined;

/** At the first question, so that starting does not wait for it. */
function glossary(): Glossary {
  loaded ??= load(Object.values(data).flatMap((group) => Object.entries(group)));
  return loaded;
}

function load(entries: readonly (readonly [string, string])[]): Glossary {
  const words = new Map<string, Translations>();
  const nounStems = new Map<string, Translations>();
  const verbStems = new Map<string, Translations>();
  const phrases = new Map<string, Translations>();
  for (const [spanish, english] of entries) {
    const translations = english.split(", ").filter((translation) => translation !== "");
    const [word = "", ...others] = foldAccents(spanish).split(" ");
    if (others.length > 0) {
      phrases.set([word, ...others].map(spanishStem).join(" "), translations);
    } else {
      words.set(word, translations);
      const stems = /[aei]r$/.test(word) ? verbStems : nounStems;
      stems.set(spanishStem(word), translations);
    }
  }
  return {
    words,
    // A form that is no noun of the glossary, in the singular or plural, is likeliest one of a verb.
    stems: new Map([...nounStems, ...verbStems]),
    phrases,
    longestPhrase: Math.max(...[...phrases.keys()].map((phrase) => phrase.split(" ").length)),
    english: new Set([...words.values(), ...phrases.values()].flat()),
  };
}

/** True for a word that the glossary holds, in the singular or plural, and that is no English word of it as well. */
export function isGlossaryWord(word: string): boolean {
  const { words, english } = glossary();
  return [word, ...spanishSingulars(word)].some((form) => words.has(form) && !english.has(form));
}

/** True for a word that may be a form of one that the glossary holds. */
export function isGlossaryForm(word: string): boolean {
  return glossary().stems.has(spanishStem(word));
}

/**
 * @param word in lower case and without accents, in any form.
 * @returns undefined for a word that the glossary does not hold; empty for grammar, and for what is English already.
 */
export function findWord(word: string): Translations | undefined {
  const { words, stems, english } = glossary();
  const form = [word, ...spanishSingulars(word)].find((candidate) => words.has(candidate));
  if (form === undefined && english.has(word)) {
    return [];
  }
  return form === undefined ? stems.get(spanishStem(word)) : words.get(form);
}

export interface FoundPhrase {
  /** In words. */
  readonly length: number;
  readonly translations: Translations;
}

/** @returns the longest phrase of the glossary that begins at one of the words of a text, given by their stems. */
export function findPhrase(stems: readonly string[], at: number): FoundPhrase | undefined {
  const { phrases, longestPhrase } = glossary();
  for (let length = Math.min(longestPhrase, stems.length - at); length > 1; length -= 1) {
    const translations = phrases.get(stems.slice(at, at + length).join(" "));
    if (translations !== undefined) {
      return { length, translations };
    }
  }
  return undefined;
}
