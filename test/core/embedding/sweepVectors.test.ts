import { expect, test } from "vitest";
import { sweepUnused } from "../../../src/core/embedding/sweepVectors";

const DAY = 24 * 60 * 60 * 1000;

test("an unused vector stays for a month and is remembered", () => {
  const stored = new Set(["used", "new", "known", "old"]);
  const sweep = sweepUnused(stored, new Set(["used"]), { known: 90 * DAY, old: 60 * DAY, gone: 1 }, 100 * DAY);
  expect(sweep.remove).toEqual(["old"]);
  expect(sweep.unusedSince).toEqual({ new: 100 * DAY, known: 90 * DAY });
});

test("one that is used again is forgotten", () => {
  expect(sweepUnused(new Set(["a"]), new Set(["a"]), { a: 0 }, 50 * DAY)).toEqual({ remove: [], unusedSince: {} });
});

test("there are never many more unused ones than used ones: the ones unused longest go", () => {
  const keys = Array.from({ length: 6_000 }, (_, index) => `k${index}`);
  const known = Object.fromEntries(keys.map((key, index) => [key, index]));
  const { remove } = sweepUnused(new Set(keys), new Set(), known, 10_000);
  expect(remove).toHaveLength(1_000);
  expect(remove).toContain("k0");
  expect(remove).not.toContain("k5999");
});
