/**
 * What the chunk table and the manifest cost: insert, full-text index, search, the update of one saved file, disk.
 *
 * Usage: npx tsx bench/store.ts [--chunks 30000] [--folder node_modules]
 *
 * The rows are real text: the folder's source files in windows of 40 lines, with the terms of the real analyzer.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { locateIndex, makeIndexDirectory, measureIndex, writeMarker } from "../src/adapters/store/indexDirectory";
import { openLanceChunkStore } from "../src/adapters/store/lanceChunkStore";
import { createLanceTable } from "../src/adapters/store/lanceTable";
import { rememberIndex } from "../src/adapters/store/rememberIndex";
import { createSqliteManifest, openSqliteManifest } from "../src/adapters/store/sqliteManifest";
import { textHash } from "../src/adapters/store/textHash";
import type { FileChange } from "../src/core/indexing/fileChange";
import { writeBatch } from "../src/core/indexing/writeBatch";
import type { ChunkStore, IndexableChunk, Manifest } from "../src/core/ports";
import { chunkTerms } from "../src/core/retrieval/query/terms";

const WINDOW = 40;
const BATCH_ROWS = 4_000;
const SEARCHES = 200;
const SAVES = 100;

const { values } = parseArgs({
  options: { chunks: { type: "string", default: "30000" }, folder: { type: "string", default: "node_modules" } },
});

interface SourceFile {
  readonly path: string;
  readonly bytes: number;
  readonly chunks: readonly IndexableChunk[];
}

function* readSources(folder: string): Generator<SourceFile> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && /\.(ts|js|mjs|cjs|md|json)$/.test(entry.name) && !/\.min\./.test(entry.name)) {
      const text = readFileSync(path, "utf8");
      if (text.length < 300_000 && text.length > 0) {
        yield { path, bytes: text.length, chunks: cut(path, text) };
      }
    }
  }
}

function cut(path: string, text: string): IndexableChunk[] {
  const lines = text.split("\n");
  const chunks: IndexableChunk[] = [];
  for (let start = 0; start < lines.length; start += WINDOW) {
    const window = lines.slice(start, start + WINDOW);
    const chunk = {
      path,
      startLine: start + 1,
      endLine: start + window.length,
      language: "text",
      kind: "lines" as const,
      symbol: undefined,
      enclosing: [],
      text: window.join("\n"),
    };
    chunks.push({ ...chunk, terms: chunkTerms(chunk), textHash: textHash(chunk.text) });
  }
  return chunks;
}

function take(folder: string, chunks: number): SourceFile[] {
  const files: SourceFile[] = [];
  let taken = 0;
  for (const file of readSources(folder)) {
    files.push(file);
    taken += file.chunks.length;
    if (taken >= chunks) {
      break;
    }
  }
  return files;
}

function change(file: SourceFile, known: FileChange["known"]): FileChange {
  const next = {
    path: file.path,
    state: "indexed" as const,
    reason: undefined,
    contentHash: "0".repeat(64),
    sizeBytes: file.bytes,
    mtimeMs: Date.now(),
    ctimeMs: Date.now(),
    language: "text",
    lines: file.chunks.length * WINDOW,
    chunks: file.chunks.length,
    chunksHash: "",
    definitions: "",
    indexedAt: Date.now(),
  };
  return { path: file.path, known, next, chunks: file.chunks };
}

async function timed<T>(run: () => Promise<T>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

const percentile = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

function report(name: string, times: number[]): void {
  times.sort((a, b) => a - b);
  const [p50, p95, max] = [0.5, 0.95, 1].map((share) => percentile(times, share).toFixed(1));
  console.log(`${name}: p50 ${p50} ms, p95 ${p95} ms, max ${max} ms (${times.length})`);
}

interface BenchIndex {
  readonly indexDir: string;
  readonly manifest: Manifest;
  readonly store: ChunkStore;
}

async function openEmptyIndex(root: string): Promise<BenchIndex> {
  const location = locateIndex(values.folder, root);
  const { indexDir } = location;
  makeIndexDirectory(location);
  createSqliteManifest(indexDir);
  await createLanceTable(indexDir);
  writeMarker(location, {}, Date.now());
  const manifest = openSqliteManifest(indexDir, true);
  const store = await openLanceChunkStore({ indexDir, isIntact: rememberIndex(location) });
  return { indexDir, manifest, store };
}

async function insert(index: BenchIndex, files: readonly SourceFile[]): Promise<void> {
  let batch: FileChange[] = [];
  let rows = 0;
  for (const file of files) {
    batch.push(change(file, undefined));
    rows += file.chunks.length;
    if (rows >= BATCH_ROWS) {
      await writeBatch(index, batch);
      batch = [];
      rows = 0;
    }
  }
  await writeBatch(index, batch);
}

async function searchTimes(store: ChunkStore, words: readonly string[], limit: number, count: number) {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const terms = [0, 1, 2, 3].map((i) => words[(n * 7919 + i * 104729) % words.length] ?? "index");
    times.push(await timed(() => store.search(terms, limit)));
  }
  return times;
}

async function saveTimes(index: BenchIndex, files: readonly SourceFile[]): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < SAVES; n += 1) {
    const file = files[(n * 7919) % files.length] as SourceFile;
    times.push(await timed(() => writeBatch(index, [change(file, index.manifest.get(file.path))])));
  }
  return times;
}

async function main(root: string): Promise<void> {
  const signal = new AbortController().signal;
  const index = await openEmptyIndex(root);
  const { store, manifest, indexDir } = index;
  const files = take(values.folder, Number(values.chunks));
  const rows = files.reduce((sum, file) => sum + file.chunks.length, 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const diskShare = async () => `${((await measureIndex(indexDir)) / bytes).toFixed(2)} bytes per byte of source`;
  const words = files
    .flatMap((file) => file.chunks[0]?.terms.split(" ").slice(0, 8) ?? [])
    .filter((word) => word !== "");
  console.log(`${files.length} files, ${rows} chunks, ${(bytes / 1e6).toFixed(1)} MB of text`);

  const insertMs = await timed(() => insert(index, files));
  console.log(`insert: ${(insertMs / 1000).toFixed(2)} s, ${Math.round(rows / (insertMs / 1000))} rows/s`);
  report("search before the full-text index holds the rows, 200 hits", await searchTimes(store, words, 200, 20));
  console.log(`full-text index: ${((await timed(() => store.maintain(signal))) / 1000).toFixed(2)} s`);
  console.log(`maintain with nothing to do: ${(await timed(() => store.maintain(signal))).toFixed(1)} ms`);
  report("search, 20 hits", await searchTimes(store, words, 20, SEARCHES));
  report("search, 200 hits", await searchTimes(store, words, 200, SEARCHES));
  console.log(`on disk: ${await diskShare()}`);
  report("update of one file", await saveTimes(index, files));
  report("search after the updates, 200 hits", await searchTimes(store, words, 200, SEARCHES));
  console.log(`maintain: ${((await timed(() => store.maintain(signal))) / 1000).toFixed(2)} s`);
  console.log(`on disk: ${await diskShare()}`);
  const openMs = await timed(async () => openSqliteManifest(indexDir, false).close());
  console.log(`open the manifest: ${openMs.toFixed(0)} ms`);
  console.log(`count rows by file: ${(await timed(() => store.countByFile())).toFixed(1)} ms`);
  console.log(`peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  await store.close();
  manifest.close();
}

const root = mkdtempSync(join(tmpdir(), "cloister-bench-"));
void main(root).finally(() => rmSync(root, { recursive: true }));
