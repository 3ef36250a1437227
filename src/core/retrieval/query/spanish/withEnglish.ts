/**
 * A Spanish question with English beside it.
 *
 * The question is translated and not the index, and word by word: one asks for `el tiempo de espera` where code says
 * `timeout`, and no model need be there to know it. All that a word may mean is searched for, since what a folder does
 * not speak of finds nothing.
 */

import { isStopWord } from "../stopWords";
import { wordTerms } from "../terms";
import { findPhrase, findWord } from "./glossary";
import { proseWords } from "./proseWords";
import { spanishStem } from "./spanishStem";

/**
 * Puts before each Spanish word what code may call it. The Spanish words stay, because documents and comments may be
 * Spanish as well; only grammar of several words (`a través de`) goes.
 *
 * @returns a text for `searchTerms`, in the order of the question.
 */
export function withEnglish(question: string): string {
  const text = question.normalize("NFC");
  const words = proseWords(text);
  const stems = words.map(({ word }) => spanishStem(word));
  const parts: string[] = [];
  let end = 0;
  let at = 0;
  while (at < words.length) {
    const phrase = findPhrase(stems, at);
    const length = phrase?.length ?? 1;
    const { word = "", start = end } = words[at] ?? {};
    const next = words[at + length - 1]?.end ?? end;
    const isGrammar = phrase?.translations.length === 0;
    parts.push(text.slice(end, start), ...(phrase?.translations ?? translateWord(word)));
    parts.push(isGrammar ? "" : text.slice(start, next));
    end = next;
    at += length;
  }
  return [...parts, text.slice(end)].join(" ");
}

function translateWord(word: string): readonly string[] {
  const isGrammar = wordTerms(word).some((term) => isStopWord(term, true));
  return isGrammar ? [] : (findWord(word) ?? cognate(word));
}

/** Endings of the words that both languages have from Latin and Greek. */
const COGNATE_ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/cuencias?$/, "quence"],
  [/cion(?:es)?$/, "tion"],
  [/siones$/, "sion"],
  [/dad(?:es)?$/, "ty"],
  [/[ae]ncias?$/, "ance"],
  [/ador[ae]?s?$/, "ator"],
  [/ari[oa]s?$/, "ary"],
  [/ori[oa]s?$/, "ory"],
  [/ic[oa]s?$/, "ic"],
  [/iv[oa]s?$/, "ive"],
  [/os[oa]s?$/, "ous"],
  [/logias?$/, "logy"],
  [/grafias?$/, "graphy"],
  [/ismos?$/, "ism"],
  [/istas?$/, "ist"],
  [/(?<=[ae]nt)es?$/, ""],
  [/mentos?$/, "ment"],
  [/iz(?:ar|an?|ad[ao]s?|ando)$/, "ize"],
  [/ific(?:ar|an?|ad[ao]s?|ando)$/, "ify"],
  [/(?:ar|ad[ao]s?|ando)$/, "ate"],
];

const MIN_COGNATE_LENGTH = 6;

/** For a word that the glossary lacks; one that is no English word after all finds nothing and does no harm. */
function cognate(word: string): readonly string[] {
  const rule = COGNATE_ENDINGS.find(([ending]) => ending.test(word));
  return rule === undefined || word.length < MIN_COGNATE_LENGTH ? [] : [word.replace(rule[0], rule[1])];
}
