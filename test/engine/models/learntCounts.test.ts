import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LearntCounts } from "../../../src/engine/models/learntCounts";
import { temporaryFolder } from "../../support/temporaryFolder";

test("each model and way to count is learnt for itself", () => {
  const counts = new LearntCounts();
  const unlearnt = counts.of("m");
  counts.learn("m", 1000, 1200);
  expect(counts.of("m").ratio).toBeGreaterThan(1.1);
  expect(counts.of("m estimated")).toEqual(unlearnt);
});

test("what was learnt outlives the process; a damaged file only means learning again", () => {
  const file = join(temporaryFolder(), "new", "token-counts.json");
  const first = new LearntCounts(file);
  first.learn("m", 1000, 800);
  expect(new LearntCounts(file).of("m")).toEqual(first.of("m"));
  writeFileSync(file, '{"m": {"answers": "many"}}');
  const again = new LearntCounts(file);
  expect(again.of("m")).toEqual(new LearntCounts().of("m"));
  again.learn("m", 1000, 700);
  expect(new LearntCounts(file).of("m")).toEqual(again.of("m"));
});

test("a place that cannot be written to spoils nothing", () => {
  const blocked = join(temporaryFolder(), "file");
  writeFileSync(blocked, "");
  const counts = new LearntCounts(join(blocked, "token-counts.json"));
  counts.learn("m", 1000, 600);
  expect(counts.of("m").ratio).toBeLessThan(0.7);
  expect(existsSync(join(blocked, "token-counts.json"))).toBe(false);
});
