/**
 * Counts the words of a query in texts as they lie, without taking those apart: fast enough for all files of a folder, and
 * exact enough to choose the few that are then cut into chunks.
 *
 * A search term is a stem, so what is looked for is what all words of that stem begin with. It counts where a word begins,
 * also within an identifier.
 */

/** A text counts as so many chunks of this many characters, of which each is as likely to hold a word. */
const CHUNK_CHARACTERS = 850;

export interface WordScan {
  /** @returns how often each term was found, in their order; undefined where none was. */
  count(text: string): Uint32Array | undefined;
  /** True where a text with these counts may hold every term: `hashmap` is not spelled out in `hash_map`. */
  holdsAll(counts: Uint32Array): boolean;
}

/** @param terms as `searchTerms` makes them, each one once: nothing in them is special in a regular expression. */
export function createWordScan(terms: readonly string[]): WordScan {
  const roots = terms.flatMap((term, position) => rootsOf(term).map((root) => ({ root, position })));
  const positionsOf = Map.groupBy(roots, ({ root }) => root);
  const longestFirst = [...positionsOf.keys()].sort((a, b) => b.length - a.length);
  const beginningsOf = new Map(
    longestFirst.map((root) => [root, longestFirst.filter((other) => other !== root && root.startsWith(other))]),
  );
  const pattern = new RegExp(longestFirst.join("|"), "gi");
  const required = [...terms.keys()].filter((at) => {
    const term = terms[at] ?? "";
    return !terms.some((other) => other !== term && term.startsWith(other));
  });
  return {
    count: (text) => {
      let counts: Uint32Array | undefined;
      const add = (root: string) => {
        counts ??= new Uint32Array(terms.length);
        for (const { position } of positionsOf.get(root) ?? []) {
          counts[position] = (counts[position] ?? 0) + 1;
        }
      };
      pattern.lastIndex = 0;
      for (let match = longestFirst.length > 0 && pattern.exec(text); match; match = pattern.exec(text)) {
        const { index } = match;
        pattern.lastIndex = index + 1; // the words of an identifier may be looked for as well as all of it
        if (beginsWord(text, index)) {
          const root = match[0].toLowerCase();
          add(root);
          for (const beginning of beginningsOf.get(root) ?? []) {
            if (beginsWord(text, index + beginning.length)) {
              add(beginning);
            }
          }
        }
      }
      return counts;
    },
    holdsAll: (counts) => required.every((at) => (counts[at] ?? 0) > 0),
  };
}

/** What all words of the stem begin with, one or the other: the stemmer writes `i` for `y`, leaves an `e` or adds one, and takes `il` out of `-bility`. */
export function rootsOf(term: string): string[] {
  const [, beginning = "", end] = /^([a-z]+?)(i|(?<=b)l|(?<=...)e)$/.exec(term) ?? [];
  switch (end) {
    case undefined:
      return [term];
    case "i":
      return [`${beginning}y`, term];
    default:
      return [beginning];
  }
}

const isUpper = (code: number): boolean => code >= 65 && code <= 90;
const isLower = (code: number): boolean => code >= 97 && code <= 122;

/** At the beginning of a run of letters, of `Server` in `HTTPServer`, and of `Name` in `fileName`; also where none follows. */
function beginsWord(text: string, at: number): boolean {
  const before = at === 0 ? 0 : text.charCodeAt(at - 1);
  if (!isUpper(before) && !isLower(before)) {
    return true;
  }
  const code = text.charCodeAt(at);
  return isUpper(code) && (isLower(before) || isLower(text.charCodeAt(at + 1)));
}

/** How often words were found in one text. */
export interface TextCounts {
  /** Of each term. */
  readonly counts: Uint32Array;
  /** In characters. */
  readonly length: number;
}

/** About how many chunks of a text hold each term. */
export function chunksHolding({ counts, length }: TextCounts): number[] {
  const chunks = chunksIn(length);
  return Array.from(counts, (count) => chunks * (1 - (1 - 1 / chunks) ** count));
}

/** About how many chunks a text of this length is cut into. */
export function chunksIn(characters: number): number {
  return Math.max(1, Math.round(characters / CHUNK_CHARACTERS));
}
