import { expect, test } from "vitest";
import { describeProgress } from "../../src/cli/progressLine";
import type { IndexProgress } from "../../src/domain/indexStatus";

const progress = (change: Partial<IndexProgress>): IndexProgress => ({
  phase: "indexing",
  filesDone: 10,
  filesTotal: 100,
  bytesDone: 1000,
  bytesTotal: 10_000,
  elapsedMs: 10_000,
  ...change,
});

test.each([
  { change: {}, text: "Indexing 10/100 files, 1 files/s, about 90 s left", why: "time left goes by bytes" },
  { change: { elapsedMs: 100 }, text: "Indexing 10/100 files", why: "too early to tell" },
  { change: { bytesDone: 0 }, text: "Indexing 10/100 files, 1 files/s", why: "nothing to go by" },
  {
    change: { elapsedMs: 60_000 },
    text: "Indexing 10/100 files, 0 files/s, about 9 min left",
    why: "long times in minutes",
  },
  { change: { phase: "waiting" as const }, text: "Another Cloister is writing this index; waiting for it …", why: "" },
  { change: { phase: "idle" as const }, text: undefined, why: "nothing to wait for" },
])("$change → $text $why", ({ change, text }) => {
  expect(describeProgress(progress(change))).toBe(text);
});
