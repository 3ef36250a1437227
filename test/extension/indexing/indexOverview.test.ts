import { expect, test } from "vitest";
import type { IndexHealth, IndexPhase } from "../../../src/domain/indexStatus";
import { indexOverview, isWorking, percentOf } from "../../../src/extension/indexing/indexOverview";
import { indexStatus, NO_PROGRESS } from "../../support/indexStatus";

/** One folder of each health and phase: `"ready/idle"`; `"-"` is a folder that has not answered yet. */
const overview = (...folders: string[]) =>
  indexOverview(
    folders.map((text, number) => {
      const [health, phase] = text.split("/") as [IndexHealth, IndexPhase];
      const progress = { ...NO_PROGRESS, phase, filesDone: 1, filesTotal: 4 };
      const status = text === "-" ? undefined : indexStatus(`/${number}`, { health, progress, files: 10, skipped: 1 });
      return { folder: `/${number}`, name: `${number}`, status, problem: undefined };
    }),
    undefined,
  );

test.each([
  { folders: [], health: "none", phase: undefined },
  { folders: ["ready/idle"], health: "ready", phase: undefined },
  { folders: ["ready/idle", "none/idle"], health: "partial", phase: undefined },
  { folders: ["none/idle", "none/idle"], health: "none", phase: undefined },
  { folders: ["ready/idle", "damaged/idle"], health: "damaged", phase: undefined },
  { folders: ["partial/indexing", "ready/idle"], health: "partial", phase: "indexing" },
  { folders: ["ready/paused", "partial/indexing"], health: "partial", phase: "indexing" },
  { folders: ["ready/waiting", "ready/idle"], health: "ready", phase: "waiting" },
  { folders: ["ready/scanning"], health: "ready", phase: undefined },
  { folders: ["ready/scanning", "ready/paused"], health: "ready", phase: "paused" },
  { folders: ["partial/scanning"], health: "partial", phase: "scanning" },
  { folders: ["-"], health: "none", phase: "scanning" },
  { folders: ["ready/idle", "-"], health: "partial", phase: "scanning" },
])("$folders together are $health and $phase", ({ folders, health, phase }) => {
  expect(overview(...folders)).toMatchObject({ health, files: 10 * folders.filter((f) => f !== "-").length });
  expect(overview(...folders).progress?.phase).toBe(phase);
});

test("adds up what is being done, and leaves out what rests", () => {
  expect(overview("partial/indexing", "partial/indexing", "ready/idle").progress).toMatchObject({
    filesDone: 2,
    filesTotal: 8,
  });
});

test("an engine that does not run is the first problem", () => {
  const problem = { code: "index-busy", folder: "/a" } as const;
  const engineProblem = { code: "engine-stopped", cause: "x" } as const;
  const state = { folder: "/a", name: "a", status: undefined, problem };
  expect(indexOverview([state], undefined).problem).toBe(problem);
  expect(indexOverview([state], engineProblem).problem).toBe(engineProblem);
  expect(indexOverview([{ ...state, problem: undefined }], engineProblem).progress).toBeUndefined();
});

test.each([
  { files: [0, 0], bytes: [0, 0], percent: undefined },
  { files: [1, 4], bytes: [0, 0], percent: 25 },
  { files: [1, 4], bytes: [99, 100], percent: 99 },
  { files: [4, 4], bytes: [199, 200], percent: 99 },
  { files: [9, 4], bytes: [0, 0], percent: 100 },
])("$files files and $bytes bytes are $percent %", ({ files, bytes, percent }) => {
  const [filesDone = 0, filesTotal = 0] = files;
  const [bytesDone = 0, bytesTotal = 0] = bytes;
  expect(percentOf({ ...NO_PROGRESS, filesDone, filesTotal, bytesDone, bytesTotal })).toBe(percent);
});

test.each([
  { phase: "indexing", works: true },
  { phase: "finishing", works: true },
  { phase: "paused", works: false },
  { phase: "waiting", works: false },
] as const)("$phase moves on the screen: $works", ({ phase, works }) => {
  expect(isWorking({ ...NO_PROGRESS, phase })).toBe(works);
});
