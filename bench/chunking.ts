/**
 * What cutting files into chunks costs, and whether it loses a line.
 *
 *     npm run bench:chunking -- FOLDER …
 *
 * By language: processor time of one core for each step, megabytes a second over all steps, and the size of chunks. Then
 * the same files through one worker thread: wall time, and how far its memory grows. A line that is not in exactly one
 * chunk ends the program with status 1.
 */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createWorkspaceFiles } from "../src/adapters/files/workspaceFiles";
import { createTreeSitterParser } from "../src/adapters/parsing/treeSitterParser";
import { createWorkerFilePreparer } from "../src/adapters/parsing/workerFilePreparer";
import { encodeDefinitions } from "../src/core/definitions";
import { chunkFile } from "../src/core/indexing/chunking/chunkFile";
import { definitionsOf } from "../src/core/indexing/chunking/definitionsOf";
import { languageOf } from "../src/core/indexing/chunking/languageOf";
import { decodeText } from "../src/core/indexing/selecting/decodeText";
import { skipByContent } from "../src/core/indexing/selecting/skipRules";
import { chunkTerms } from "../src/core/retrieval/query/terms";
import type { Chunk } from "../src/domain/chunk";
import { splitLines } from "../src/domain/lines";
import { DEFAULT_FOLDER_SETTINGS } from "../src/protocol/defaultSettings";

const DIST = resolve(import.meta.dirname, "../dist");
const MB = 1e6;

/** `names` is what ranking needs beside the full text: the definitions, which cutting makes as well. */
const STEPS = ["decode", "parse", "cut", "terms", "names"] as const;

interface Figures {
  files: number;
  bytes: number;
  lines: number;
  linesInOneChunk: number;
  chunks: number;
  /** Processor time in milliseconds. */
  readonly ms: Record<(typeof STEPS)[number], number>;
}

const noFigures = (): Figures => ({
  files: 0,
  bytes: 0,
  lines: 0,
  linesInOneChunk: 0,
  chunks: 0,
  ms: { decode: 0, parse: 0, cut: 0, terms: 0, names: 0 },
});

const parse = createTreeSitterParser(join(DIST, "grammars"), (problem) => {
  throw new Error(problem);
});

async function main(folders: readonly string[]): Promise<void> {
  const byLanguage = new Map<string, Figures>();
  for (const folder of folders) {
    for (const path of await listFiles(folder)) {
      await measureFile(join(folder, path), path, byLanguage);
    }
  }
  const total = [...byLanguage.values()].reduce(add, noFigures());
  print(`${"language".padEnd(16)}  files      MB  chunks  chars/chunk   ms/MB: ${STEPS.join(" ")}   MB/s per core`);
  for (const [language, figures] of [...byLanguage].sort(([, a], [, b]) => b.bytes - a.bytes)) {
    print(row(language, figures));
  }
  print(row("all", total));
  print(`lines in exactly one chunk: ${total.linesInOneChunk} of ${total.lines}`);
  await measureWorker(folders);
  process.exitCode = total.linesInOneChunk === total.lines ? 0 : 1;
}

async function listFiles(folder: string): Promise<string[]> {
  const scan = await createWorkspaceFiles({ folder, ...DEFAULT_FOLDER_SETTINGS }).scan(new AbortController().signal);
  return scan.files.map(({ path }) => path);
}

async function measureFile(full: string, path: string, byLanguage: Map<string, Figures>): Promise<void> {
  const bytes = readFileSync(full);
  const ms = { decode: 0, parse: 0, cut: 0, terms: 0, names: 0 };
  const decoded = await timed(ms, "decode", () => decodeText(bytes));
  if ("problem" in decoded || skipByContent(path, decoded.text) !== undefined) {
    return;
  }
  const { text } = decoded;
  const language = languageOf(path, text);
  const outline = await timed(ms, "parse", () => parse(text, language));
  const { chunks, lines } = await timed(ms, "cut", () => chunkFile(path, text, language, outline));
  await timed(ms, "terms", () => chunks.map(chunkTerms));
  await timed(ms, "names", () => encodeDefinitions(definitionsOf(outline ?? [], () => 0)));
  const linesInOneChunk = countLinesInOneChunk(text, chunks);
  const figures = { files: 1, bytes: bytes.length, lines, linesInOneChunk, chunks: chunks.length, ms };
  byLanguage.set(language, add(byLanguage.get(language) ?? noFigures(), figures));
}

async function timed<T>(ms: Figures["ms"], step: (typeof STEPS)[number], run: () => T | Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(before);
  ms[step] += (user + system) / 1000;
  return result;
}

/** Counted on the text itself, by what the chunks hold. */
function countLinesInOneChunk(text: string, chunks: readonly Chunk[]): number {
  const lines = splitLines(text);
  const times = new Uint32Array(lines.length + 1);
  for (const chunk of chunks) {
    chunk.text.split("\n").forEach((line, index) => {
      const number = chunk.startLine + index;
      times[number] = (times[number] ?? 0) + (lines[number - 1] === line ? 1 : 2);
    });
  }
  return times.reduce((count, seen) => count + (seen === 1 ? 1 : 0), 0);
}

function add(a: Figures, b: Figures): Figures {
  return {
    files: a.files + b.files,
    bytes: a.bytes + b.bytes,
    lines: a.lines + b.lines,
    linesInOneChunk: a.linesInOneChunk + b.linesInOneChunk,
    chunks: a.chunks + b.chunks,
    ms: {
      decode: a.ms.decode + b.ms.decode,
      parse: a.ms.parse + b.ms.parse,
      cut: a.ms.cut + b.ms.cut,
      terms: a.ms.terms + b.ms.terms,
      names: a.ms.names + b.ms.names,
    },
  };
}

function row(language: string, { files, bytes, chunks, ms }: Figures): string {
  const megabytes = bytes / MB;
  const all = STEPS.reduce((sum, step) => sum + ms[step], 0);
  return [
    language.padEnd(16),
    String(files).padStart(6),
    megabytes.toFixed(2).padStart(7),
    String(chunks).padStart(7),
    (bytes / Math.max(1, chunks)).toFixed(0).padStart(12),
    "        ",
    STEPS.map((step) => (ms[step] / megabytes).toFixed(0))
      .join(" ")
      .padEnd(16),
    (megabytes / (all / 1000)).toFixed(1).padStart(6),
  ].join(" ");
}

/** Memory is that of this whole process, which does little else meanwhile. */
async function measureWorker(folders: readonly string[]): Promise<void> {
  const pool = createWorkerFilePreparer({
    workerScript: join(DIST, "prepareWorker.js"),
    grammarDir: join(DIST, "grammars"),
    threads: 1,
  });
  const before = process.memoryUsage.rss();
  let peak = before;
  let bytes = 0;
  const startedAt = performance.now();
  for (const folder of folders) {
    const preparer = pool.forFolder({ folder, maxFileKiB: DEFAULT_FOLDER_SETTINGS.maxFileKiB });
    for (const path of await listFiles(folder)) {
      const file = await preparer.prepare(path, undefined, new AbortController().signal);
      bytes += file.state === "indexed" ? file.sizeBytes : 0;
      peak = Math.max(peak, process.memoryUsage.rss());
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await pool.dispose();
  print(
    `one worker thread: ${(bytes / MB).toFixed(1)} MB in ${seconds.toFixed(1)} s, ${(bytes / MB / seconds).toFixed(1)} MB/s; ` +
      `memory grew by ${((peak - before) / MB).toFixed(0)} MB at most`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const folders = process.argv.slice(2).map((folder) => resolve(folder));
if (folders.length === 0) {
  throw new Error("usage: npm run bench:chunking -- FOLDER …");
}
await main(folders);
