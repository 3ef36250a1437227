import { expect, test } from "vitest";
import { describeEmbedding, describeProgress } from "../../src/cli/progressLine";
import type { IndexProgress, VectorStatus } from "../../src/domain/indexStatus";

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

test.each<{ change: Partial<VectorStatus>; text: string | undefined }>([
  { change: {}, text: "Embedding with m: 10/100 texts" },
  { change: { leftMs: 30_000 }, text: "Embedding with m: 10/100 texts, about 30 s left" },
  {
    change: { state: "asking", leftMs: 600_000 },
    text: "Embedding 100 texts anew with m: about 10 min; until then the old vectors serve",
  },
  { change: { state: "complete" }, text: undefined },
])("vectors: $change → $text", ({ change, text }) => {
  const filling: VectorStatus = {
    state: "filling",
    model: "m",
    done: 10,
    total: 100,
    leftMs: undefined,
    problem: undefined,
  };
  expect(describeEmbedding({ ...filling, ...change })).toBe(text);
});
