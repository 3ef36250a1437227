/** What meaning and the files beside a file may change in an order by words. */

import { describe, expect, test } from "vitest";
import { analyseQuestion } from "../../../../src/core/retrieval/query/question";
import { type FileCandidate, rankFiles } from "../../../../src/core/retrieval/ranking/rankFiles";
import {
  FEATURES,
  type FileFeatures,
  type FileTraits,
  TRAIT_FACTORS,
  TRAITS,
} from "../../../../src/core/retrieval/ranking/weights";

const NOTHING = Object.fromEntries(FEATURES.map((feature) => [feature, 0])) as unknown as FileFeatures;

const PLAIN = Object.fromEntries(TRAITS.map((trait) => [trait, 0])) as unknown as FileTraits;

/** `a9` is a file that words give 9, `b0+5` one that they give nothing and meaning 5. */
const candidates = (files: string): FileCandidate[] =>
  [...files.matchAll(/(\w)(\d)(?:\+(\d))?/g)].map(([, path = "", words, meaning = "0"]) => ({
    path: `${path}/${path}.ts`,
    fileId: 1,
    features: { ...NOTHING, maxChunk: Number(words), meaning: Number(meaning) },
    traits: PLAIN,
    pathKinds: [],
    rows: [],
    similar: new Map(),
  }));

const rank = (question: string, files: string) => rankFiles(analyseQuestion(question), candidates(files));

test.each([
  { question: "who waits here", files: "a9 b8 c7 d6", order: "abcd", why: "words alone" },
  { question: "who waits here", files: "a9 b8 c7 d6 e5+9", order: "abced", why: "the first three stay" },
  { question: "who waits here", files: "a9 b8+9 c7 d6+1 e1+2", order: "abcde", why: "little meaning changes little" },
  { question: "who waits here", files: "a9 b0+4 c0+5", order: "acb", why: "what meaning found comes after words" },
  { question: "who waits here", files: "a0+1 b0+3 c0+2 d0+9", order: "dbca", why: "meaning alone" },
  { question: "Waiter", files: "a9 b8 c7 d6 e5+9", order: "abcde", why: "a name is looked up" },
])("$files is ranked $order for “$question”: $why", ({ question, files, order }) => {
  const ranked = rank(question, files);
  expect(ranked.map(({ candidate }) => candidate.path[0]).join("")).toBe(order);
  const scores = ranked.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
});

test("a place keeps its score, whoever has it", () => {
  const scores = (files: string) => rank("who waits here", files).map(({ score }) => score);
  expect(scores("a9 b8 c7 d6 e5+9")).toEqual(scores("a9 b8 c7 d6 e5"));
});

describe("traits", () => {
  const [file] = candidates("a9");
  const scoreOf = (question: string, traits: FileTraits) => {
    const [best] = rankFiles(analyseQuestion(question), file === undefined ? [] : [{ ...file, traits }]);
    return best?.score ?? 0;
  };

  test.each(TRAITS)(
    "%s multiplies the score for a question in words by as much of its factor as there is of it",
    (trait) => {
      const by = (value: number) =>
        scoreOf("who waits here", { ...PLAIN, [trait]: value }) / scoreOf("who waits here", PLAIN);
      expect(by(1)).toBeCloseTo(TRAIT_FACTORS[trait], 10);
      expect(by(0.5)).toBeCloseTo(TRAIT_FACTORS[trait] ** 0.5, 10);
    },
  );

  test.each(TRAITS)("%s says nothing of a name that is looked up", (trait) => {
    expect(scoreOf("Waiter", { ...PLAIN, [trait]: 1 })).toBe(scoreOf("Waiter", PLAIN));
  });
});
