import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyseQuestion } from "../../../../src/core/retrieval/query/question";

const words = (question: string) => analyseQuestion(question).words.join(" ");

describe("words", () => {
  test.each([
    ["How does the router match paths?", "router match path", "English grammar is dropped"],
    ["what is this", "what is thi", "unless nothing else is there"],
    ["¿Cómo se conecta la red?", "connect conecta network net red", "Spanish grammar too, and English goes beside it"],
    ["como se guardan los ajustes", "save store guardan set config ajust", "also without accents"],
    ["the son of a con man", "son con man", "Spanish words are kept in an English question"],
    ["retry retry RETRY", "retri", "each word once"],
  ])("%j asks for %j: %s", (question, expected) => {
    expect(words(question)).toBe(expected);
  });
});

describe("names", () => {
  const names = (question: string) =>
    analyseQuestion(question).names.map(
      ({ name, qualifier, isCodeLike }) => `${qualifier ? `${qualifier}>` : ""}${name}${isCodeLike ? "!" : ""}`,
    );

  test.each([
    ["how does getHTTPResponse retry", ["getHTTPResponse!"], "camel case"],
    ["where is http_response used", ["http_response!"], "snake case"],
    ["what does Router do", ["Router"], "a capital"],
    ["Foo::bar", ["Foo!", "Foo>bar!"], "qualified"],
    ["call foo.bar() or Foo#baz", ["foo!", "foo>bar!", "Foo!", "Foo>baz!"], "qualified with a dot or a hash"],
    ["the `match` function", ["match!"], "marked as code"],
    ["find the lock", [], "plain words are no names"],
    ["lock", ["lock"], "one word is"],
    ['"getValue"', ["getValue!"], "quotes do no harm"],
  ])("%j names %j: %s", (question, expected) => {
    expect(names(question)).toEqual(expected);
  });

  test.each([
    ["Foo::bar", true, "bar"],
    ["  lock ", true, "lock"],
    ["the lock", false, undefined],
    ["", false, undefined],
  ])("%j is one name: %s", (question, isSingle, wholeName) => {
    const analysed = analyseQuestion(question);
    expect([analysed.isSingle, analysed.wholeName?.name]).toEqual([isSingle, wholeName]);
  });
});

describe("paths", () => {
  test.each([
    ["what is in src/core/a.ts?", ["src/core/a.ts"]],
    ["at run (./lib/a.js:12:5)", ["lib/a.js:12"]],
    ['File "pkg/mod.py", line 3', ["pkg/mod.py:3"]],
    ["C:\\work\\a.cs:7", ["C:/work/a.cs:7"]],
    ["a.ts", ["a.ts"]],
    ["no path here", []],
  ])("%j mentions %j", (question, expected) => {
    const found = analyseQuestion(question).paths.map(({ path, line }) => (line ? `${path}:${line}` : path));
    expect(found).toEqual(expected);
  });
});

test.each([
  ["where are the tests of the parser", ["tests"]],
  ["¿qué pruebas hay del analizador?", ["tests"]],
  ["show the installation guide", ["docs"]],
  ["an example of a plugin", ["examples"]],
  ["how is the cache cleared", []],
  ["where do we release the lock", []],
])("%j is about %j", (question, topics) => {
  expect([...analyseQuestion(question).topics]).toEqual(topics);
});

describe("hostile questions", () => {
  test.each([
    ["SQL", "'; DROP TABLE chunks; --"],
    ["control characters", "\u0000\u0007\u001b[31m"],
    ["emoji", "🎉🎉🎉"],
    ["dots", ".".repeat(100_000)],
    ["colons", "::".repeat(50_000)],
    ["a chain of names", "a.".repeat(50_000)],
    ["slashes", "/".repeat(100_000)],
    ["one word", "x".repeat(100_000)],
    ["back quotes", "` ".repeat(50_000)],
    ["Chinese", "锁".repeat(100_000)],
    ["a pasted log", Array.from({ length: 10_000 }, (_, n) => `at f${n} (src/a${n}.ts:${n}:1)`).join("\n")],
  ])("%s: read and bounded", (_, question) => {
    const { terms, words, names, paths } = analyseQuestion(question);
    expect(Math.max(terms.length, words.length, names.length, paths.length)).toBeLessThanOrEqual(48);
  });

  test("no question fails, and no term of it is empty", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        const question = analyseQuestion(text);
        expect(question.terms.filter((term) => !/^\S+$/u.test(term))).toEqual([]);
        expect(new Set(question.terms).size).toBe(question.terms.length);
      }),
    );
  });
});
