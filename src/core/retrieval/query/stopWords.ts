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
  "a al algo algun alguna algunas alguno algunos ante antes aqui asi aun aunque bien cada como con conmigo cosa cual " +
  "cuales cualquier cualquiera cuando cuanta cuantas cuanto cuantos cuya cuyas cuyo cuyos da dan de debe deben deberia " +
  "del demas desde dicha dichas dicho dichos dime donde dos e el ella ellas ello ellos en encarga encargan ensename " +
  "entonces entre era eran eres es esa esas ese eso esos esta estaba estan estar estas este esto estos explica explicame " +
  "fue fueron funciona funcionan gracias ha haber habia hace hacemos hacen hacer hacia haga han has hasta hay haya la " +
  "las le les lo los luego mas me mediante mi mientras mis misma mismas mismo mismos mucha muchas mucho muchos muestra " +
  "muestrame muy nada ni ningun ninguna no nos nosotros nuestra nuestro nunca o os otra otras otro otros para pero poco " +
  "por porque puede pueden puedo pues que quien quienes quiero se sea sean segun ser si sido siempre sin sino sobre " +
  "solo son soy su sus tal tales tambien tampoco tan tanto te tengo ti tiene tienen toda todas todavia todo todos tras " +
  "traves tu tus un una unas uno unos usted va van vez y ya yo";

const ENGLISH = new Set(searchTerms(ENGLISH_WORDS));
const SPANISH = new Set(searchTerms(SPANISH_WORDS));

/** @param term as `searchTerms` makes them. */
export function isStopWord(term: string, isSpanish: boolean): boolean {
  return ENGLISH.has(term) || (isSpanish && SPANISH.has(term));
}

/** @param terms as `searchTerms` makes them. @returns those that say something; all of them if none does. */
export function withoutStopWords(terms: readonly string[], isSpanish: boolean): readonly string[] {
  const kept = terms.filter((term) => !isStopWord(term, isSpanish));
  return kept.length > 0 ? kept : terms;
}
