/**
 * A folder in memory, as scanned and as prepared: every two lines are a chunk. And an index in memory that keeps a log
 * of its writes, and can fail at any of them.
 */

import { createHash } from "node:crypto";
import { textHash } from "../../src/adapters/store/textHash";
import { createFolderIndex, type FolderIndex } from "../../src/core/indexing/folderIndex";
import type {
  ChunkRow,
  ChunkStore,
  FilePreparer,
  FileRecord,
  FolderScan,
  IndexableChunk,
  Manifest,
  PreparedFile,
  WorkspaceFiles,
} from "../../src/core/ports";
import type { SkipReason } from "../../src/domain/skipReason";
import { memoryManifest } from "./memoryIndex";

interface Entry {
  readonly text: string;
  /** The other time stamp is the same. */
  readonly mtimeMs: number;
  /** Left out by the scan. */
  readonly leftOut: SkipReason | undefined;
  /** Left out when it is read. */
  readonly refused: SkipReason | undefined;
}

export interface FakeFolder {
  write(path: string, text: string, options?: Partial<Omit<Entry, "text">>): void;
  remove(path: string): void;
  /** The file is still scanned, and gone when it is read. */
  vanish(path: string): void;
  /** Every file with its text, but for those left out. */
  texts(): Record<string, string>;
  /** Paths in the order in which they were read, since the last call. */
  reads(): string[];
  readonly files: WorkspaceFiles;
  readonly preparer: FilePreparer;
}

export function fakeFolder(contents: Record<string, string> = {}, concurrency = 2): FakeFolder {
  const entries = new Map<string, Entry>();
  const vanished = new Set<string>();
  let reads: string[] = [];
  let ticks = 0;
  const scanOf = (isIn: (path: string) => boolean): FolderScan => {
    const inside = [...entries].filter(([path]) => isIn(path));
    return {
      files: inside.flatMap(([path, { text, mtimeMs, leftOut }]) =>
        leftOut === undefined ? [{ path, sizeBytes: text.length, mtimeMs, ctimeMs: mtimeMs }] : [],
      ),
      skipped: inside.flatMap(([path, { leftOut }]) => (leftOut === undefined ? [] : [{ path, reason: leftOut }])),
    };
  };
  const folder: FakeFolder = {
    write: (path, text, { mtimeMs = 1_000.5 + ++ticks, leftOut, refused } = {}) => {
      vanished.delete(path);
      entries.set(path, { text, mtimeMs, leftOut, refused });
    },
    remove: (path) => entries.delete(path),
    vanish: (path) => vanished.add(path),
    texts: () => {
      const read = [...entries].filter(([, entry]) => entry.leftOut === undefined && entry.refused === undefined);
      return Object.fromEntries(read.map(([path, entry]) => [path, entry.text]));
    },
    reads: () => {
      const last = reads;
      reads = [];
      return last;
    },
    files: {
      scan: async () => scanOf(() => true),
      look: async (paths) =>
        scanOf((path) => paths.some((asked) => path === asked || path.startsWith(`${asked}/`) || asked === "")),
      history: () => Promise.resolve(undefined),
      readText: async (path) => entries.get(path)?.text,
    },
    preparer: {
      concurrency,
      prepare: async (path, knownHash, signal) => {
        signal.throwIfAborted();
        reads.push(path);
        const entry = vanished.has(path) ? undefined : entries.get(path);
        return entry === undefined ? { state: "vanished", path } : prepare(path, entry, knownHash);
      },
      dispose: async () => undefined,
    },
  };
  for (const [path, text] of Object.entries(contents)) {
    folder.write(path, text);
  }
  return folder;
}

function prepare(path: string, { text, mtimeMs, refused }: Entry, knownHash: string | undefined): PreparedFile {
  const contentHash = createHash("sha256").update(text).digest("hex");
  const base = { path, contentHash, sizeBytes: text.length, mtimeMs, ctimeMs: mtimeMs };
  if (contentHash === knownHash) {
    return { ...base, state: "unchanged" };
  }
  if (refused !== undefined) {
    return { ...base, state: "skipped", reason: refused };
  }
  const chunks = cutInPairs(path, text);
  const lines = text.split("\n").length;
  return { ...base, state: "indexed", language: "text", lines, chunks, definitions: [] };
}

/** Chunks of two lines; none for empty text. */
export function cutInPairs(path: string, text: string): IndexableChunk[] {
  const lines = text === "" ? [] : text.split("\n");
  return Array.from({ length: Math.ceil(lines.length / 2) }, (_, index) => {
    const pair = lines.slice(index * 2, index * 2 + 2);
    return {
      path,
      startLine: index * 2 + 1,
      endLine: index * 2 + pair.length,
      language: "text",
      kind: "lines" as const,
      symbol: undefined,
      enclosing: [],
      text: pair.join("\n"),
      terms: pair.join(" "),
      textHash: textHash(pair.join("\n")),
    };
  });
}

export interface RecordingIndex {
  readonly manifest: Manifest;
  readonly store: ChunkStore;
  readonly rows: ChunkRow[];
  /** Writes so far, such as `add 3`, `commit +1 -0`, `delete 1`; emptied by the call. */
  writes(): string[];
  /** Makes the n-th write from now throw instead, counted from 1. */
  failAt(n: number): void;
  /** What the index holds: the text of each file that the manifest names, from the rows that belong to it. */
  texts(): Record<string, string>;
}

export function recordingIndex(): RecordingIndex {
  const inner = memoryManifest();
  const rows: ChunkRow[] = [];
  let log: string[] = [];
  let writesUntilFailure = Number.POSITIVE_INFINITY;
  const write = (what: string) => {
    writesUntilFailure -= 1;
    if (writesUntilFailure === 0) {
      throw new Error("killed");
    }
    log.push(what);
  };
  const manifest: Manifest = {
    ...inner,
    get size() {
      return inner.size;
    },
    get revision() {
      return inner.revision;
    },
    commit: (change) => {
      if (change.put.length + change.remove.length > 0) {
        write(`commit +${change.put.length} -${change.remove.length}`);
        inner.commit(change);
      }
    },
  };
  return {
    manifest,
    store: recordingStore(rows, write),
    rows,
    writes: () => {
      const last = log;
      log = [];
      return last;
    },
    failAt: (n) => {
      writesUntilFailure = n;
    },
    texts: () => Object.fromEntries(indexedRecords(manifest).map((record) => [record.path, textOf(record, rows)])),
  };
}

function recordingStore(rows: ChunkRow[], write: (what: string) => void): ChunkStore {
  const unused = () => Promise.reject(new Error("not for searching"));
  return {
    add: async (added) => {
      if (added.length > 0) {
        write(`add ${added.length}`);
        rows.push(...added);
      }
    },
    deleteFiles: async (fileIds) => {
      if (fileIds.length > 0) {
        write(`delete ${fileIds.length}`);
        rows.splice(0, rows.length, ...rows.filter((row) => !fileIds.includes(row.fileId)));
      }
    },
    countByFile: async () => {
      const counts = new Map<number, number>();
      for (const { fileId } of rows) {
        counts.set(fileId, (counts.get(fileId) ?? 0) + 1);
      }
      return counts;
    },
    countRows: async () => rows.length,
    scan: async function* () {
      yield rows;
    },
    scanChecked: async function* () {
      yield rows.map((row) => ({ ...row, isSound: true }));
    },
    search: unused,
    read: unused,
    chunksOfFiles: unused,
    isSearchIndexIntact: async () => true,
    mendSearchIndex: async () => undefined,
    rebuildSearchIndex: unused,
    chunkNames: unused,
    updateSearchIndex: async () => undefined,
    merge: async () => undefined,
    maintain: async () => undefined,
    close: async () => undefined,
  };
}

function indexedRecords(manifest: Manifest): FileRecord[] {
  return [...manifest.all()].filter((record) => record.state === "indexed");
}

/** The rows must be whole: as many as the record says, each position once. */
function textOf(record: FileRecord, rows: readonly ChunkRow[]): string {
  const own = rows.filter((row) => row.fileId === record.fileId).sort((a, b) => a.ordinal - b.ordinal);
  if (own.length !== record.chunks || own.some((row, index) => row.ordinal !== index)) {
    throw new Error(`${record.path} has rows ${own.map((row) => row.ordinal).join()} of ${record.chunks}`);
  }
  return own.map((row) => row.text).join("\n");
}

/** Long after every file's time stamp, so that none has to be read twice. */
export const LATER: number = 1_000_000;

/** The index of a fake folder, as its writer sees it. */
export function openFakeIndex(
  { files, preparer }: FakeFolder,
  { manifest, store }: Pick<RecordingIndex, "manifest" | "store">,
  { clock = () => LATER } = {},
): FolderIndex {
  const own = { folder: "/f", clock, hashText: textHash, onDrop: () => undefined };
  return createFolderIndex({ ...own, files, preparer, manifest, store });
}
