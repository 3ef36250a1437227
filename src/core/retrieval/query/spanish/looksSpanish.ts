/**
 * Whether a question is Spanish.
 *
 * Most questions to code are English, and many are a name or a few words without grammar, so one sign is not enough:
 * `es`, `de`, `son` and `todos` stand in English questions, `red` and `cola` are names. What is English counts against.
 */

import { isStopWord } from "../stopWords";
import { wordTerms } from "../terms";
import { isGlossaryWord } from "./glossary";
import { proseWords } from "./proseWords";

/** Grammar that is no English word and hardly a name in code. */
const CERTAIN = new Set(
  (
    "alguna algunas aunque cual cuales cualquier cuando cuantos desde donde ella ellos estan estas estos explica " +
    "funciona funcionan hacen hacia hasta mediante mientras muestra pero porque puede pueden quien segun sobre tiene " +
    "tienen todas unas"
  ).split(" "),
);

/** Grammar that may be something else. */
const POSSIBLE = new Set(
  (
    "al algun como con cual de del dos el en entre es esta este esto fue hace hay la las le lo los mas ni o para por " +
    "que se sin son su sus te todos tras tu un una uno unos y"
  ).split(" "),
);

/** What a certain sign counts; an uncertain one counts 1. */
const CERTAIN_SIGN = 2;

/** @param question of any language and length. */
export function looksSpanish(question: string): boolean {
  const text = question.normalize("NFC");
  let spanish = (/[¿¡ñ]/i.test(text) ? CERTAIN_SIGN : 0) + (/[áéíóú]/i.test(text) ? 1 : 0);
  let english = 0;
  for (const { word } of proseWords(text)) {
    if (CERTAIN.has(word)) {
      spanish += CERTAIN_SIGN;
    } else if (POSSIBLE.has(word) || isGlossaryWord(word)) {
      spanish += 1;
    } else if (wordTerms(word).some((term) => isStopWord(term, false))) {
      english += CERTAIN_SIGN;
    }
  }
  return spanish >= CERTAIN_SIGN && spanish > english;
}
