import { expect, test } from "vitest";
import { fitOf } from "../../../src/core/models/fit";

const GIB = 1024 ** 3;

test.each<[weights: number, memory: number, fit: ReturnType<typeof fitOf>]>([
  [0.05, 4, "fits"],
  [5, 16, "fits"],
  [9, 16, "tight"],
  [13, 16, "too-large"],
  [13, 24, "tight"],
  [13, 32, "fits"],
  [5, 8, "tight"],
])("%f GiB of weights on a machine of %i GiB: %s", (weights, memory, fit) => {
  expect(fitOf(weights * GIB, memory * GIB)).toBe(fit);
});
