import { expect, test } from "vitest";
import { CrashPolicy } from "../../src/client/crashPolicy";

const minutes = (count: number) => count * 60_000;

/** Times of crashes in minutes → the delays that were granted, in milliseconds; "-" for none. */
const delays = (...crashes: number[]) => {
  const policy = new CrashPolicy();
  return crashes.map((at) => policy.onCrash(minutes(at)) ?? "-");
};

test.each([
  { crashes: [0], granted: [500], why: "the first start is almost at once" },
  { crashes: [0, 1], granted: [500, 2000], why: "the second waits longer" },
  { crashes: [0, 1, 2], granted: [500, 2000, "-"], why: "three in ten minutes are too many" },
  { crashes: [0, 5, 11, 12], granted: [500, 2000, 2000, "-"], why: "old crashes are forgotten" },
])("crashes at $crashes min: $why", ({ crashes, granted }) => {
  expect(delays(...crashes)).toEqual(granted);
});
