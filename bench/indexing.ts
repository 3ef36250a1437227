/**
 * Indexes folders through the command line, as a person would, and prints what it took.
 *
 *     npm run bench:indexing -- FOLDER …
 *
 * Beside each run stands the time to read the same bytes from disk in this process, since machines differ. Coverage is
 * counted on the finished index: every line of every indexed file, in how many chunks it lies.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { locateIndex } from "../src/adapters/store/indexDirectory";
import { openLanceChunkStore } from "../src/adapters/store/lanceChunkStore";
import { openSqliteManifest } from "../src/adapters/store/sqliteManifest";
import { decodeText } from "../src/core/indexing/selecting/decodeText";
import type { FileRecord } from "../src/core/ports";
import type { IndexSummary } from "../src/domain/indexStatus";
import { splitLines } from "../src/domain/lines";

const CLI = resolve(import.meta.dirname, "../dist/cli.js");
const MEMORY_SAMPLE_MS = 100;

interface Run {
  readonly summary: IndexSummary;
  readonly seconds: number;
  /** Largest sum over the command and its engine, in megabytes; undefined where there is no /proc. */
  readonly peakMemoryMb: number | undefined;
}

interface Coverage {
  readonly lines: number;
  readonly linesInOneChunk: number;
  readonly readSeconds: number;
}

async function indexOnce(folder: string, indexDir: string): Promise<Run> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [CLI, "index", folder, "--json", "--index-dir", indexDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  let peak: number | undefined;
  const sampling = setInterval(() => {
    const now = residentMb(child);
    peak = now === undefined ? peak : Math.max(peak ?? 0, now);
  }, MEMORY_SAMPLE_MS);
  const status = await new Promise((done) => child.once("close", done));
  clearInterval(sampling);
  if (status !== 0) {
    throw new Error(`indexing ${folder} ended with ${String(status)}`);
  }
  return {
    summary: JSON.parse(output) as IndexSummary,
    seconds: (performance.now() - startedAt) / 1000,
    peakMemoryMb: peak,
  };
}

/** Resident memory of a process and its children, without the pages of mapped files they share. */
function residentMb(child: ChildProcess): number | undefined {
  try {
    const pids = [child.pid, ...childrenOf(child.pid ?? 0)];
    const kib = pids.map((pid) =>
      Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, "utf8"))?.[1] ?? 0),
    );
    return kib.reduce((sum, value) => sum + value, 0) / 1000;
  } catch {
    return undefined; // the process has just ended, or there is no /proc
  }
}

function childrenOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
  );
}

async function measureCoverage(folder: string, indexRoot: string): Promise<Coverage> {
  const { indexDir } = locateIndex(folder, indexRoot);
  const manifest = openSqliteManifest(indexDir, false);
  const store = await openLanceChunkStore({ indexDir, isWriter: false, isIntact: () => true });
  const indexed = Array.from(manifest.all()).filter(({ state }) => state === "indexed");
  const texts = new Map<string, string>();
  const startedAt = performance.now();
  const bytes = indexed.map(({ path }) => ({ path, bytes: readFileSync(join(folder, path)) }));
  const readSeconds = (performance.now() - startedAt) / 1000;
  for (const file of bytes) {
    const decoded = decodeText(file.bytes);
    texts.set(file.path, "text" in decoded ? decoded.text : "");
  }
  let lines = 0;
  let linesInOneChunk = 0;
  for (const batch of batches(indexed, 200)) {
    const rows = await store.chunksOfFiles(batch.map(({ fileId }) => fileId));
    const chunksOf = Map.groupBy(rows, ({ path }) => path);
    for (const { path } of batch) {
      const expected = splitLines(texts.get(path) ?? "");
      const found = Array.from({ length: expected.length }, () => 0);
      for (const chunk of chunksOf.get(path) ?? []) {
        chunk.text.split("\n").forEach((line, offset) => {
          const at = chunk.startLine - 1 + offset;
          found[at] = (found[at] ?? 0) + (line === expected[at] ? 1 : 100);
        });
      }
      lines += expected.length;
      linesInOneChunk += found.filter((count) => count === 1).length;
    }
  }
  manifest.close();
  await store.close();
  return { lines, linesInOneChunk, readSeconds };
}

function* batches(records: readonly FileRecord[], size: number): Generator<readonly FileRecord[]> {
  for (let at = 0; at < records.length; at += size) {
    yield records.slice(at, at + size);
  }
}

async function measure(folder: string): Promise<void> {
  const indexRoot = mkdtempSync(join(tmpdir(), "cloister-bench-"));
  try {
    const first = await indexOnce(folder, indexRoot);
    const second = await indexOnce(folder, indexRoot);
    const coverage = await measureCoverage(folder, indexRoot);
    const megabytes = first.summary.bytes / 1e6;
    const figures = {
      folder,
      files: first.summary.files,
      skipped: first.summary.skipped,
      chunks: first.summary.chunks,
      megabytes: round(megabytes),
      seconds: round(first.seconds),
      megabytesPerSecond: round(megabytes / first.seconds),
      timesReading: round(first.seconds / coverage.readSeconds),
      peakMemoryMb: first.peakMemoryMb === undefined ? undefined : Math.round(first.peakMemoryMb),
      secondRunSeconds: round(second.seconds),
      secondRunChunksWritten: second.summary.chunksWritten,
      lines: coverage.lines,
      linesInExactlyOneChunk: coverage.linesInOneChunk,
      coveragePercent: (100 * coverage.linesInOneChunk) / Math.max(1, coverage.lines),
    };
    process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
  } finally {
    rmSync(indexRoot, { recursive: true, force: true });
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;

for (const folder of process.argv.slice(2)) {
  await measure(resolve(folder));
}
