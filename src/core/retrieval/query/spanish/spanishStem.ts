/**
 * Brings inflected Spanish words together: `cierra`, `cerrando` and `cerrado` with `cerrar`, `colas` with `cola`.
 *
 * A light stemmer for looking words up in a glossary, after Savoy, "Light stemming approaches for the French,
 * Portuguese, German and Hungarian languages", SAC 2006, with endings of verbs and their changing vowels added, because
 * a question says what code does. What it cuts too short is told apart by trying the longer forms first.
 *
 * All words here are in lower case and without accents.
 */

/** Pronouns written as one word with a verb: `guardarlo`, `ejecutándose`. */
const ATTACHED_PRONOUNS = /(?<=..(?:[aei]r|[ai]ndo|[iy]endo))(?:se|l[aeo]s?){1,2}$/;

/** After the `s` of the plural and of verbs is gone. */
const VERB_ENDING =
  /(?<=..)(?:[aei]riamo|[aei]remo|abamo|iendo|yendo|ando|[aei]rian?|[aei]ran?|[aei]re|aron|ieron|yeron|ieran?|aban?|ad[ao]|id[ao]|[aei]mo|ian?|io|[aei]r|an|en|[aeo])$/;

/** @returns what `word` may be the plural of, likeliest first: `índices`, `conexiones`, `luces`. */
export function spanishSingulars(word: string): string[] {
  return [/s$/, /es$/, /ces$/]
    .filter((ending) => word.length > 3 && ending.test(word))
    .map((ending) => word.replace(ending, ending.source === "ces$" ? "z" : ""));
}

/** @returns what the forms of a word have in common; no word of the language. */
export function spanishStem(word: string): string {
  return evenSpelling(
    word
      .replace(/(?<=....)mente$/, "")
      .replace(ATTACHED_PRONOUNS, "")
      .replace(/(?<=..)s$/, "")
      .replace(VERB_ENDING, ""),
  );
}

/** Undoes what spelling and stress change before an ending: `busqu-`, `analic-`, `cierr-`, `devuelv-`, `construy-`. */
function evenSpelling(stem: string): string {
  return stem
    .replace(/(?:qu|z)$/, "c")
    .replace(/(?:gu|j)$/, "g")
    .replace(/(?<=..)[iy]$/, "")
    .replace(/ie(?=[^aeiou]+$)/, "e")
    .replace(/ue(?=[^aeiou]+$)/, "o");
}
