/** Where names stand in a text, without knowing its language: as whole words, called, or after a word that defines. */

/** Words before a name that make it a definition, in the languages that have them. */
const DEFINING =
  "class|interface|struct|enum|trait|object|module|defmodule|type|protocol|union|namespace|def|defp|defmacro|func|" +
  "function|fn|fun|sub|macro_rules!|const|let|var|val";
const DEFINITION = new RegExp(
  `\\b(?:${DEFINING})\\s+(?:\\([^()\\n]{0,200}\\)\\s*)?([\\p{L}_$][\\p{L}\\p{N}_$]*)`,
  "gu",
);

/** Names that the text defines by such a word, in order, with repetitions. */
export function namesDefinedIn(text: string): string[] {
  return [...text.matchAll(DEFINITION)].flatMap(([, name]) => name ?? []);
}

/** What a name goes on with. */
const BEGINS_IN_WORD = /^[\p{L}\p{N}\p{M}_$]/u;
const ENDS_IN_WORD = /[\p{L}\p{N}_$]\p{M}?$/u;

export function hasWord(text: string, word: string): boolean {
  return wordEnds(text, word).next().done !== true;
}

/** True where `name(` or the like stands in the text. */
export function isCalledIn(text: string, name: string): boolean {
  for (const end of wordEnds(text, name)) {
    if (/^\s{0,2}[(<!{]/.test(text.slice(end, end + 3))) {
      return true;
    }
  }
  return false;
}

/** Where `word` ends in `text`, each time it stands there as a whole word. */
function* wordEnds(text: string, word: string): Generator<number> {
  for (let at = text.indexOf(word); at >= 0 && word !== ""; at = text.indexOf(word, at + 1)) {
    const end = at + word.length;
    if (isWholeWord(text, at, end)) {
      yield end;
    }
  }
}

/** @param end what follows the word. */
export function isWholeWord(text: string, at: number, end: number): boolean {
  return !ENDS_IN_WORD.test(text.slice(Math.max(0, at - 2), at)) && !BEGINS_IN_WORD.test(text.slice(end, end + 2));
}
