/**
 * What a person typed, taken apart before its words are looked at: filters, quoted phrases, a regular expression.
 *
 * Only what cannot be anything else counts as such, since a pasted log line holds colons, quotes and slashes as well. An
 * unknown filter is words.
 */

export type FilterField = "language" | "path" | "symbol";

/** `lang:go`, `path:src/api`, `-path:test`, `symbol:Foo`. */
export interface Filter {
  readonly field: FilterField;
  /** Never empty; in lower case, except of a symbol. */
  readonly value: string;
  /** With `-` before it: what fits is left out. */
  readonly isExcluding: boolean;
}

/** A regular expression as typed. */
export interface Pattern {
  readonly source: string;
  readonly flags: string;
}

export interface QueryParts {
  /** What remains, phrases included without their quotes. */
  readonly text: string;
  readonly filters: readonly Filter[];
  /** In `"double quotes"`; of one line. */
  readonly phrases: readonly string[];
  /** Where all that remains is `/…/`. */
  readonly pattern: Pattern | undefined;
}

const FIELDS: Readonly<Record<string, FilterField>> = {
  lang: "language",
  language: "language",
  path: "path",
  file: "path",
  symbol: "symbol",
};

/** `path::join` and `file://…` are none. */
const FILTER =
  /(?<=^|\s)(-?)(lang|language|path|file|symbol):(?![:/]{2}|:)(?:"([^"\n]{1,200})"|([^\s"]{1,200}))(?=\s|$)/gi;

const MAX_FILTERS = 20;

const PHRASE = /["“”]([^"“”\n]{2,200})["“”]/g;

const MAX_PHRASES = 5;

const PATTERN = /^\/(.{1,500})\/([imsu]{0,4})$/s;

/** What makes `/…/` a regular expression and not a path between slashes. */
const IS_NO_PATH = /[\\[(*+?|^${]/;

export function queryParts(query: string): QueryParts {
  const filters: Filter[] = [];
  const text = query
    .replace(FILTER, (whole, minus: string, field: string, quoted: string | undefined, bare: string | undefined) => {
      const known = FIELDS[field.toLowerCase()];
      const value = quoted ?? bare ?? "";
      if (known === undefined || filters.length >= MAX_FILTERS) {
        return whole;
      }
      filters.push({
        field: known,
        value: known === "symbol" ? value : value.toLowerCase(),
        isExcluding: minus === "-",
      });
      return " ";
    })
    .trim();
  const pattern = patternIn(text);
  const phrases = pattern === undefined ? [...text.matchAll(PHRASE)].map(([, phrase = ""]) => phrase.trim()) : [];
  return { text, filters, phrases: phrases.filter((phrase) => phrase !== "").slice(0, MAX_PHRASES), pattern };
}

function patternIn(text: string): Pattern | undefined {
  const [, source = "", flags = ""] = PATTERN.exec(text) ?? [];
  const isPattern = source !== "" && (IS_NO_PATH.test(source) || !source.includes("/"));
  return isPattern && new Set(flags).size === flags.length ? { source, flags } : undefined;
}
