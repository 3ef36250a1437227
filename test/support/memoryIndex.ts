/** A manifest and a chunk store in memory, with BM25 as the full-text index has it; for tests of what searches them. */

import { setImmediate } from "node:timers/promises";
import { textHash } from "../../src/adapters/store/textHash";
import { type Definition, encodeDefinitions } from "../../src/core/definitions";
import { NO_STAMP } from "../../src/core/fileStamp";
import type {
  ChunkHit,
  ChunkRow,
  ChunkStore,
  Commit,
  FileRecord,
  FoundRow,
  KeptTable,
  Manifest,
  PatternMatcher,
} from "../../src/core/ports";
import { chunkTerms } from "../../src/core/retrieval/query/terms";
import { CommitIndex } from "../../src/core/retrieval/table/commitIndex";
import type { Chunk } from "../../src/domain/chunk";

/** LanceDB's own parameters. */
const K1 = 1.2;
const B = 0.75;

export interface MemoryFile {
  readonly path: string;
  readonly chunks: readonly Chunk[];
  readonly definitions: readonly Definition[];
}

export interface MemoryIndex {
  readonly folderName: string;
  readonly manifest: Manifest;
  readonly store: ChunkStore;
  readonly commits: () => CommitIndex;
  readonly keptTable: KeptTable;
  readonly patterns: PatternMatcher;
  readonly nextTurn: () => Promise<unknown>;
  /** Writes files as a batch does: rows under new file ids, then the manifest, then the old rows go. */
  put(...files: readonly MemoryFile[]): void;
  remove(path: string): void;
  /** In place of those before. */
  commit(...commits: readonly Commit[]): void;
}

export function memoryIndex(...files: readonly MemoryFile[]): MemoryIndex {
  const manifest = memoryManifest();
  const rows: ChunkRow[] = [];
  let commits = new CommitIndex([]);
  let kept: unknown;
  const index: MemoryIndex = {
    folderName: "folder",
    manifest,
    store: memoryStore(rows),
    commits: () => commits,
    keptTable: {
      read: () => structuredClone(kept),
      write: async (table) => {
        kept = structuredClone(table);
      },
    },
    nextTurn: setImmediate,
    patterns: {
      start: (source, flags) => ({ offsets: (texts) => texts.map((text) => text.search(new RegExp(source, flags))) }),
    },
    put: (...changed) => {
      for (const file of changed) {
        const old = manifest.get(file.path)?.fileId;
        const fileId = manifest.nextFileId();
        file.chunks.forEach((chunk, ordinal) => {
          rows.push({ ...chunk, fileId, ordinal, terms: chunkTerms(chunk), textHash: textHash(chunk.text) });
        });
        manifest.commit({ put: [recordOf(file, fileId)], remove: [] });
        dropRows(rows, old);
      }
    },
    remove: (path) => {
      const old = manifest.get(path)?.fileId;
      manifest.commit({ put: [], remove: [path] });
      dropRows(rows, old);
    },
    commit: (...made) => {
      commits = new CommitIndex(made);
    },
  };
  index.put(...files);
  return index;
}

function dropRows(rows: ChunkRow[], fileId: number | undefined): void {
  rows.splice(0, rows.length, ...rows.filter((row) => row.fileId !== fileId));
}

export function recordOf(file: MemoryFile, fileId: number): FileRecord {
  return {
    path: file.path,
    fileId,
    state: "indexed",
    reason: undefined,
    contentHash: textHash(JSON.stringify([file.chunks, file.definitions])),
    ...NO_STAMP,
    language: file.chunks[0]?.language ?? "text",
    lines: file.chunks.at(-1)?.endLine ?? 0,
    chunks: file.chunks.length,
    chunksHash: "",
    definitions: encodeDefinitions(file.definitions),
    indexedAt: 0,
  };
}

export function memoryManifest(): Manifest {
  const records = new Map<string, FileRecord>();
  let revision = 0;
  let lastFileId = 0;
  return {
    get: (path) => records.get(path),
    withFileId: (fileId) => [...records.values()].find((record) => record.fileId === fileId),
    all: () => records.values(),
    get size() {
      return records.size;
    },
    get revision() {
      return revision;
    },
    nextFileId: () => {
      lastFileId += 1;
      return lastFileId;
    },
    commit: ({ put, remove }) => {
      revision += 1;
      for (const path of remove) {
        records.delete(path);
      }
      for (const record of put) {
        records.set(record.path, record);
      }
    },
    refresh: () => false,
    verify: () => [],
    close: () => undefined,
  };
}

/** @param rows may change between calls. */
export function memoryStore(rows: ChunkRow[]): ChunkStore {
  const unused = () => Promise.reject(new Error("not for searching"));
  return {
    add: unused,
    deleteFiles: unused,
    countByFile: unused,
    chunkNames: (fileIds) => Promise.resolve(rows.filter((row) => fileIds?.includes(row.fileId) ?? true)),
    countRows: () => Promise.resolve(rows.length),
    scan: async function* (fileIds) {
      yield fileIds === undefined ? rows : rows.filter((row) => fileIds.includes(row.fileId));
    },
    scanChecked: async function* () {
      yield rows.map((row) => ({ ...row, isSound: true }));
    },
    isSearchIndexIntact: () => Promise.resolve(true),
    mendSearchIndex: async () => undefined,
    rebuildSearchIndex: unused,
    search: (terms, limit, narrow) => {
      const admitted = rows.filter(({ fileId }) => narrow?.fileIds?.includes(fileId) ?? true);
      const holding = (row: ChunkRow) => terms.every((term) => row.terms.split(" ").includes(term));
      return Promise.resolve(
        scoreRows(narrow?.mustHoldAll === true ? admitted.filter(holding) : admitted, terms).slice(0, limit),
      );
    },
    read: (found) =>
      Promise.resolve(
        found.flatMap(({ fileId, ordinal, score }) => {
          const row = rows.find((own) => own.fileId === fileId && own.ordinal === ordinal);
          return row === undefined ? [] : [hit(row, score)];
        }),
      ),
    chunksOfFiles: (fileIds) =>
      Promise.resolve(fileIds.flatMap((id) => rows.filter((row) => row.fileId === id).map((row) => hit(row, 0)))),
    updateSearchIndex: () => Promise.resolve(),
    merge: () => Promise.resolve(),
    maintain: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function scoreRows(rows: readonly ChunkRow[], terms: readonly string[]): FoundRow[] {
  const documents = rows.map((row) => row.terms.split(" "));
  const averageLength = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, documents.length);
  const idf = new Map(terms.map((term) => [term, rarity(documents.filter((own) => own.includes(term)).length, rows)]));
  const scored = rows.map((row, index) => {
    const own = documents[index] ?? [];
    let score = 0;
    for (const term of terms) {
      const frequency = own.filter((candidate) => candidate === term).length;
      const saturation = frequency + K1 * (1 - B + (B * own.length) / averageLength);
      score += ((idf.get(term) ?? 0) * frequency * (K1 + 1)) / saturation;
    }
    return { rowId: 0, fileId: row.fileId, ordinal: row.ordinal, score };
  });
  return scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
}

function rarity(documents: number, rows: readonly ChunkRow[]): number {
  return Math.log(1 + (rows.length - documents + 0.5) / (documents + 0.5));
}

function hit(row: ChunkRow, score: number): ChunkHit {
  return { ...row, score };
}
