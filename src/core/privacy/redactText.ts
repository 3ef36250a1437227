/**
 * Takes paths, addresses and names of people and machines out of a text that is to be shown in public.
 *
 * What is known is replaced in every form it comes in: LanceDB leaves out the slash in front, and a text within JSON has its
 * backslashes doubled. Whatever else looks like an absolute path goes as well: too much is better than too little.
 */

import { distanceOf } from "./serverAddress";

export interface PrivateNames {
  /** Absolute paths, each with what stands for it; where inside them something lies may be told. */
  readonly shown: readonly (readonly [path: string, placeholder: string])[];
  /** Absolute paths of which nothing is shown. Here and in `shown`, a path that is empty or the root is passed over. */
  readonly hidden: readonly string[];
  /** Each with what stands for it where it is a whole word, in capitals or not. */
  readonly words: readonly (readonly [word: string, placeholder: string])[];
}

export interface Redactor {
  /** For any text but one of a fixed set, such as a code. */
  text(text: string): string;
  /** For what is known to be no absolute path: only words are replaced. */
  words(text: string): string;
}

const PATH = "<path>";

export function createRedactor({ shown, hidden, words }: PrivateNames): Redactor {
  const shownPaths = longestFirst(shown.filter(([path]) => isBelowRoot(path)));
  const hiddenPaths = hidden.filter(isBelowRoot);
  const paths = [...shownPaths.map(([path]) => path), ...hiddenPaths];
  const replacements = shownPaths.map(([path, placeholder]) => ({
    pattern: new RegExp(`${BEFORE_PATH}${pathPattern(path)}${AFTER_PATH}`, "giu"),
    placeholder,
  }));
  const unshown = unshownPattern([...paths.flatMap(ancestors), ...hiddenPaths]);
  const redactWords = wordReplacer(words);
  return {
    text: (text) => {
      let rest = withoutCutPath(
        text.replace(ADDRESS, (url) => `<${distanceOf(url)}>`),
        paths,
      );
      for (const { pattern, placeholder } of replacements) {
        rest = rest.replace(pattern, () => placeholder);
      }
      return redactWords(rest.replace(unshown, (path) => `${PATH}${/[.,:;)\]]*$/.exec(path)?.[0] ?? ""}`));
    },
    words: redactWords,
  };
}

const longestFirst = <T extends readonly [string, ...unknown[]]>(entries: readonly T[]): T[] =>
  [...entries].sort(([a], [b]) => b.length - a.length);

const isBelowRoot = (path: string): boolean => /^(?:[A-Za-z]:)?[\\/]+[^\\/]/.test(path);

// ---------------------------------------------------------------- paths

const ADDRESS = /\b(?!file:)[a-z][a-z0-9+.-]*:\/\/[^\s"'`<>]+/gi;

const BEFORE_PATH = String.raw`(?<![\p{L}\p{N}_.~>\\/-])`;
/** What comes next is not a longer name: `/app` does not stand for a part of `/app-old`. */
const AFTER_PATH = String.raw`(?![\p{L}\p{N}_-]|\.[\p{L}\p{N}])`;
const SEPARATORS = String.raw`[\\/]+`;
const QUOTES = "\"'`";
/** The beginning of an absolute path, or of one out of here. */
const ANY_PATH = String.raw`(?:[a-z]:|~[\w.-]*|\.\.)?${SEPARATORS}[^\s\\/<>${QUOTES}]`;

const partsOf = (path: string): string[] => path.split(/[\\/]+/).filter((part) => part !== "");

/** Matches with slashes or backslashes, single or doubled, and without the first one where it has more than one part. */
function pathPattern(path: string): string {
  const parts = partsOf(path);
  const lead = parts.length > 1 ? String.raw`[\\/]*` : SEPARATORS;
  return lead + parts.map(partPattern).join(SEPARATORS);
}

/** A character that is no plain one may be escaped, or encoded as in an address. */
const partPattern = (part: string): string =>
  [...part].map((char) => (/[\w-]/.test(char) ? char : `(?:\\\\*${escaped(char)}|(?:%[0-9a-f]{2})+)`)).join("");

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** The folders above it, but for those right below the root: a single name may be any word. */
function ancestors(path: string): string[] {
  const parts = partsOf(path);
  return parts.slice(2).map((_, index) => `/${parts.slice(0, index + 2).join("/")}`);
}

/**
 * Matches a path to its end: where it stands in quotes to the last of them on the line, else to the end of the line's last
 * word with a separator in it, since names hold spaces.
 */
function unshownPattern(known: readonly string[]): RegExp {
  const begins = [...new Set(known)].sort((a, b) => b.length - a.length).map(pathPattern);
  const start = `${BEFORE_PATH}(?:${[...begins, ANY_PATH].join("|")})`;
  const quoted = `(?<=([${QUOTES}]))${start}(?:.*(?=\\1)|.*)`;
  const bare = String.raw`${start}(?:[^\n<>${QUOTES}]*[\\/])?[^\s<>${QUOTES}]*`;
  return new RegExp(`${quoted}|${bare}`, "giu");
}

/** Messages of LanceDB are cut to a length, perhaps in the middle of a path. */
function withoutCutPath(text: string, paths: readonly string[]): string {
  for (const path of paths) {
    const bare = path.replace(/^[\\/]+/, "");
    const shortest = bare.search(/[\\/]/) + 1;
    for (let length = bare.length - 1; shortest > 0 && length > shortest; length -= 1) {
      if (text.endsWith(bare.slice(0, length))) {
        return `${text.slice(0, -length).replace(/[\\/]+$/, "")}${PATH}`;
      }
    }
  }
  return text;
}

// ---------------------------------------------------------------- words

function wordReplacer(words: PrivateNames["words"]): Redactor["words"] {
  const placeholders = new Map(words.map(([word, placeholder]) => [word.toLowerCase(), placeholder]));
  if (placeholders.size === 0) {
    return (text) => text;
  }
  const names = longestFirst(words).map(([word]) => escaped(word));
  // a placeholder is matched too, so that nobody's name is found in it
  const pattern = new RegExp(String.raw`<[\w ]+>|(?<![\p{L}\p{N}])(?:${names.join("|")})(?![\p{L}\p{N}])`, "giu");
  return (text) => text.replace(pattern, (match) => placeholders.get(match.toLowerCase()) ?? match);
}
