import { expect, test } from "vitest";
import type { ModelLibrary, PullProgress } from "../../../src/core/modelPorts";
import { toErrorDetail } from "../../../src/domain/errors";
import { pullModel } from "../../../src/engine/models/pullModel";

const GB = 1e9;

/** Steps of a download and the room on the disk, in GB → what was seen of it, and how it ended. */
async function pull(steps: readonly (readonly [completed: number, total: number])[], free: number | undefined) {
  let wasLeft = false;
  const library: ModelLibrary = {
    async *pull() {
      try {
        for (const [completed, total] of steps) {
          yield { completedBytes: completed * GB, totalBytes: total * GB };
        }
      } finally {
        wasLeft = true;
      }
    },
    remove: () => expect.unreachable(),
  };
  const seen: PullProgress[] = [];
  const freeDiskBytes = () => (free === undefined ? undefined : free * GB);
  const ending = await pullModel(
    { library, freeDiskBytes },
    "m",
    (progress) => seen.push(progress),
    new AbortController().signal,
  ).then(() => "installed", toErrorDetail);
  expect(wasLeft).toBe(true);
  return { seen: seen.length, ending };
}

test.each([
  {
    what: "enough room",
    steps: [
      [0, 4],
      [4, 4],
    ],
    free: 6,
    seen: 2,
  },
  {
    what: "a disk that does not say",
    steps: [
      [0, 4],
      [4, 4],
    ],
    free: undefined,
    seen: 2,
  },
  {
    what: "going on with most of it there",
    steps: [
      [3, 4],
      [4, 4],
    ],
    free: 2.5,
    seen: 2,
  },
] as const)("$what: it is installed", async ({ steps, free, seen }) => {
  expect(await pull(steps, free)).toEqual({ seen, ending: "installed" });
});

test.each([
  { what: "no room at all", steps: [[0, 4]], free: 1, seen: 0, needed: 4 },
  { what: "nothing to spare", steps: [[0, 4]], free: 4.5, seen: 0, needed: 4 },
  {
    what: "a part that comes later",
    steps: [
      [0, 1],
      [1, 1],
      [1, 9],
    ],
    free: 5,
    seen: 2,
    needed: 8,
  },
] as const)("$what: it stops and says how much is needed", async ({ steps, free, seen, needed }) => {
  expect(await pull(steps, free)).toEqual({
    seen,
    ending: { code: "model-needs-disk", model: "m", neededBytes: needed * GB, freeBytes: free * GB },
  });
});
