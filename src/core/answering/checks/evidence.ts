/** What the model saw, as something that can be asked: does this path, this text, this name occur in it, and where? */

import type { Source } from "../../../domain/answer";
import { seenText } from "../prompt/unseenText";
import { isAltered } from "./altered";

/** How a quotation compares with what the model saw. */
export type QuoteState = "held" | "altered" | "unknown";

export interface Evidence {
  /** The sources from this file. A path may be shortened from the left: `store.py` for `src/store.py`. */
  sourcesOf(path: string): readonly Source[];
  /** True if the text stands somewhere as it is, not counting differences of white space. */
  holdsText(text: string): boolean;
  /** What may be left out of a quotation (`…`) and the brackets at its end do not count. */
  quoteState(quote: string): QuoteState;
  /** Names in the code that occur nowhere; empty for code without a name that says anything. */
  unknownNames(code: string): readonly string[];
}

/** @param seen further texts: the question, earlier turns. */
export function createEvidence(sources: readonly Source[], seen: readonly string[]): Evidence {
  const texts = [...sources.map(describe), ...seen.map(seenText)];
  const names = new Set(texts.flatMap(namesIn));
  const everything = texts.map(withSingleSpaces).join("\n");
  const holdsText = (text: string) => everything.includes(withSingleSpaces(text));
  return {
    sourcesOf: (path) => sources.filter((source) => isSameFile(source.path, path)),
    holdsText,
    quoteState: (quote) => {
      const pieces = quotedPieces(quote);
      if (pieces.every((piece) => standsIn(piece, everything))) {
        return "held";
      }
      return pieces.some((piece) => isAltered(piece, everything)) ? "altered" : "unknown";
    },
    unknownNames: (code) => {
      const isOneWord = !/\s/.test(code);
      const claimed = (isOneWord ? namesIn(code) : codeNamesIn(code)).filter(isTelling);
      return !isOneWord && holdsText(code) ? [] : claimed.filter((name) => !names.has(name));
    },
  };
}

function describe({ path, symbol, enclosing, text }: Source): string {
  return [path, ...enclosing, symbol ?? "", seenText(text)].join("\n");
}

function isSameFile(sourcePath: string, mentioned: string): boolean {
  return sourcePath === mentioned || sourcePath.endsWith(`/${mentioned}`) || mentioned.endsWith(`/${sourcePath}`);
}

export const withSingleSpaces = (text: string): string => text.replace(/\s+/g, " ").trim();

const WORD = /[\p{L}\p{N}_]/u;

/** True if the piece stands in `whole` without cutting a word at its end. */
function standsIn(piece: string, whole: string): boolean {
  const endsInWord = WORD.test(piece.at(-1) ?? "");
  for (let at = whole.indexOf(piece); at >= 0; at = whole.indexOf(piece, at + 1)) {
    if (!endsInWord || !WORD.test(whole[at + piece.length] ?? "")) {
      return true;
    }
  }
  return false;
}

/** What stands between signs that something was left out, without the punctuation at its ends. */
function quotedPieces(quote: string): string[] {
  return quote
    .split(/…|\.{3}/)
    .map((piece) => withSingleSpaces(piece).replace(/^[\s,;.)\]}]+|[\s,;:.([{)\]}]+$/g, ""))
    .filter((piece) => piece !== "");
}

const NAME = /[\p{L}_$][\p{L}\p{N}\p{M}_$]*/gu;

export const namesIn = (text: string): string[] => text.match(NAME) ?? [];

/** In a longer piece of code: what is called, and what is spelled as only a name in code is. */
function codeNamesIn(code: string): string[] {
  const called = [...code.matchAll(/([\p{L}_$][\p{L}\p{N}_$]*)\(/gu)].map(([, name = ""]) => name);
  return [...new Set([...called, ...namesIn(code).filter((name) => /\p{Ll}\p{Lu}|\p{L}_\p{L}/u.test(name))])];
}

/** One letter, and the words of the languages themselves, say nothing about the sources. */
export const isTelling = (name: string): boolean => name.length > 1 && !LANGUAGE_WORDS.has(name);

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
