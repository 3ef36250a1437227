import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type CountedPrompt, TokenRatios } from "../../src/engine/tokenRatios";
import { temporaryFolder } from "../support/temporaryFolder";

const prompt = (estimatedTokens: number, promptTokens: number): CountedPrompt => ({ estimatedTokens, promptTokens });

/** Estimates and counts → the ratio afterwards. */
const learnt = (...prompts: CountedPrompt[]) => {
  const ratios = new TokenRatios();
  for (const one of prompts) {
    ratios.learn("m", one);
  }
  return ratios.of("m");
};

test.each([
  { prompts: [], ratio: 1, why: "nothing is known yet" },
  { prompts: [prompt(1000, 1200)], ratio: 1.2, why: "the first answer is believed" },
  { prompts: [prompt(1000, 1200), prompt(1200, 1200)], ratio: 1.2, why: "a right estimate changes nothing" },
  { prompts: [prompt(1000, 1200), prompt(1200, 1000)], ratio: 1.1, why: "two have the same weight" },
  { prompts: [prompt(1000, 100)], ratio: 1, why: "a count that cannot be of this prompt teaches nothing" },
  { prompts: [prompt(0, 0)], ratio: 1, why: "nor does none" },
])("learns $ratio: $why", ({ prompts, ratio }) => {
  expect(learnt(...prompts)).toBeCloseTo(ratio, 6);
});

test("a model that was replaced is learnt anew", () => {
  const ratios = new TokenRatios();
  for (let round = 0; round < 80; round += 1) {
    const wanted = round < 20 ? 0.7 : 1.1;
    ratios.learn("m", prompt(1000 * ratios.of("m"), 1000 * wanted));
  }
  expect(ratios.of("m")).toBeCloseTo(1.1, 2);
});

test("what was learnt outlives the process; a damaged file only means learning again", () => {
  const file = join(temporaryFolder(), "new", "token-ratios.json");
  new TokenRatios(file).learn("m", prompt(1000, 800));
  expect(new TokenRatios(file).of("m")).toBeCloseTo(0.8, 6);
  writeFileSync(file, '{"m": {"ratio": "high"}}');
  const again = new TokenRatios(file);
  expect(again.of("m")).toBe(1);
  again.learn("m", prompt(1000, 700));
  expect(new TokenRatios(file).of("m")).toBeCloseTo(0.7, 6);
});

test("a place that cannot be written to spoils nothing", () => {
  const folder = temporaryFolder();
  const blocked = join(folder, "file");
  writeFileSync(blocked, "");
  const ratios = new TokenRatios(join(blocked, "token-ratios.json"));
  ratios.learn("m", prompt(1000, 900));
  expect(ratios.of("m")).toBeCloseTo(0.9, 6);
  expect(existsSync(join(blocked, "token-ratios.json"))).toBe(false);
});
