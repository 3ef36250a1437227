/**
 * Words that carry the grammar of a question and nothing of its subject.
 *
 * Dropped from questions only while other words remain: `this` alone is still a question. Spanish words count only in
 * a Spanish question, because some of them are names in code (`no`, `son`, `sin`, `tan`).
 */

import { searchTerms } from "./terms";

const ENGLISH_WORDS =
  "a about after all also am an and any are as at be been before being both but by can could did do does doing done " +
  "during each either else for from had has have having he her here him his how i if in into is it its itself just " +
  "let like may me might more most much must my neither no nor not of off on once only or other our out over own per " +
  "please shall she should show so some such tell than that the their them then there these they this those through " +
  "to too under until up us very via want was we were what when where whether which while who whom whose why will " +
  "with within without would yet you your";

const SPANISH_WORDS =
  "a al algo algun alguna algunas alguno algunos ante antes aqui asi aun aunque cada como con cosa cual cuales cuando " +
  "cuanta cuantas cuanto cuantos de del desde donde dos e el ella ellas ellos en entre era eran eres es esa esas ese " +
  "eso esos esta estaba estan estar estas este esto estos explica explicame fue fueron ha hace hacen hacer hacia han " +
  "hasta hay la las le les lo los mas me mi mientras mis mucho muestra muy nada ni no nos nosotros o os otra otras " +
  "otro otros para pero poco por porque puede pueden puedo pues que quien quienes quiero se sea sean segun ser si " +
  "sido sin sobre solo son soy su sus tal tambien tan tanto te tengo ti tiene tienen toda todas todo todos tras tu " +
  "tus un una unas uno unos usted va van vez y ya yo";

const asTerms = (words: string): ReadonlySet<string> => new Set(searchTerms(words));

const ENGLISH = asTerms(ENGLISH_WORDS);
const SPANISH = asTerms(SPANISH_WORDS);

/** Spanish words that are no English word and hardly a name in code. */
const TELLS_SPANISH = asTerms(
  "algun alguna aqui como con cual cuales cuando cuanto cuantos de del desde donde el ella en entre es esta estan " +
    "este estos explica fue funciona hace hacen hacia hasta hay la las los mientras muestra para pero porque puede " +
    "pueden que quien se segun sobre son su sus tiene tienen todas todos tras una unas unos y",
);

/** @returns true for a question that is more Spanish than English by its grammar. */
export function looksSpanish(question: string, terms: readonly string[]): boolean {
  if (/[¿¡ñ]/i.test(question)) {
    return true;
  }
  const spanish = terms.filter((term) => TELLS_SPANISH.has(term) && !ENGLISH.has(term)).length;
  return spanish > terms.filter((term) => ENGLISH.has(term) && !SPANISH.has(term)).length;
}

export const isEnglishStopWord = (term: string): boolean => ENGLISH.has(term);

/** @param terms as `searchTerms` makes them. @returns those that say something; all of them if none does. */
export function withoutStopWords(terms: readonly string[], isSpanish: boolean): readonly string[] {
  const kept = terms.filter((term) => !ENGLISH.has(term) && !(isSpanish && SPANISH.has(term)));
  return kept.length > 0 ? kept : terms;
}
