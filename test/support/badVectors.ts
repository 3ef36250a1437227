/** Vectors with one thing wrong with them: length, a hole, no number, no end, no direction, no vector at all. */

import fc from "fast-check";

export function badVectors(dimensions: number): fc.Arbitrary<unknown> {
  const number = fc.double({ min: -1, max: 1, noNaN: true });
  const good = fc.array(number, { minLength: dimensions, maxLength: dimensions });
  const hole = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null, "0.5", [], {});
  const withHole = fc
    .tuple(good, fc.nat(dimensions - 1), hole)
    .map(([vector, at, value]) => vector.map((own, index) => (index === at ? value : own)));
  const wrongLength = fc.array(number, { maxLength: 2 * dimensions }).filter(({ length }) => length !== dimensions);
  const nowhere = fc.constant(new Array<number>(dimensions).fill(0));
  return fc.oneof(withHole, wrongLength, nowhere, fc.constantFrom(null, [], {}, "", 0));
}
