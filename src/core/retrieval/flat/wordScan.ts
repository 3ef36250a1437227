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
}

/** @param terms as `searchTerms` makes them, each one once: nothing in them is special in a regular expression. */
export function createWordScan(terms: readonly string[]): WordScan {
  const roots = terms.flatMap((term, position) => rootsOf(term).map((root) => ({ root, position })));
  const byRoot = Map.groupBy(roots, ({ root }) => root);
  const longestFirst = [...byRoot.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.join("|"), "gi");
  return {
    count: (text) => {
      let counts: Uint32Array | undefined;
      pattern.lastIndex = 0;
      for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
        if (!beginsWord(text, match.index)) {
          pattern.lastIndex = match.index + 1;
          continue;
        }
        counts ??= new Uint32Array(terms.length);
        for (const { position } of byRoot.get(match[0].toLowerCase()) ?? []) {
          counts[position] = (counts[position] ?? 0) + 1;
        }
      }
      return counts;
    },
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

/** At the beginning of a run of letters, of `Server` in `HTTPServer`, and of `Name` in `fileName`. */
function beginsWord(text: string, at: number): boolean {
  const before = at === 0 ? 0 : text.charCodeAt(at - 1);
  if (!isUpper(before) && !isLower(before)) {
    return true;
  }
  return isUpper(text.charCodeAt(at)) && (isLower(before) || isLower(text.charCodeAt(at + 1)));
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
