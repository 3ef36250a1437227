/** What the model saw, as something that can be asked: does this path, this text, this name occur in it? */

import type { Source } from "../../../domain/answer";
import type { LineRange } from "../../../domain/lines";
import { seenText } from "../prompt/unseenText";

export interface Evidence {
  /** Lines of the sources from this file. A path may be shortened from the left: `store.py` for `src/store.py`. */
  rangesOf(path: string): readonly LineRange[];
  /** True if the text stands somewhere as it is, not counting differences of white space. */
  holdsText(text: string): boolean;
  /** True unless the code names something that occurs nowhere. */
  holdsCode(code: string): boolean;
}

/** @param seen further texts: the question, earlier turns. */
export function createEvidence(sources: readonly Source[], seen: readonly string[]): Evidence {
  const texts = [...sources.map(describe), ...seen.map(seenText)];
  const names = new Set(texts.flatMap(namesIn));
  const everything = texts.map(withSingleSpaces).join("\n");
  const holdsText = (text: string) => everything.includes(withSingleSpaces(text));
  return {
    rangesOf: (path) => sources.filter((source) => isSameFile(source.path, path)),
    holdsText,
    holdsCode: (code) => {
      const isOneWord = !/\s/.test(code);
      const claimed = (isOneWord ? namesIn(code) : codeNamesIn(code)).filter(isTelling);
      return claimed.every((name) => names.has(name)) || (!isOneWord && holdsText(code));
    },
  };
}

function describe({ path, symbol, enclosing, text }: Source): string {
  return [path, ...enclosing, symbol ?? "", seenText(text)].join("\n");
}

function isSameFile(sourcePath: string, mentioned: string): boolean {
  return sourcePath === mentioned || sourcePath.endsWith(`/${mentioned}`) || mentioned.endsWith(`/${sourcePath}`);
}

const withSingleSpaces = (text: string): string => text.replace(/\s+/g, " ").trim();

const NAME = /[\p{L}_$][\p{L}\p{N}\p{M}_$]*/gu;

const namesIn = (text: string): string[] => text.match(NAME) ?? [];

/** In a longer piece of code: what is called, and what is spelled as only a name in code is. */
function codeNamesIn(code: string): string[] {
  const called = [...code.matchAll(/([\p{L}_$][\p{L}\p{N}_$]*)\(/gu)].map(([, name = ""]) => name);
  return [...called, ...namesIn(code).filter((name) => /\p{Ll}\p{Lu}|\p{L}_\p{L}/u.test(name))];
}

/** One letter, and the words of the languages themselves, say nothing about the sources. */
const isTelling = (name: string): boolean => name.length > 1 && !LANGUAGE_WORDS.has(name);

const LANGUAGE_WORDS = new Set(
  `abstract and any arguments array as assert async await bool boolean break byte case catch char class const constexpr
  continue def default defer delete dict do double dyn elif else end enum error except export extends extern false False
  final finally float fn for foreach from func function get go goto if impl implements import in include inline instanceof
  int int32 int64 interface internal is lambda let list long loop map match mod module mut namespace never new nil None
  nonlocal not null NULL number object of operator or override package pass private protected pub public raise readonly
  ref require return self Self set short signed sizeof static str string struct super switch template this throw throws
  trait true True try type typedef typename typeof uint undefined union unknown unsafe unsigned use using val var virtual
  void volatile when where while with yield`.split(/\s+/),
);
