import { expect, test } from "vitest";
import { learnCount, learntCounting, NOTHING_LEARNT } from "../../../../src/core/answering/tokens/tokenCounting";

/** Plain tokens and what a server counted, one after the other. */
const learnt = (prompts: readonly (readonly [number, number])[]) =>
  learntCounting(prompts.reduce((sums, [plain, counted]) => learnCount(sums, plain, counted), NOTHING_LEARNT));

const estimate = (plain: number, { ratio, frame }: ReturnType<typeof learnt>) => Math.round(plain * ratio + frame);

/** Sizes of ten prompts that a server counts as `ratio` times as many, and `frame` on top. */
const tenPrompts = (ratio: number, frame: number) =>
  Array.from({ length: 10 }, (_, index): [number, number] => {
    const plain = 300 + 450 * index;
    return [plain, plain * ratio + frame];
  });

test.each([
  { prompts: [], of: 1000, tokens: 1024, why: "nothing is known yet" },
  { prompts: [[1000, 1200]] as const, of: 1000, tokens: 1195, why: "the first answer is believed" },
  { prompts: tenPrompts(0.7, 80), of: 400, tokens: 360, why: "ten tell the ratio from the frame" },
  { prompts: tenPrompts(0.7, 80), of: 6000, tokens: 4280, why: "and so hold for other sizes" },
  { prompts: [[1000, 100]] as const, of: 1000, tokens: 1024, why: "a count that cannot be of this prompt" },
  { prompts: [[0, 0]] as const, of: 1000, tokens: 1024, why: "no prompt" },
])("of $of makes $tokens: $why", ({ prompts, of, tokens }) => {
  const estimated = estimate(of, learnt(prompts));
  expect(Math.abs(estimated - tokens)).toBeLessThanOrEqual(tokens * 0.015);
});

test("a server that counts differently is learnt anew", () => {
  const rounds = [...Array(20).fill([1000, 700]), ...Array(120).fill([1000, 1100])] as [number, number][];
  expect(estimate(1000, learnt(rounds))).toBeGreaterThan(1050);
});
