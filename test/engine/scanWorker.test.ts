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

function open(files: Readonly<Record<string, string>>, options: { workerScript?: string; limitMs?: number } = {}) {
  const folder = temporaryFolder(files);
  const problems: string[] = [];
  const scanner = createWorkerFileScanner({
    workerScript,
    onProblem: (problem) => problems.push(problem),
    idleMs: 50,
    ...options,
  });
  onTestFinished(() => scanner.dispose());
  return { files: scanner.forFolder({ folder, maxFileKiB: 64 }), problems, scanner };
}

test("finds the files that hold a word, cut, with how many there are", async () => {
  const { files } = open({ "a.ts": "export const wombat = 1;\n", "b.ts": "export const other = 1;\n" });
  const found = await files.find(["a.ts", "b.ts", "gone.ts"], query);
  expect(found).toMatchObject({ chunks: 3, holding: [1], isWhole: true });
  expect(found.files).toMatchObject([
    { path: "a.ts", lines: 1, chunks: [{ startLine: 1, terms: expect.any(String) }] },
  ]);
});

test("cuts files in their order, without those that are none", async () => {
  const { files } = open({ "a.ts": "a\n", "b.bin": "\0\0", "c.ts": "c\n", "large.txt": "words ".repeat(20_000) });
  const cut = await files.cut(["c.ts", "b.bin", "large.txt", "gone.ts", "a.ts"]);
  expect(cut.map(({ path }) => path)).toEqual(["c.ts", "a.ts"]);
});

test("looks at no further file once the time is over, and says so", async () => {
  const { files } = open({ "a.ts": "wombat\n" }, { limitMs: -1 });
  expect(await files.find(["a.ts"], query)).toMatchObject({ files: [], isWhole: false });
});

test("the thread ends when it has had nothing to do, and the next query starts another", async () => {
  const { files } = open({ "a.ts": "wombat\n" });
  for (let round = 0; round < 2; round += 1) {
    expect((await files.find(["a.ts"], query)).files).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
});

test.each([
  ["throws", "throw new Error('broken');"],
  ["ends itself", "process.exit(1);"],
  ["dies of a query", "require('node:worker_threads').parentPort.on('message', () => process.exit(1));"],
])("a thread that %s finds nothing, and that not everything was looked at", async (_, source) => {
  const workerScript = join(temporaryFolder(), "broken.cjs");
  writeFileSync(workerScript, source);
  const { files } = open({ "a.ts": "wombat\n" }, { workerScript });
  expect(await files.find(["a.ts"], query)).toEqual({ files: [], chunks: 0, holding: [], isWhole: false });
  expect(await files.cut(["a.ts"])).toEqual([]);
});

test("after the end nothing is found", async () => {
  const { files, scanner } = open({ "a.ts": "wombat\n" });
  const underWay = files.find(["a.ts"], query);
  await scanner.dispose();
  expect((await underWay).isWhole).toBe(false);
  expect((await files.find(["a.ts"], query)).isWhole).toBe(false);
});
