import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyseQuestion } from "../../../../../src/core/retrieval/query/question";
import glossary from "../../../../../src/core/retrieval/query/spanish/glossary.es.json";
import { proseWords } from "../../../../../src/core/retrieval/query/spanish/proseWords";
import { withEnglish } from "../../../../../src/core/retrieval/query/spanish/withEnglish";

const english = (question: string) => withEnglish(question).replace(/\s+/g, " ").trim();

describe("withEnglish", () => {
  test.each([
    ["hilo", "thread hilo", "a word"],
    ["hilos", "thread hilos", "its plural"],
    ["peticiones", "request peticiones", "a plural that loses its accent"],
    ["PETICIÓN Petición", "request PETICIÓN request Petición", "capitals"],
    ["cola", "queue cola", "a noun, and no form of a verb"],
    ["cierra", "close cierra", "a verb that changes its vowel"],
    ["devuelve", "return devuelve", "another"],
    ["ejecutándose", "run execute exec ejecutándose", "a verb with a pronoun"],
    ["tiempo de espera", "timeout tiempo de espera", "a phrase, and not its words"],
    ["tiempos de espera", "timeout tiempos de espera", "a phrase in the plural"],
    ["hilo de ejecución", "thread hilo de ejecución", "the longest phrase"],
    ["una base de datos.", "una database db base de datos .", "a phrase among others"],
    ["a través de la red", "la network net red", "grammar of several words goes"],
    ["como para cada uno", "como para each cada uno", "grammar of one word is not translated"],
    ["invalidante idempotencia", "invalidant invalidante idempotance idempotencia", "what both languages have"],
    [
      "getValue de la cola `cola` src/cola.ts cola_de",
      "getValue de la queue cola `cola` src/cola.ts cola_de",
      "no code",
    ],
    ["router y token", "router y token", "English words stay alone"],
    ["file", "file", "an English word is no form of a Spanish one"],
    ["petici\u00f3n".normalize("NFD"), "request petición", "combining marks"],
    ["", "", "nothing"],
    ["锁在哪 🎉", "锁在哪 🎉", "other scripts"],
  ])("%j becomes %j: %s", (question, expected) => {
    expect(english(question)).toBe(expected);
  });

  test("keeps all letters, in order, whatever stands around them", () => {
    const piece = fc.constantFrom(
      "hilo",
      "Cola,",
      "foo_bar",
      "`x",
      "`",
      "·",
      "red/cola",
      "tiempo",
      "de",
      "espera",
      "1.",
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const question = pieces.join(" ");
        const found = withEnglish(question);
        let at = 0;
        for (const [run] of question.matchAll(/\w+/g)) {
          at = found.indexOf(run, at);
          expect(at, `${run} in ${found}`).toBeGreaterThanOrEqual(0);
          at += run.length;
        }
      }),
    );
  });

  test.each([
    ["a long question", "¿cómo se cierra la conexión a la base de datos? ".repeat(2_200)],
    ["one long word", "á".repeat(100_000)],
    ["beginnings of phrases", "tiempo de ".repeat(10_000)],
    ["grammar", "a través de ".repeat(9_000)],
    ["quotes", "` ¿".repeat(33_000)],
    ["endings", "ciones".repeat(17_000)],
  ])("reads 100,000 characters: %s", (_, question) => {
    const { terms, words } = analyseQuestion(question);
    expect(Math.max(terms.length, words.length)).toBeLessThanOrEqual(48);
    expect(withEnglish(question).length).toBeLessThan(question.length * 4);
  });
});

test.each([
  ["abrir el fichero", "abrir@0 el@6 fichero@9"],
  ["¿Ñandú?", "nandu@1"],
  ["foo.bar HTTPServer snake_case a/b v2 `de la` fin.", "fin@45"],
])("proseWords(%j)", (text, expected) => {
  const words = proseWords(text);
  expect(words.map(({ word, start }) => `${word}@${start}`).join(" ")).toBe(expected);
});

describe("glossary", () => {
  const entries = Object.values(glossary).flatMap((group) => Object.entries(group) as [string, string][]);

  test("holds each entry once", () => {
    const keys = entries.map(([spanish]) => spanish.normalize("NFD").replace(/[\u0300-\u0302\u0304-\u036f]/g, ""));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test("has words in their own spelling and English in lower case, separated by commas", () => {
    const english = "[a-z0-9]+(?: [a-z0-9]+)*";
    const entry = new RegExp(`^[a-záéíóúüñ]+(?: [a-záéíóúüñ]+)*: (?:${english}(?:, ${english})*)?$`);
    expect(entries.map((pair) => pair.join(": ")).filter((line) => !entry.test(line))).toEqual([]);
  });

  test("translates to no word twice", () => {
    const twice = entries.filter(([, english]) => new Set(english.split(", ")).size < english.split(", ").length);
    expect(twice).toEqual([]);
  });
});
