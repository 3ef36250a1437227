/**
 * What a question asks for, before anything is looked up: its terms, the names and paths in it, and whether it is
 * about tests or documents.
 *
 * Nothing here fails and nothing here grows with the question: a pasted log of any length is cut to what one query can
 * use.
 */

import { type Filter, type Pattern, queryParts } from "./queryParts";
import { looksSpanish } from "./spanish/looksSpanish";
import { withEnglish } from "./spanish/withEnglish";
import { withoutStopWords } from "./stopWords";
import { searchTerms, wordTerms } from "./terms";

/** Characters of a question that are looked at. */
const MAX_QUESTION_LENGTH = 20_000;

/** Different terms that one query may hold; further ones cost time and find the same. */
const MAX_TERMS = 48;

/** Names and paths that are looked up. */
const MAX_MENTIONS = 40;

/** An identifier in a question. */
export interface NameMention {
  readonly name: string;
  /** The part before it in `Foo::bar`, `foo.bar` or `Foo#bar`. */
  readonly qualifier: string | undefined;
  /** False for a word that merely starts with a capital: it counts only where a definition is spelled the same. */
  readonly isCodeLike: boolean;
}

/** Something in a question that may be a path: whole, or the end of one. */
export interface PathMention {
  readonly path: string;
  /** From `a.ts:12`. */
  readonly line: number | undefined;
}

/** Kinds of files that rank lower unless the question asks about them. */
export type Topic = "tests" | "docs" | "examples" | "vendored" | "configuration";

export interface Question {
  /** What was asked, without filters. */
  readonly text: string;
  /** Different search terms, in order of appearance; empty if the question holds no word. */
  readonly terms: readonly string[];
  /** The same without the whole of identifiers that have parts: what names and paths are compared with. */
  readonly words: readonly string[];
  /** True for one word or one name, `Foo::bar` included. */
  readonly isSingle: boolean;
  /** The name that the whole question is: `bar` of `Foo::bar`; undefined unless `isSingle`. */
  readonly wholeName: NameMention | undefined;
  readonly names: readonly NameMention[];
  readonly paths: readonly PathMention[];
  readonly topics: ReadonlySet<Topic>;
  readonly filters: readonly Filter[];
  /** Quoted; what holds one word for word comes first. */
  readonly phrases: readonly string[];
  /** The regular expression that the question is. */
  readonly pattern: Pattern | undefined;
}

/**
 * Reads a question of any length and content.
 *
 * @param isSpanish true to take for Spanish what may be a name as well: `bloqueo`.
 */
export function analyseQuestion(
  text: string,
  isSpanish: boolean = looksSpanish(text.slice(0, MAX_QUESTION_LENGTH)),
): Question {
  const { filters, phrases, pattern, text: rest } = queryParts(text.slice(0, MAX_QUESTION_LENGTH));
  const question = frameLines(rest === "" ? symbolsOf(filters) : rest);
  const tokens = question.split(/[\s"'“”«»()[\]{},;]+/u).flatMap(cleanToken);
  const names = tokens.flatMap(namesIn).slice(0, MAX_MENTIONS);
  const isSingle = tokens.length === 1 && !/\s/.test(question);
  const asked = withVersion(isSpanish ? withEnglish(question) : question);
  const allTerms = searchTerms(asked);
  const different = (terms: readonly string[]) => [...new Set(withoutStopWords(terms, isSpanish))].slice(0, MAX_TERMS);
  const symbols = filters.filter(({ field, isExcluding }) => field === "symbol" && !isExcluding);
  return {
    text: rest,
    terms: different(allTerms),
    words: different(wordTerms(asked)),
    isSingle,
    wholeName: isSingle ? names.at(-1) : undefined,
    names: [
      ...names.filter(({ name, isCodeLike }) => isSingle || isCodeLike || isCapitalised(name)),
      ...symbols.map(({ value }) => ({ name: value, qualifier: undefined, isCodeLike: true })),
    ],
    paths: tokens.flatMap(pathIn).slice(0, MAX_MENTIONS),
    topics: topicsOf(allTerms),
    filters,
    phrases,
    pattern,
  };
}

/** Who mentions `v1.2.3` asks about a version, though the file that holds it holds another one by now. */
function withVersion(question: string): string {
  return /(?<![\d.])v?\d+\.\d+\.\d+(?![\d.])/i.test(question) ? `${question} version` : question;
}

/** Where filters are all there is, the symbol that one of them names is the question. */
function symbolsOf(filters: readonly Filter[]): string {
  return filters
    .flatMap(({ field, value, isExcluding }) => (field === "symbol" && !isExcluding ? value : []))
    .join(" ");
}

/** Python writes `File "a.py", line 12` in a stack trace where others write `a.py:12`. */
function frameLines(question: string): string {
  return question.replace(/\bFile "([^"\n]{1,500})", line (\d{1,7})/g, "$1:$2");
}

/** Takes punctuation off the ends; what remains of a token without a letter or digit is nothing. */
function cleanToken(token: string): string[] {
  const cleaned = token.replace(/^[^\p{L}\p{N}_$/.~`]+/u, "").replace(/[^\p{L}\p{N}_$`]+$/u, "");
  return /[\p{L}\p{N}]/u.test(cleaned) ? [cleaned] : [];
}

const QUALIFIERS = /::|->|[.#]/;
const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
const MAX_NAME_LENGTH = 200;

function namesIn(token: string): NameMention[] {
  const isQuoted = token.includes("`");
  const parts = token.replaceAll("`", "").split(QUALIFIERS);
  return parts.flatMap((name, index) => {
    if (!NAME.test(name) || name.length > MAX_NAME_LENGTH) {
      return [];
    }
    const isCodeLike = isQuoted || parts.length > 1 || hasParts(name);
    return [{ name, qualifier: index > 0 ? parts[index - 1] : undefined, isCodeLike }];
  });
}

/** `fooBar`, `foo_bar`, `HTTPServer`, `utf8`: nothing that prose would hold. */
function hasParts(name: string): boolean {
  return /\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}|[_$\p{N}]/u.test(name);
}

function isCapitalised(name: string): boolean {
  return /^\p{Lu}/u.test(name);
}

/** A token with a dot or a slash may be a path; the folder's files decide. */
function pathIn(token: string): PathMention[] {
  const match = /^(?:\.{0,2}[/\\])*(.*?)(?::(\d{1,7})(?::\d{1,7})?)?$/.exec(token.replaceAll("`", ""));
  const path = (match?.[1] ?? "").replaceAll("\\", "/");
  if (!/[./]/.test(path) || path.length > 1_000) {
    return [];
  }
  return [{ path, line: match?.[2] === undefined ? undefined : Number(match[2]) }];
}

const TOPIC_WORDS: readonly (readonly [Topic, string])[] = [
  ["tests", "test tests testing spec specs unittest mock fixture assertion benchmark coverage prueba pruebas"],
  [
    "docs",
    "doc docs document documentation readme guide tutorial changelog license contributing install " +
      "installation faq documentacion guia instalar instalacion licencia cambios",
  ],
  ["examples", "example examples sample samples demo demos ejemplo ejemplos"],
  [
    "configuration",
    "config configuration yaml json toml xml workflow ci makefile dockerfile docker package script setup gradle cmake " +
      "configuracion",
  ],
  ["vendored", "vendor vendored thirdparty dependency dependencies dependencias"],
];

const TOPIC_OF_TERM = new Map(
  TOPIC_WORDS.flatMap(([topic, words]) => searchTerms(words).map((term) => [term, topic] as const)),
);

function topicsOf(terms: readonly string[]): ReadonlySet<Topic> {
  return new Set(terms.flatMap((term) => TOPIC_OF_TERM.get(term) ?? []));
}
