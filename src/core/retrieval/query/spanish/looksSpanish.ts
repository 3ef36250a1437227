/**
 * Whether a question is Spanish.
 *
 * Most questions to code are English, and many are a name or a few words without grammar, so one sign is not enough:
 * `es`, `de`, `son` and `todos` stand in English questions, `red` and `cola` are names. What is English counts against.
 */

import { isStopWord } from "../stopWords";
import { wordTerms } from "../terms";
import { isGlossaryForm, isGlossaryWord } from "./glossary";
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

/** Endings that English words do not have. */
const CERTAIN_ENDING = /(?:(?<!coer|suspi)cion|ciones|siones|[ai]mientos?)$/;

/** Endings of verbs, which tell where the glossary knows the verb. */
const GERUND = /(?:ando|iendo|yendo)(?:se|l[aeo]s?)?$/;
const PARTICIPLE = /[ai]d[ao]s?$/;
const INFINITIVE = /....[ai]r$/;

const ACCENT = /[áéíóú]/i;

/** What a certain sign counts; an uncertain one counts 1. */
const CERTAIN_SIGN = 2;

/** @param question of any language and length. */
export function looksSpanish(question: string): boolean {
  const text = question.normalize("NFC");
  let spanish = (/[¿¡ñ]/i.test(text) ? CERTAIN_SIGN : 0) + (ACCENT.test(text) ? 1 : 0);
  let english = 0;
  for (const { word } of proseWords(text)) {
    const sign = signOf(word);
    spanish += sign;
    english += sign === 0 && wordTerms(word).some((term) => isStopWord(term, false)) ? CERTAIN_SIGN : 0;
  }
  return spanish >= CERTAIN_SIGN && spanish > english;
}

function signOf(word: string): number {
  const isKnown = isGlossaryWord(word);
  const isKnownVerb = (isKnown && INFINITIVE.test(word)) || (GERUND.test(word) && isGlossaryForm(word));
  if (isKnownVerb || CERTAIN.has(word) || CERTAIN_ENDING.test(word)) {
    return CERTAIN_SIGN;
  }
  return isKnown || POSSIBLE.has(word) || (PARTICIPLE.test(word) && isGlossaryForm(word)) ? 1 : 0;
}
