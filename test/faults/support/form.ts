/**
 * The two forms of the fault programs. The full one does what the targets ask for and judges times as well; the short one
 * does a little of everything in a few minutes and judges no time, since it runs on machines that are busy.
 *
 * `npm run test:faults` is the full form, `CLOISTER_FAULTS=short` the short one.
 */

import { expect } from "vitest";

const isFull = process.env["CLOISTER_FAULTS"] !== "short";

/** How much of something this form does. */
export function inForm<T>(full: T, short: T): T {
  return isFull ? full : short;
}

/** Prints what a program found, on one line. */
export function printFigures(program: string, figures: Readonly<Record<string, unknown>>): void {
  console.info(`${program}: ${JSON.stringify(figures)}`);
}

/** In the full form: that all times (milliseconds) are within the target. */
export function expectWithin(what: string, timesMs: readonly number[], targetMs: number): void {
  if (isFull) {
    expect(Math.max(0, ...timesMs), `${what}, in milliseconds`).toBeLessThanOrEqual(targetMs);
  }
}

/** `median / 95 % / longest`, in whole units. */
export function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
  return `${at(0.5)} / ${at(0.95)} / ${at(1)}`;
}
