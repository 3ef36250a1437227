/** The real worker thread on real files. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createWorkerFileScanner } from "../../src/adapters/files/workerFileScanner";
import { temporaryFolder } from "../support/temporaryFolder";
import { bundleWorker } from "../support/workerScript";

let workerScript: string;
let dist: string;

beforeAll(async () => {
  dist = mkdtempSync(join(tmpdir(), "cloister-scan-"));
  workerScript = await bundleWorker(dist, "scanWorker");
});

afterAll(() => rmSync(dist, { recursive: true, force: true }));

const query = { terms: ["wombat"], mustHoldAll: false, limit: 10 };
const soon = () => Date.now() + 10_000;

function open(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: { workerScript?: string; stuckMs?: number } = {},
) {
  const folder = temporaryFolder(files);
  const problems: string[] = [];
  const scanner = createWorkerFileScanner({
    workerScript,
    onProblem: (problem) => problems.push(problem),
    idleMs: 50,
    ...options,
  });
  onTestFinished(() => scanner.dispose());
  const scanned = scanner.forFolder({ folder, maxFileKiB: 64 });
  return {
    problems,
    scanner,
    find: (paths: readonly string[], endsAt = soon(), signal?: AbortSignal) =>
      scanned.find(paths, { ...query, endsAt }, signal),
    cut: (paths: readonly string[], endsAt = soon(), signal?: AbortSignal) => scanned.cut(paths, endsAt, signal),
    findNames: (paths: readonly string[], names: readonly string[], endsAt = soon()) =>
      scanned.findNames(paths, names, endsAt, undefined),
  };
}

test("finds the files that hold a word, cut, with how many there are", async () => {
  const { find } = open({ "a.ts": "export const wombat = 1;\n", "b.ts": "export const other = 1;\n" });
  const found = await find(["a.ts", "b.ts", "gone.ts"]);
  expect(found).toMatchObject({ chunks: 3, holding: [1], isWhole: true });
  expect(found.files).toMatchObject([
    { path: "a.ts", lines: 1, chunks: [{ startLine: 1, terms: expect.any(String) }] },
  ]);
});

test("cuts files in their order, without those that are none", async () => {
  const { cut } = open({ "a.ts": "a\n", "b.bin": "\0\0", "c.ts": "c\n", "large.txt": "words ".repeat(20_000) });
  const { files, unfit, tried } = await cut(["c.ts", "b.bin", "large.txt", "gone.ts", "a.ts"]);
  expect(files.map(({ path }) => path)).toEqual(["c.ts", "a.ts"]);
  expect({ unfit, tried }).toEqual({ unfit: ["b.bin"], tried: 5 });
});

test.each<[what: string, content: string | Uint8Array]>([
  ["Latin-1", Buffer.from("acci\xf3n se\xf1or wombat", "latin1")],
  [
    "UTF-16 without a mark",
    Buffer.from("a wombat digs burrows in the night, and sleeps by day\n".repeat(4), "utf16le"),
  ],
  ["full width", "ｗｏｍｂａｔ"],
  ["letters of other shapes", "a 𝐰𝐨𝐦𝐛𝐚𝐭"],
  ["a line of a megabyte", `${"x".repeat(60_000)} wombat`],
])("finds a word in %s", async (_, content) => {
  const { find } = open({ "a.txt": content, "b.txt": "other\n" });
  expect((await find(["a.txt", "b.txt"])).holding[0]).toBeGreaterThan(0);
});

test("finds names as they are spelled, in files that are indexed", async () => {
  const { findNames } = open({
    "a.ts": "export const wombat = 1;\n",
    "b.txt": Buffer.from("acci\xf3n", "latin1"),
    "c.txt": Buffer.from("\ufeffkoala", "utf16le"),
    "d.txt": "→lemur→ and \u00e9mu",
    "generated.ts": "// @generated\nconst numbat = 1;\n",
    "binary.ts": "\0 quokka",
  });
  const paths = ["gone.ts", "binary.ts", "generated.ts", "a.ts", "b.txt", "c.txt", "d.txt"];
  const names = ["wombat", "acción", "koala", "lemur", "ému", "numbat", "quokka", "Wombat"];
  expect(await findNames(paths, names)).toEqual(["wombat", "acción", "koala", "lemur", "ému"]);
  expect(await findNames(paths, [])).toEqual([]);
  expect(await findNames(paths, names, Date.now() - 1)).toEqual([]);
});

test("looks at no further file once the time is over, and says so", async () => {
  const { find, cut } = open({ "a.ts": "wombat\n" });
  expect(await find(["a.ts"], Date.now() - 1)).toMatchObject({ files: [], isWhole: false });
  expect(await cut(["a.ts"], Date.now() - 1)).toEqual({ files: [], unfit: [], tried: 0 });
});

test("what nobody waits for any more holds up nobody", async () => {
  const text = "some words that are no match\n".repeat(2_000);
  const many = Array.from({ length: 400 }, (_, n) => [`${n}.txt`, text] as const);
  const { find } = open({ ...Object.fromEntries(many), "a.ts": "wombat\n" });
  const paths = Array.from({ length: 50 }, () => many.map(([path]) => path)).flat();
  const alone = performance.now();
  await find(paths);
  const tookAlone = performance.now() - alone;
  const given = Array.from({ length: 10 }, () => new AbortController());
  const dropped = given.map(({ signal }) => find(paths, soon(), signal));
  const startedAt = performance.now();
  const last = find(["a.ts"]);
  for (const controller of given) {
    controller.abort();
  }
  expect((await last).files).toHaveLength(1);
  expect(performance.now() - startedAt).toBeLessThan(tookAlone);
  expect((await Promise.all(dropped)).every(({ isWhole }) => !isWhole)).toBe(true);
});

test("the thread ends when it has had nothing to do, and the next query starts another", async () => {
  const { find } = open({ "a.ts": "wombat\n" });
  for (let round = 0; round < 2; round += 1) {
    expect((await find(["a.ts"])).files).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
});

test.each([
  ["throws", "throw new Error('broken');"],
  ["ends itself", "process.exit(1);"],
  ["dies of a query", "require('node:worker_threads').parentPort.on('message', () => process.exit(1));"],
  ["never answers", "require('node:worker_threads').parentPort.on('message', () => undefined);"],
])("a thread that %s finds nothing, and that not everything was looked at", async (_, source) => {
  const workerScript = join(temporaryFolder(), "broken.cjs");
  writeFileSync(workerScript, source);
  const { find, cut } = open({ "a.ts": "wombat\n" }, { workerScript, stuckMs: 100 });
  const endsAt = Date.now() + 500;
  expect(await find(["a.ts"], endsAt)).toEqual({ files: [], chunks: 0, holding: [], isWhole: false });
  expect(await cut(["a.ts"], endsAt)).toEqual({ files: [], unfit: [], tried: 0 });
});

test("a thread that cannot be started finds nothing, each time", async () => {
  const { find, problems } = open({ "a.ts": "wombat\n" }, { workerScript: "no absolute path" });
  expect((await find(["a.ts"])).isWhole).toBe(false);
  expect((await find(["a.ts"])).isWhole).toBe(false);
  expect(problems).toHaveLength(2);
});

test("after the end nothing is found", async () => {
  const { find, scanner } = open({ "a.ts": "wombat\n" });
  const underWay = [find(["a.ts"]), find(["a.ts"])];
  await scanner.dispose();
  expect((await Promise.all(underWay)).map(({ isWhole }) => isWhole)).toEqual([false, false]);
  expect((await find(["a.ts"])).isWhole).toBe(false);
});
