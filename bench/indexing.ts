/**
 * Indexes folders and prints what it took: the first index, and a second engine's look at a folder that has not changed.
 *
 *     npm run bench:indexing -- FOLDER …
 *
 * Machines differ, so each time stands beside what it cannot be less than, measured in the same run: reading the files,
 * parsing them with the bare grammars in as many threads, handing the finished chunks to LanceDB, and asking git and the
 * disk for the state of each file. Coverage is counted on the finished index: every line of every indexed file, in how many
 * chunks it lies.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isMainThread, workerData } from "node:worker_threads";
import { locateIndex } from "../src/adapters/store/indexDirectory";
import { openLanceChunkStore } from "../src/adapters/store/lanceChunkStore";
import { loadLance } from "../src/adapters/store/lanceModule";
import { connectTo, createLanceTable, TABLE_NAME } from "../src/adapters/store/lanceTable";
import { openSqliteManifest } from "../src/adapters/store/sqliteManifest";
import { decodeText } from "../src/core/indexing/selecting/decodeText";
import type { ChunkRow, FileRecord } from "../src/core/ports";
import type { IndexSummary } from "../src/domain/indexStatus";
import { splitLines } from "../src/domain/lines";
import { requests } from "../src/protocol/engine";
import { startBenchEngine, withDefaults } from "./support/benchEngine";
import { type RawJob, readAndParse, timeRaw } from "./support/rawParsing";

const GRAMMARS = resolve(import.meta.dirname, "../dist/grammars");
const MEMORY_SAMPLE_MS = 100;

/** First indexes, each with its measures; the median is told, since a machine is never quite quiet. */
const ROUNDS = 3;

interface Run {
  readonly summary: IndexSummary;
  /** Until every file can be searched: from then on those that are not indexed are searched as they lie. */
  readonly searchableSeconds: number;
  readonly seconds: number;
  readonly startSeconds: number;
  /** Of the engine with its threads, in megabytes; undefined where there is no /proc. */
  readonly peakMemoryMb: number | undefined;
}

/** Questions asked of a folder while it is indexed for the first time. */
interface AskedMeanwhile {
  /** From the start of the run, for which the engine has been started, to the first answer. */
  readonly firstAnswerSeconds: number;
  readonly questions: number;
  readonly medianMs: number;
  readonly longestMs: number;
  /** In which there was time to look at every file. */
  readonly whole: number;
}

/** One after the other, a second apart. */
const QUESTION = "where is the connection closed after a timeout";
const BETWEEN_QUESTIONS_MS = 1_000;

interface Coverage {
  readonly lines: number;
  readonly linesInOneChunk: number;
}

/** By an engine of its own. */
async function indexOnce(folder: string, indexRoot: string): Promise<Run> {
  const startedAt = performance.now();
  const { client, pid } = await startBenchEngine(indexRoot);
  const startSeconds = secondsSince(startedAt);
  let searchableSeconds: number | undefined;
  const listening = client.onStatus(({ progress }) => {
    searchableSeconds ??= progress.phase === "indexing" ? secondsSince(startedAt) - startSeconds : undefined;
  });
  let peakMemoryMb: number | undefined;
  const sampling = setInterval(() => {
    const now = residentMb(pid);
    peakMemoryMb = now === undefined ? peakMemoryMb : Math.max(peakMemoryMb ?? 0, Math.round(now));
  }, MEMORY_SAMPLE_MS);
  try {
    const summary = await client.request(requests.index, { folder: withDefaults(folder), rebuild: false });
    const seconds = secondsSince(startedAt) - startSeconds;
    return { summary, searchableSeconds: searchableSeconds ?? seconds, seconds, startSeconds, peakMemoryMb };
  } finally {
    clearInterval(sampling);
    listening.dispose();
    await client.dispose();
  }
}

/** A run of its own, since questions take their share of the machine. */
async function askMeanwhile(folder: string): Promise<AskedMeanwhile> {
  const indexRoot = mkdtempSync(join(tmpdir(), "cloister-bench-"));
  const { client } = await startBenchEngine(indexRoot);
  const startedAt = performance.now();
  const isListed = new Promise<void>((resolve) => {
    client.onStatus(({ progress }) => progress.phase === "indexing" && resolve());
  });
  let isDone = false;
  const run = client.request(requests.index, { folder: withDefaults(folder), rebuild: false }).finally(() => {
    isDone = true;
  });
  const times: number[] = [];
  let firstAnswerSeconds = Number.NaN;
  let whole = 0;
  try {
    await Promise.race([isListed, run]);
    while (!isDone) {
      const askedAt = performance.now();
      const folders = [withDefaults(folder)];
      const { notice } = await client.request(requests.search, { folders, query: QUESTION, limit: 10 });
      times.push(performance.now() - askedAt);
      firstAnswerSeconds = times.length === 1 ? secondsSince(startedAt) : firstAnswerSeconds;
      whole += Number(notice !== "scan-partial");
      await setTimeout(BETWEEN_QUESTIONS_MS);
    }
    await run;
  } finally {
    await client.dispose();
    rmSync(indexRoot, { recursive: true, force: true });
  }
  return {
    firstAnswerSeconds: round(firstAnswerSeconds),
    questions: times.length,
    medianMs: Math.round(median(times)),
    longestMs: Math.round(Math.max(...times)),
    whole,
  };
}

const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1000;

/** Without the pages of mapped files, which processes share. */
function residentMb(pid: number): number | undefined {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1000;
  } catch {
    return undefined; // there is no /proc
  }
}

/** Names, sizes and times of all files of an index, to see whether something was written. */
function stateOfFiles(dir: string): string {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = lstatSync(path);
      return `${path} ${size} ${mtimeMs}`;
    })
    .sort()
    .join("\n");
}

function sizeOf(dir: string): number {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Bytes of the index once the versions that are kept for an hour are gone. */
async function sizeAfterAnHour(folder: string, indexRoot: string): Promise<number> {
  const { indexDir } = locateIndex(folder, indexRoot);
  const connection = await connectTo(await loadLance(), indexDir);
  const table = await connection.openTable(TABLE_NAME);
  for (let round = 0; round < 2; round += 1) {
    await table.optimize({ cleanupOlderThan: new Date() }); // the first leaves the version that it started from
  }
  table.close();
  connection.close();
  return sizeOf(indexDir);
}

/** @returns seconds that it takes to list the files and to ask the state of each. */
function timeListing(folder: string): number {
  const isRepository = spawnSync("git", ["rev-parse"], { cwd: folder }).status === 0;
  const startedAt = performance.now();
  for (const path of isRepository ? listByGit(folder) : readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    lstatSync(join(folder, path), { throwIfNoEntry: false });
  }
  return secondsSince(startedAt);
}

function listByGit(folder: string): string[] {
  const list = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: folder,
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  return list.toString().split("\0").filter(Boolean);
}

function indexedFiles(folder: string, indexRoot: string): FileRecord[] {
  const manifest = openSqliteManifest(locateIndex(folder, indexRoot).indexDir, false);
  const indexed = Array.from(manifest.all()).filter(({ state }) => state === "indexed");
  manifest.close();
  return indexed;
}

async function measureCoverage(folder: string, indexRoot: string, indexed: readonly FileRecord[]): Promise<Coverage> {
  const { indexDir } = locateIndex(folder, indexRoot);
  const store = await openLanceChunkStore({ indexDir, isIntact: () => true });
  let lines = 0;
  let linesInOneChunk = 0;
  for (const batch of batches(indexed, 200)) {
    const rows = await store.chunksOfFiles(batch.map(({ fileId }) => fileId));
    const chunksOf = Map.groupBy(rows, ({ path }) => path);
    for (const { path } of batch) {
      const decoded = decodeText(readFileSync(join(folder, path)));
      const expected = splitLines("text" in decoded ? decoded.text : "");
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
  await store.close();
  return { lines, linesInOneChunk };
}

/** @returns seconds that LanceDB takes to store these chunks and to make them searchable, once they are cut. */
async function timeStoring(folder: string, indexRoot: string): Promise<number> {
  const isIntact = () => true;
  const finished = await openLanceChunkStore({ indexDir: locateIndex(folder, indexRoot).indexDir, isIntact });
  const batches: (readonly ChunkRow[])[] = [];
  for await (const rows of finished.scan()) {
    batches.push(rows);
  }
  await finished.close();
  const indexDir = mkdtempSync(join(tmpdir(), "cloister-storing-"));
  try {
    await createLanceTable(indexDir);
    const store = await openLanceChunkStore({ indexDir, isIntact });
    const startedAt = performance.now();
    for (const rows of batches) {
      await store.add(rows);
    }
    await store.updateSearchIndex(new AbortController().signal);
    const seconds = secondsSince(startedAt);
    await store.close();
    return seconds;
  } finally {
    rmSync(indexDir, { recursive: true, force: true });
  }
}

function* batches(records: readonly FileRecord[], size: number): Generator<readonly FileRecord[]> {
  for (let at = 0; at < records.length; at += size) {
    yield records.slice(at, at + size);
  }
}

/** New engines that find nothing changed, and in between what git and the disk take alone. */
async function startAgain(folder: string, indexRoot: string): Promise<{ again: Run[]; listingSeconds: number }> {
  const again: Run[] = [];
  const listings: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    again.push(await indexOnce(folder, indexRoot));
    listings.push(timeListing(folder));
  }
  return { again, listingSeconds: median(listings) };
}

interface Round {
  readonly run: Run;
  readonly readSeconds: number;
  readonly readAndParseSeconds: number;
}

/** A first index, and right after it what it cannot be less than. */
async function measureRound(folder: string, indexRoot: string): Promise<Round> {
  const run = await indexOnce(folder, indexRoot);
  const files = indexedFiles(folder, indexRoot).map(({ path, language }) => ({ path: join(folder, path), language }));
  const timed = (isParsed: boolean) => timeRaw(import.meta.filename, { grammarDir: GRAMMARS, files, isParsed });
  return { run, readSeconds: await timed(false), readAndParseSeconds: await timed(true) };
}

/** With an index of its own, which is thrown away. */
async function measureFurtherRound(folder: string): Promise<Round> {
  const indexRoot = mkdtempSync(join(tmpdir(), "cloister-bench-"));
  try {
    return await measureRound(folder, indexRoot);
  } finally {
    rmSync(indexRoot, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<void> {
  const indexRoot = mkdtempSync(join(tmpdir(), "cloister-bench-"));
  try {
    const first = await measureRound(folder, indexRoot);
    const before = stateOfFiles(indexRoot);
    const { again, listingSeconds } = await startAgain(folder, indexRoot);
    const isUntouched = stateOfFiles(indexRoot) === before;
    const indexed = indexedFiles(folder, indexRoot);
    const storeSeconds = await timeStoring(folder, indexRoot);
    const coverage = await measureCoverage(folder, indexRoot, indexed);
    const writtenBytes = sizeOf(indexRoot);
    const keptBytes = await sizeAfterAnHour(folder, indexRoot);
    const rounds = [first];
    while (rounds.length < ROUNDS) {
      rounds.push(await measureFurtherRound(folder));
    }
    const asked = await askMeanwhile(folder);
    const { summary } = first.run;
    const megabytes = summary.bytes / 1e6;
    const of = (value: (one: Round) => number) => round(median(rounds.map(value)));
    const figures = {
      folder,
      files: summary.files,
      skipped: summary.skipped,
      chunks: summary.chunks,
      megabytes: round(megabytes),
      rounds: rounds.length,
      searchable: {
        seconds: of(({ run }) => run.searchableSeconds),
        megabytesPerSecond: of(({ run }) => megabytes / run.searchableSeconds),
        shareOfReading: of(({ run, readSeconds }) => readSeconds / run.searchableSeconds),
        asked,
      },
      complete: {
        seconds: of(({ run }) => run.seconds),
        megabytesPerSecond: of(({ run }) => megabytes / run.seconds),
        shareOfReadingAndParsing: of(({ run, readAndParseSeconds }) => readAndParseSeconds / run.seconds),
        sharesByRound: rounds.map(({ run, readAndParseSeconds }) => round(readAndParseSeconds / run.seconds)),
      },
      readSeconds: of(({ readSeconds }) => readSeconds),
      storeSeconds: round(storeSeconds),
      readAndParseSeconds: of(({ readAndParseSeconds }) => readAndParseSeconds),
      peakMemoryMb: rounds.map(({ run }) => run.peakMemoryMb),
      unchanged: {
        seconds: round(median(again.map(({ seconds }) => seconds))),
        engineStartSeconds: round(median(again.map(({ startSeconds }) => startSeconds))),
        timesListing: round(median(again.map(({ seconds }) => seconds)) / listingSeconds),
        chunksWritten: Math.max(...again.map(({ summary }) => summary.chunksWritten)),
        isUntouched,
      },
      listingSeconds: round(listingSeconds),
      indexBytesPerSourceByte: {
        whenComplete: round(writtenBytes / summary.bytes),
        afterAnHour: round(keptBytes / summary.bytes),
      },
      lines: coverage.lines,
      linesInExactlyOneChunk: coverage.linesInOneChunk,
      coveragePercent: (100 * coverage.linesInOneChunk) / Math.max(1, coverage.lines),
    };
    process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
  } finally {
    rmSync(indexRoot, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const round = (value: number): number => Math.round(value * 1000) / 1000;

if (isMainThread) {
  for (const folder of process.argv.slice(2)) {
    await measure(resolve(folder));
  }
} else {
  await readAndParse(workerData as RawJob);
}
