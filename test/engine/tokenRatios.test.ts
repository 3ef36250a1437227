import { expect, test } from "vitest";
import type { Answer } from "../../src/domain/answer";
import { TokenRatios } from "../../src/engine/tokenRatios";

const answer = (estimatedPromptTokens: number, promptTokens: number, truncated = false): Answer => ({
  question: "",
  answer: "",
  citations: [],
  checks: [],
  unverified: [],
  sources: [],
  model: "m",
  noModel: undefined,
  nothingSolid: false,
  tier: "lexical",
  promptTokens,
  estimatedPromptTokens,
  contextWindow: 8192,
  truncated,
  cutShort: false,
  elapsedMs: 1,
});

/** Pairs of estimate and count → the ratio afterwards. */
const learnt = (...answers: Answer[]) => {
  const ratios = new TokenRatios();
  for (const one of answers) {
    ratios.learn(one);
  }
  return ratios.of("m");
};

test.each([
  { answers: [], ratio: 1, why: "nothing is known yet" },
  { answers: [answer(1000, 1200)], ratio: 1.2, why: "the first answer is believed" },
  { answers: [answer(1000, 1200), answer(1200, 1200)], ratio: 1.2, why: "a right estimate changes nothing" },
  { answers: [answer(1000, 1200), answer(1200, 1000)], ratio: 1.1, why: "later ones move it half way" },
  { answers: [answer(4000, 1000, true)], ratio: 1, why: "a cut prompt teaches nothing" },
  { answers: [answer(1000, 100)], ratio: 1, why: "nor does a count that cannot be of this prompt" },
])("learns $ratio: $why", ({ answers, ratio }) => {
  expect(learnt(...answers)).toBeCloseTo(ratio, 6);
});
