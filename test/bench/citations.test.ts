/** The short form of `npm run bench:citations`, on this repository's own files. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { measureCitations } from "../../bench/citations/measure";
import { FAULTS } from "../../bench/citations/synthesis";

const ROOT = resolve(__dirname, "../..");

/** No answer holds what these files spell: a model is never shown it. */
const SPELLS_TEMPLATE_MARKS = /unseenText|thinkTags/;

const files = execFileSync("git", ["ls-files", "src", "test/core"], { cwd: ROOT, encoding: "utf8" })
  .trim()
  .split("\n")
  .filter((path) => /^[\w./-]+\.tsx?$/.test(path) && !SPELLS_TEMPLATE_MARKS.test(path))
  .map((path) => ({ path, lines: readFileSync(join(ROOT, path), "utf8").split("\n") }))
  .filter(({ lines }) => lines.length >= 20);

test("nearly every known fault is marked, and hardly a correct answer", async () => {
  const { faults, correct, missed } = await measureCitations([files], 60, 300, 7);
  const marked = FAULTS.map((kind) => faults[kind].marked).reduce((sum, count) => sum + count, 0);
  expect(marked, JSON.stringify(missed.slice(0, 3))).toBeGreaterThanOrEqual(297);
  expect(correct.marked, JSON.stringify(missed.slice(0, 3))).toBeLessThanOrEqual(3);
});
