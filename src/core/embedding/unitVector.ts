/**
 * The one gate through which a vector gets in.
 *
 * LanceDB takes a vector of the wrong length or with holes in it without a word, and a server may send anything; so each
 * vector is looked at, number by number, before it is used or stored.
 */

/** Below this a vector points nowhere: what is left is rounding. */
const SMALLEST_LENGTH = 1e-6;

/** How far the square of a unit vector's length may be from 1: numbers of two bytes are off by a thousandth at most. */
const TOLERANCE = 0.01;

/**
 * @param raw what the server sent.
 * @returns the vector, scaled to unit length; undefined for anything but `dimensions` finite numbers that point somewhere.
 */
export function unitVector(raw: unknown, dimensions: number): Float32Array | undefined {
  if (!Array.isArray(raw) || raw.length !== dimensions || dimensions === 0) {
    return undefined;
  }
  let squares = 0;
  for (const value of raw as unknown[]) {
    if (typeof value !== "number") {
      return undefined;
    }
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  if (!Number.isFinite(length) || length < SMALLEST_LENGTH) {
    return undefined; // one number that is not finite makes the sum so
  }
  return Float32Array.from(raw as number[], (value) => value / length);
}

/** @param numbers of a vector that was stored. @returns false for what can have been no unit vector. */
export function isOfUnitLength(numbers: Float32Array): boolean {
  let squares = 0;
  for (const value of numbers) {
    squares += value * value;
  }
  return Math.abs(squares - 1) < TOLERANCE; // false as well where a number is none
}

/** The mean of unit vectors under weights, again of unit length; undefined where they cancel out. */
export function meanVector(
  parts: readonly { readonly vector: Float32Array; readonly weight: number }[],
): Float32Array | undefined {
  const dimensions = parts[0]?.vector.length ?? 0;
  const sum = new Array<number>(dimensions).fill(0);
  for (const { vector, weight } of parts) {
    vector.forEach((value, index) => {
      sum[index] = (sum[index] ?? 0) + value * weight;
    });
  }
  return unitVector(sum, dimensions);
}
