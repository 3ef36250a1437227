/** The pool with a worker that does whatever the name of the file says, however bad. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createWorkerFilePreparer, type WorkerFilePreparer } from "../../../src/adapters/parsing/workerFilePreparer";

/** Each reply says in `contentHash` which thread gave it and whether it was allowed to parse, and in `sizeBytes` which reply of the thread it is. */
const MISBEHAVING_WORKER = `
const { parentPort, threadId } = require("node:worker_threads");
const block = () => { for (;;); };
let jobs = 0;
const eat = () => { const eaten = []; for (;;) eaten.push(new Array(1e5).fill(Math.random())); };
parentPort.on("message", (job) => {
  const bad = job.isParsed || job.path.startsWith("always-");
  if (bad && job.path.endsWith("hang")) block();
  if (bad && job.path.endsWith("crash")) throw new Error("crash");
  if (bad && job.path.endsWith("exit")) process.exit(1);
  if (bad && job.path.endsWith("eat")) eat();
  if (bad && job.path.endsWith("silent")) return;
  jobs += 1;
  const file = { path: job.path, state: "unchanged", contentHash: threadId + (job.isParsed ? " parsed" : " lines"), sizeBytes: jobs, mtimeMs: 1 };
  parentPort.postMessage({ type: "done", file, isSpent: job.path.startsWith("spent") });
});
parentPort.postMessage({ type: "ready" });
`;

let folder: string;
let pool: WorkerFilePreparer;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cloister-pool-"));
  writeFileSync(join(folder, "worker.cjs"), MISBEHAVING_WORKER);
  writeFileSync(join(folder, "stillborn.cjs"), "throw new Error('does not start');");
});

afterEach(() => pool.dispose());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (
  options: { threads?: number; fileLimitMs?: number; idleMs?: number; lastIdleMs?: number; script?: string } = {},
) => {
  const { script = "worker.cjs", threads = 1, ...limits } = options;
  const problems: string[] = [];
  pool = createWorkerFilePreparer({
    workerScript: join(folder, script),
    grammarDir: folder,
    threads,
    onProblem: (problem) => problems.push(problem),
    ...limits,
  });
  const preparer = pool.forFolder({ folder, maxFileKiB: 100 });
  const never = new AbortController().signal;
  return {
    prepare: (path: string, signal: AbortSignal = never) => preparer.prepare(path, undefined, signal),
    makeReadyFor: (path: string) => preparer.makeReadyFor(path, never),
    concurrency: preparer.concurrency,
    problems,
  };
};

const how = (file: object) => ("contentHash" in file ? String(file.contentHash).replace(/^\d+ /, "") : undefined);
const thread = (file: object) => ("contentHash" in file ? String(file.contentHash).replace(/ .*/, "") : undefined);

describe("a file that a worker dies of", () => {
  test.each(["hang", "crash", "exit", "eat", "silent"])("%s: a fresh worker cuts it by lines", async (path) => {
    const { prepare, problems } = start({ fileLimitMs: path === "hang" || path === "silent" ? 300 : 60_000 });
    expect(how(await prepare(path))).toBe("lines");
    expect(problems).toEqual([expect.stringContaining(path)]);
  });

  test.each(["always-hang", "always-crash"])("%s: is skipped when that fails as well", async (path) => {
    const { prepare } = start({ fileLimitMs: path === "always-hang" ? 300 : 60_000 });
    expect(await prepare(path)).toMatchObject({ path, state: "skipped", reason: "parse-failed" });
  });

  test("does not stop the others", async () => {
    const { prepare } = start({ threads: 2, fileLimitMs: 5_000 });
    const paths = ["a", "crash", "b", "always-crash", "c", "exit", "d"];
    const files = await Promise.all(paths.map((path) => prepare(path)));
    expect(files.map((file) => how(file) || "skipped")).toEqual([
      "parsed",
      "lines",
      "parsed",
      "skipped",
      "parsed",
      "lines",
      "parsed",
    ]);
  });
});

test("what lay ready behind a file that a worker dies of is parsed by the next one", async () => {
  const { prepare, problems } = start({ fileLimitMs: 300 });
  const files = await Promise.all(["a", "hang", "b", "c", "spent", "d", "e"].map((path) => prepare(path)));
  expect(files.map(how)).toEqual(["parsed", "lines", "parsed", "parsed", "parsed", "parsed", "parsed"]);
  expect(problems).toEqual([expect.stringContaining("hang")]);
});

test("a thread is made ready once for each kind of file, and again when it has ended", async () => {
  const { prepare, makeReadyFor } = start();
  for (const path of ["a.go", "b.go", "c.rs", "Makefile", "in/Makefile"]) {
    await makeReadyFor(path);
  }
  expect(await prepare("spent")).toMatchObject({ sizeBytes: 4 });
  await makeReadyFor("b.go");
  expect(await prepare("a.go")).toMatchObject({ sizeBytes: 2 });
});

test("no thread is made ready again by a file that threads die of", async () => {
  const { prepare, makeReadyFor } = start();
  await makeReadyFor("crash");
  await makeReadyFor("crash");
  expect(await prepare("a")).toMatchObject({ sizeBytes: 2 });
});

describe("threads", () => {
  test("start with the first file and are no more than allowed", async () => {
    const { prepare, concurrency } = start({ threads: 2 });
    expect(pool.threadCount).toBe(0);
    expect(concurrency).toBeGreaterThanOrEqual(2);
    await Promise.all(Array.from({ length: 20 }, (_, index) => prepare(`f${index}`)));
    expect(pool.threadCount).toBe(2);
  });

  test("end when there has been nothing to do for a while", async () => {
    const { prepare } = start({ idleMs: 1, lastIdleMs: 1 });
    await prepare("a");
    await expect.poll(() => pool.threadCount).toBe(0);
    expect(how(await prepare("b"))).toBe("parsed");
  });

  test("but the last one stays for longer", async () => {
    const { prepare } = start({ threads: 2, idleMs: 1 });
    const [first, second] = await Promise.all([prepare("a"), prepare("b")]);
    expect(thread(first)).not.toBe(thread(second));
    await expect.poll(() => pool.threadCount).toBe(1);
    expect([thread(first), thread(second)]).toContain(thread(await prepare("c")));
  });

  test("are replaced when they are spent", async () => {
    const { prepare } = start();
    const first = await prepare("spent");
    const second = await prepare("a");
    const third = await prepare("b");
    expect(thread(second)).not.toBe(thread(first));
    expect(thread(third)).toBe(thread(second));
  });

  test("serve several folders", async () => {
    start();
    const other = pool.forFolder({ folder: tmpdir(), maxFileKiB: 1 });
    const file = await other.prepare("a", undefined, new AbortController().signal);
    await other.dispose();
    expect(how(file)).toBe("parsed");
    expect(pool.threadCount).toBe(1);
  });

  test("that never start are an error, and not a skipped file", async () => {
    const { prepare } = start({ script: "stillborn.cjs" });
    await expect(prepare("a")).rejects.toThrow("do not start");
  });
});

describe("stopping", () => {
  const aborted = { name: "AbortError" };

  test("a signal that fired before", async () => {
    const { prepare } = start();
    await expect(prepare("a", AbortSignal.abort())).rejects.toMatchObject(aborted);
    expect(pool.threadCount).toBe(0);
  });

  test("a file that waits, and one that is worked on", async () => {
    const { prepare } = start({ fileLimitMs: 500 });
    const stop = new AbortController();
    const results = Promise.allSettled([prepare("always-hang", stop.signal), prepare("a", stop.signal)]);
    stop.abort();
    for (const result of await results) {
      expect(result).toMatchObject({ status: "rejected", reason: aborted });
    }
    expect(how(await prepare("b"))).toBe("parsed"); // once the hanging thread is gone
  });

  test("disposal ends everything", async () => {
    const { prepare } = start();
    const results = Promise.allSettled([prepare("hang"), prepare("a")]);
    await pool.dispose();
    for (const result of await results) {
      expect(result).toMatchObject({ status: "rejected", reason: aborted });
    }
    expect(pool.threadCount).toBe(0);
    await expect(prepare("b")).rejects.toMatchObject(aborted);
  });
});
