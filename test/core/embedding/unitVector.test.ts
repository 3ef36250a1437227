import fc from "fast-check";
import { expect, test } from "vitest";
import { meanVector, unitVector } from "../../../src/core/embedding/unitVector";
import { badVectors } from "../../support/badVectors";

test.each<[unknown, number, number[] | undefined, string]>([
  [[3, 4], 2, [0.6, 0.8], "scaled to unit length"],
  [[0, -2], 2, [0, -1], "as it points"],
  [[1, 0], 3, undefined, "too short"],
  [[1, 0, 0, 0], 3, undefined, "too long"],
  [[], 0, undefined, "empty"],
  [[0, 0], 2, undefined, "pointing nowhere"],
  [[1e-9, 0], 2, undefined, "all but pointing nowhere"],
  [[1, null], 2, undefined, "with a hole"],
  [[1, "1"], 2, undefined, "with text in it"],
  [[1, Number.NaN], 2, undefined, "with no number"],
  [[1, Number.POSITIVE_INFINITY], 2, undefined, "without end"],
  [[1e200, 1e200], 2, undefined, "whose length is without end"],
  [null, 2, undefined, "null"],
  [{ 0: 1, 1: 0, length: 2 }, 2, undefined, "no array"],
])("%j of %d: %j, %s", (raw, dimensions, expected) => {
  const vector = unitVector(raw, dimensions);
  expect(vector && [...vector].map((value) => Number(value.toFixed(6)))).toEqual(expected);
});

test("no bad vector gets through", () => {
  fc.assert(
    fc.property(badVectors(6), (raw) => unitVector(raw, 6) === undefined),
    { numRuns: 2_000 },
  );
});

test("what gets through has unit length", () => {
  const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(numbers, (raw) => {
      const vector = unitVector(raw, raw.length);
      return vector === undefined || Math.abs(Math.hypot(...vector) - 1) < 1e-5;
    }),
  );
});

test("a mean leans to the heavier part, and there is none of opposites", () => {
  const [x, y] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
  const mean = meanVector([
    { vector: x, weight: 3 },
    { vector: y, weight: 4 },
  ]);
  expect([...(mean ?? [])].map((value) => Number(value.toFixed(4)))).toEqual([0.6, 0.8]);
  expect(
    meanVector([
      { vector: x, weight: 1 },
      { vector: Float32Array.of(-1, 0), weight: 1 },
    ]),
  ).toBeUndefined();
  expect(meanVector([])).toBeUndefined();
});
