/**
 * The analyzer: text to search terms.
 *
 * One function serves documents and queries, so a word is found however either spells it. Identifiers are split into
 * words, words are folded (case, accents, width) and stemmed. Scripts that put no space between words become single
 * characters and pairs, which finds any part of a text without a dictionary. The full-text index therefore needs no
 * tokenizer of its own but white space.
 */

import { stemmer } from "stemmer";
import type { Chunk } from "../../../domain/chunk";
import { splitIdentifier } from "./splitIdentifier";

/** Part of an index's identity: an index built with another analyzer is not found by this one's terms. */
export const ANALYZER_VERSION = 1;

/** Characters looked at of one unbroken run; the rest is a blob (base64, a hash, minified code) and nothing to find. */
const MAX_RUN_LENGTH = 100;

/** Characters of a term; the full-text index drops tokens of more than 256 bytes. */
const MAX_TERM_LENGTH = 64;

/** Directories of the path that count for a chunk, the innermost ones. */
const PATH_DIRECTORIES = 3;

/** How often the file's own name counts. */
const STEM_WEIGHT = 2;

const SPACE = 32;

/** Of each UTF-16 code unit below 128. */
const IS_SEPARATOR = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9_]/.test(String.fromCharCode(code)) ? 0 : 1,
);

/**
 * @returns the search terms of `text` in order, with repetitions; none holds white space. Empty for text without a
 *   letter or digit.
 */
export function searchTerms(text: string): string[] {
  const terms = joinedTerms(text);
  return terms === "" ? [] : terms.split(" ");
}

/** @returns the terms separated by one space. */
function joinedTerms(text: string): string {
  const terms: string[] = [];
  const end = text.length;
  for (let at = 0; at < end; at += 1) {
    let code = text.charCodeAt(at);
    if (isSeparator(code)) {
      continue;
    }
    const start = at;
    let isAscii = true;
    let hash = 0;
    do {
      isAscii &&= code < 128;
      hash = (Math.imul(hash, HASH_FACTOR) + code) | 0;
      at += 1;
      code = at < end ? text.charCodeAt(at) : SPACE;
    } while (!isSeparator(code));
    const ofRun = runTerms({ text, start, end: at, isAscii, hash });
    if (ofRun !== "") {
      terms.push(ofRun);
    }
  }
  return terms.join(" ");
}

/** As `searchTerms`, for a name that is not likely to come again: what is known of earlier ones is left alone. */
export function nameTerms(name: string): string[] {
  return /^[A-Za-z0-9_]{1,100}$/.test(name) ? identifierTerms(name) : searchTerms(name);
}

/** Of a UTF-16 code unit. */
function isSeparator(code: number): boolean {
  return code < 128 && IS_SEPARATOR[code] === 1;
}

/** Characters without a separator between them. */
interface Run {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly isAscii: boolean;
  readonly hash: number;
}

/**
 * Terms of runs met before: code repeats its names, and splitting and stemming are what costs. Each place holds the last run
 * of its hash, and is looked at without a copy of the run, as a `Map` would need.
 */
const KNOWN_RUNS = 32_768;
const HASH_FACTOR = 31;
const knownRuns = Array.from({ length: KNOWN_RUNS }, () => "");
const termsOfKnownRuns = Array.from({ length: KNOWN_RUNS }, () => "");

/** @returns separated by one space. */
function runTerms({ text, start, end, isAscii, hash }: Run): string {
  if (end - start > MAX_RUN_LENGTH) {
    const terms = isAscii
      ? identifierTerms(text.slice(start, start + MAX_RUN_LENGTH))
      : otherRunTerms(text.slice(start, end));
    return terms.join(" ");
  }
  const place = (hash ^ (hash >>> 16)) & (KNOWN_RUNS - 1);
  const known = knownRuns[place] ?? "";
  if (known.length === end - start && text.startsWith(known, start)) {
    return termsOfKnownRuns[place] ?? "";
  }
  const run = detached(text.slice(start, end));
  const terms = detached((isAscii ? identifierTerms(run) : otherRunTerms(run)).join(" "));
  knownRuns[place] = run;
  termsOfKnownRuns[place] = terms;
  return terms;
}

/** A copy that does not keep alive the text it was cut from; engines share the characters of a slice with its source. */
function detached(slice: string): string {
  return ` ${slice}`.slice(1);
}

/**
 * As `searchTerms`, without the whole of identifiers: for measuring how much of a name a question covers.
 *
 * @returns terms in order, with repetitions.
 */
export function wordTerms(text: string): string[] {
  return splitIdentifier(foldAccents(text)).map(wordTerm);
}

/** The words of one identifier, and the whole of it where it has several, so that `hashmap` finds `HashMap`. */
function identifierTerms(identifier: string): string[] {
  const words = splitIdentifier(identifier);
  const terms = words.filter((word) => words.length === 1 || word.length > 1).map(wordTerm);
  if (words.length > 1) {
    terms.push(stemOf(words.join("").toLowerCase())); // seldom met again, unlike its words
  }
  return terms;
}

/** Stems of words met before; the words of a language are few beside the identifiers made of them. */
const knownStems = new Map<string, string>();
const MAX_KNOWN_STEMS = 20_000;

function wordTerm(word: string): string {
  const lower = word.toLowerCase();
  const known = knownStems.get(lower);
  if (known !== undefined) {
    return known;
  }
  const term = stemOf(lower);
  if (knownStems.size >= MAX_KNOWN_STEMS) {
    knownStems.clear();
  }
  knownStems.set(detached(lower), term);
  return term;
}

/** Whatever ends otherwise, as two words of five do, is its own stem: no step of the stemmer takes anything off it. */
const MAY_HAVE_SUFFIX = /(?:[esy]|ed|ing|[eo]r|[ae]nt|ion|ism|ic|ou|al|ful|ll|li|nci|iti|gi)$/;
const LONGEST_ENDING = 3;

function stemOf(lower: string): string {
  const bounded = lower.slice(0, MAX_TERM_LENGTH);
  const mayHaveSuffix = MAY_HAVE_SUFFIX.test(bounded.slice(-LONGEST_ENDING));
  return mayHaveSuffix && /^[a-z]+$/.test(bounded) ? stemmer(bounded) : bounded;
}

/** Letters, digits and their marks; everything else in a run of other characters separates. */
const WORD_RUN = /[\p{L}\p{N}\p{M}_]+/gu;

/** Scripts written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々]+/gu;

/**
 * More marks on one letter than any writing has: normalising would take a time that grows with their square. Two letters of
 * half width become marks.
 */
const MARKS_BEYOND = /([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu;

/** Accents of Latin, Greek and Cyrillic; marks of other scripts carry meaning and stay. */
const ACCENTS = /[\u0300-\u036f]+/g;

export function foldAccents(text: string): string {
  return text.replace(MARKS_BEYOND, "$1").normalize("NFKD").replace(ACCENTS, "").normalize("NFC");
}

function otherRunTerms(run: string): string[] {
  const terms: string[] = [];
  for (const [word] of foldAccents(run).matchAll(WORD_RUN)) {
    let at = 0;
    for (const unspaced of word.matchAll(UNSPACED)) {
      addSpacedTerms(word.slice(at, unspaced.index), terms);
      addCharacterTerms(unspaced[0], terms);
      at = unspaced.index + unspaced[0].length;
    }
    addSpacedTerms(word.slice(at), terms);
  }
  return terms;
}

function addSpacedTerms(word: string, terms: string[]): void {
  if (word !== "") {
    terms.push(...identifierTerms(word.slice(0, MAX_RUN_LENGTH)));
  }
}

/** Every character, and every pair of neighbours. */
function addCharacterTerms(run: string, terms: string[]): void {
  const characters = [...run];
  characters.forEach((character, index) => {
    const next = characters[index + 1];
    terms.push(character);
    if (next !== undefined) {
      terms.push(character + next);
    }
  });
}

/**
 * What the full-text index holds of a chunk: its text, and what a reader knows of it without reading it (its file's
 * name, its directories, its own name and what encloses it).
 *
 * @returns terms separated by one space.
 */
export function chunkTerms(chunk: Chunk): string {
  const { stem, directories } = pathWords(chunk.path);
  const named = [...directories.slice(-PATH_DIRECTORIES), ...chunk.enclosing, chunk.symbol ?? ""];
  return joinedTerms([chunk.text, ...Array.from({ length: STEM_WEIGHT }, () => stem), ...named].join("\n"));
}

/**
 * The parts of a path that name things.
 *
 * @param path with `/`.
 * @returns the file's name up to its last dot (all of it if the dot comes first), and its directories, outermost first.
 */
export function pathWords(path: string): { readonly stem: string; readonly directories: readonly string[] } {
  const directories = path.split("/");
  const name = directories.pop() ?? "";
  const dot = name.lastIndexOf(".");
  return { stem: dot > 0 ? name.slice(0, dot) : name, directories };
}
