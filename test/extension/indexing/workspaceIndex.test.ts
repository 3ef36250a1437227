import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EngineError, type EngineErrorDetail } from "../../../src/domain/errors";
import type { FolderSpec } from "../../../src/extension/indexing/indexedFolder";
import { WorkspaceIndex } from "../../../src/extension/indexing/workspaceIndex";
import { FakeEngineClient } from "../../support/fakeEngineClient";
import { indexStatus, NO_PROGRESS } from "../../support/indexStatus";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const spec = (folder: string, more: Partial<FolderSpec> = {}): FolderSpec => ({
  ref: { folder, settings: { exclude: [], maxFileKiB: 1024 } },
  name: folder.slice(1),
  isAutomatic: true,
  ...more,
});

function open(...specs: FolderSpec[]) {
  const engine = new FakeEngineClient();
  const problems: EngineErrorDetail[] = [];
  const index = new WorkspaceIndex({ engine, onProblem: (_, problem) => problems.push(problem) });
  index.setFolders(specs);
  return { engine, index, problems };
}

/** What was asked of the engine since the last look: `follow /a`. */
function asked(engine: FakeEngineClient): string[] {
  return engine.sent.splice(0).map(({ method, params }) => `${method} ${params.folder.folder ?? params.folder}`);
}

test("follows each folder, and stops when it leaves the window", () => {
  const { engine, index } = open(spec("/a"), spec("/b"));
  expect(asked(engine)).toEqual(["follow /a", "follow /b"]);
  index.setFolders([spec("/b"), spec("/c")]);
  expect(asked(engine)).toEqual(["unfollow /a", "follow /c"]);
  index.setFolders([]);
  expect(asked(engine)).toEqual(["unfollow /b", "unfollow /c"]);
});

test("follows again when a folder's settings change, and only then", () => {
  const { engine, index } = open(spec("/a"));
  asked(engine);
  index.setFolders([spec("/a")]);
  expect(asked(engine)).toEqual([]);
  index.setFolders([spec("/a", { ref: { folder: "/a", settings: { exclude: ["x"], maxFileKiB: 1024 } } })]);
  expect(engine.last("follow").params.folder.settings.exclude).toEqual(["x"]);
});

test("a folder that is not indexed automatically is looked at and left alone", async () => {
  const { engine, index } = open(spec("/a", { isAutomatic: false }));
  expect(asked(engine)).toEqual(["status /a"]);
  index.hint("/a/x.ts", "save");
  index.reconcile();
  await vi.advanceTimersByTimeAsync(60_000);
  index.reconcile();
  expect(asked(engine)).toEqual([]);
  void index.index(false);
  expect(asked(engine)).toEqual(["index /a"]);
});

test("follows every folder anew after the engine was started again", () => {
  const { engine, index } = open(spec("/a"), spec("/b", { isAutomatic: false }));
  engine.emitState("running");
  asked(engine);
  engine.emitState("restarting", { code: "engine-stopped", cause: "killed" });
  engine.emitState("running");
  expect(asked(engine)).toEqual(["follow /a", "status /b"]);
  expect(index.engineProblem).toBeUndefined();
});

test("an engine that gave up is a problem until it runs again", () => {
  const { engine, index } = open(spec("/a"));
  engine.emitState("failed", { code: "engine-stopped", cause: "it crashed" });
  expect(index.engineProblem).toEqual({ code: "engine-stopped", cause: "it crashed" });
  engine.emitState("running");
  expect(index.engineProblem).toBeUndefined();
});

test("passes changed paths to every folder that holds them, relative to it", async () => {
  const { engine, index } = open(spec("/a"), spec("/a/b"), spec("/ab"));
  asked(engine);
  index.hint("/a/b/c.ts", "save");
  index.hint("/elsewhere/d.ts", "save");
  await vi.advanceTimersByTimeAsync(100);
  expect(engine.sent.map(({ params }) => params)).toEqual([
    { folder: "/a", paths: ["b/c.ts"] },
    { folder: "/a/b", paths: ["c.ts"] },
  ]);
});

test("sends one request at a time, and what changed meanwhile after it", async () => {
  const { engine, index } = open(spec("/a"));
  asked(engine);
  const save = async (path: string) => {
    index.hint(`/a/${path}`, "save");
    await vi.advanceTimersByTimeAsync(100);
  };
  await save("one");
  await save("two");
  await save("three");
  expect(engine.sent.map(({ params }) => params.paths)).toEqual([["one"]]);
  await engine.last("update").answer({});
  expect(engine.sent.map(({ params }) => params.paths)).toEqual([["one"], ["two", "three"]]);
});

test("goes on after a request failed, and forgets the problem when one succeeds", async () => {
  const { engine, index, problems } = open(spec("/a"));
  const problem = { code: "disk-full", indexDir: "/i" } as const;
  index.hint("/a/one", "save");
  await vi.advanceTimersByTimeAsync(100);
  await engine.last("update").fail(new EngineError(problem));
  expect(index.states[0]?.problem).toEqual(problem);
  expect(problems).toEqual([problem]);

  index.hint("/a/two", "save");
  await vi.advanceTimersByTimeAsync(100);
  await engine.last("update").answer({});
  expect(index.states[0]?.problem).toBeUndefined();
});

test("another window that writes the index is no problem", async () => {
  const { engine, index, problems } = open(spec("/a"));
  await engine.last("follow").fail(new EngineError({ code: "index-busy", folder: "/a" }));
  expect(index.states[0]?.problem).toBeUndefined();
  expect(problems).toEqual([]);
});

test("looks for changes when asked to, but not all the time", async () => {
  const { engine, index } = open(spec("/a"));
  asked(engine);
  index.reconcile();
  expect(asked(engine)).toEqual([]);
  await vi.advanceTimersByTimeAsync(10_000);
  index.reconcile();
  index.reconcile();
  expect(asked(engine)).toEqual(["index /a"]);
});

/** Tells of so many changed files, and answers every request until nothing was asked for a minute. */
async function burst(folder: ReturnType<typeof open>, files: number): Promise<string[]> {
  const { engine, index } = folder;
  for (let n = 0; n < files; n += 1) {
    index.hint(`/a/file${n}`, "watch");
  }
  const requests: string[] = [];
  for (let second = 0; second < 60; second += 1) {
    await vi.advanceTimersByTimeAsync(1_000);
    for (const request of engine.sent.splice(0)) {
      requests.push(request.method);
      await request.answer({});
    }
  }
  return requests;
}

test("after very many changes at once, looks for others that no event told of", async () => {
  const folder = open(spec("/a"));
  asked(folder.engine);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await burst(folder, 5)).toEqual(["update"]);
  expect(await burst(folder, 50)).toEqual(["update", "index"]);
  expect(await burst(folder, 5_000)).toEqual(["index", "index"]);
});

test("what a burst left to look at is not lost to a scan that began before it was over", async () => {
  const folder = open(spec("/a"));
  asked(folder.engine);
  await vi.advanceTimersByTimeAsync(60_000);
  folder.index.reconcile();
  expect(await burst(folder, 50)).toEqual(["index", "update", "index"]);
});

const paused = { ...NO_PROGRESS, phase: "paused" } as const;

test("a pause is not ended by what changes meanwhile", async () => {
  const { engine, index } = open(spec("/a"));
  engine.emitStatus(indexStatus("/a", { progress: paused }));
  asked(engine);
  index.hint("/a/x.ts", "save");
  index.hint("/a/.gitignore", "save");
  await vi.advanceTimersByTimeAsync(60_000);
  index.reconcile();
  expect(asked(engine)).toEqual([]);
});

test("a pause outlives an engine that was started again", async () => {
  const { engine } = open(spec("/a"));
  engine.emitState("running");
  engine.emitStatus(indexStatus("/a", { progress: paused }));
  asked(engine);
  engine.emitState("running");
  await engine.last("follow").answer(indexStatus("/a"));
  expect(asked(engine)).toEqual(["follow /a", "pause /a"]);
});

test("work that a pause cancels is no problem", async () => {
  const { engine, index, problems } = open(spec("/a"));
  index.hint("/a/x.ts", "save");
  await vi.advanceTimersByTimeAsync(100);
  await engine.last("update").fail(new DOMException("cancelled", "AbortError"));
  expect([index.states[0]?.problem, problems]).toEqual([undefined, []]);
});

test("a problem that a status tells of ends with the next status", () => {
  const { engine, index } = open(spec("/a"));
  const problem = { code: "disk-full", indexDir: "/i" } as const;
  engine.emitStatus(indexStatus("/a", { problem }));
  expect(index.states[0]?.problem).toEqual(problem);
  engine.emitStatus(indexStatus("/a"));
  expect(index.states[0]?.problem).toBeUndefined();
});

test("tells when a status comes, and keeps the last one", () => {
  const { engine, index } = open(spec("/a"));
  let changes = 0;
  index.onChange(() => {
    changes += 1;
  });
  engine.emitStatus(indexStatus("/a", { files: 7 }));
  engine.emitStatus(indexStatus("/other", { files: 9 }));
  expect(changes).toBe(1);
  expect(index.states.map(({ status }) => status?.files)).toEqual([7]);
});

test("an index run that a person asked for fails where they see it, after all folders were tried", async () => {
  const { engine, index } = open(spec("/a"), spec("/b"));
  asked(engine);
  const problem = { code: "index-damaged", indexDir: "/i", problem: "no table" } as const;
  const outcome = expect(index.index(true)).rejects.toMatchObject({ detail: problem });
  const [first, second] = engine.sent;
  await first?.fail(new EngineError(problem));
  await second?.answer({});
  await engine.sent[2]?.answer(indexStatus("/a"));
  await engine.sent[3]?.answer(indexStatus("/b"));
  await outcome;
  expect(asked(engine)).toEqual(["index /a", "index /b", "status /a", "status /b"]);
  expect(index.states.map((state) => state.problem?.code)).toEqual(["index-damaged", undefined]);
});

test("tells which files are open where an index is kept up to date; embeds where it is asked to", () => {
  const { engine, index } = open(spec("/a"), spec("/b", { isAutomatic: false }));
  asked(engine);
  index.prefer();
  expect(asked(engine)).toEqual(["prefer /a"]);
  void index.embed("/b");
  expect(asked(engine)).toEqual(["embed /b"]);
  void index.embed();
  expect(asked(engine)).toEqual(["embed /a", "embed /b"]);
});

test("shows the progress of an index that a question waits for", () => {
  const { engine, index } = open(spec("/a", { isAutomatic: false }));
  engine.emitStatus(indexStatus("/a"));
  const progress = {
    phase: "indexing",
    filesDone: 1,
    filesTotal: 2,
    bytesDone: 0,
    bytesTotal: 0,
    elapsedMs: 0,
  } as const;
  engine.emitAskEvent({ turnId: "t", event: { type: "indexing", folder: "/a", progress } });
  expect(index.states[0]?.status?.progress).toEqual(progress);
});

test("a failed update is forgotten when the engine has got over it by itself", async () => {
  const { engine, index } = open(spec("/a"));
  const problem: EngineErrorDetail = { code: "disk-full", indexDir: "/i" };
  await engine.last("follow").answer(indexStatus("/a"));
  index.hint("/a/x.ts", "save");
  await vi.advanceTimersByTimeAsync(100);
  await engine.last("update").fail(new EngineError(problem));
  expect(index.states[0]?.problem).toEqual(problem);
  engine.emitStatus(indexStatus("/a", { problem }));
  expect(index.states[0]?.problem).toEqual(problem);
  engine.emitStatus(indexStatus("/a"));
  expect(index.states[0]?.problem).toBeUndefined();
});
