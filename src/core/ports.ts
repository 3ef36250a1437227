/**
 * What the core needs from the outside world. Adapters implement these; tests fake them with plain objects.
 */

import type { Chunk } from "../domain/chunk";
import type { SkipReason } from "../domain/skipReason";
import type { Definition, EncodedDefinitions } from "./definitions";
import type { FileStamp } from "./fileStamp";

// ---------------------------------------------------------------- the folder

/** A file that exists in the folder and is not ignored, before its content was looked at. */
export interface FoundFile extends FileStamp {
  /** Relative to the folder, with `/`. */
  readonly path: string;
}

export interface FolderScan {
  readonly files: readonly FoundFile[];
  /** Left out without reading: too large, a secret or lock file by name, a link that leaves the folder, excluded, … */
  readonly skipped: readonly SkippedFile[];
}

export interface SkippedFile {
  readonly path: string;
  readonly reason: SkipReason;
}

/** The files of one folder: what git tracks or would track, elsewhere a walk that honours `.gitignore`; `.cloisterignore` on top. */
export interface WorkspaceFiles {
  /** @throws {EngineError} `folder-not-found`, `folder-not-a-directory`, `folder-unreadable`. */
  scan(signal: AbortSignal): Promise<FolderScan>;
  /**
   * The same for the given paths alone (files or folders), as they are now.
   *
   * @param isListed true for a file that a scan has listed since ignore files were changed last: it is not asked again
   *   whether it is ignored.
   * @returns nothing about a path that no longer exists or is ignored.
   */
  look(paths: readonly string[], signal: AbortSignal, isListed?: (path: string) => boolean): Promise<FolderScan>;
  /**
   * The file's text now, decoded and normalised to `\n`.
   *
   * @returns undefined if there is no such file, or it can no longer be read as text.
   */
  readText(path: string): Promise<string | undefined>;
  /**
   * What the newest commits say, of files in the folder.
   *
   * @param knownHead the newest commit that was read before.
   * @returns `unchanged` if there is none since; undefined where none could be read.
   */
  history(knownHead: string | undefined, signal: AbortSignal): Promise<CommitHistory | "unchanged" | undefined>;
}

export interface CommitHistory {
  /** The newest commit. */
  readonly head: string;
  /** Newest first. */
  readonly commits: readonly Commit[];
}

export interface Commit {
  /** The first line of its message. */
  readonly subject: string;
  /** Of the files it changed, relative to the folder; some may be gone. At least one. */
  readonly paths: readonly string[];
}

// ---------------------------------------------------------------- preparing files

/** A chunk as the index holds it. */
export interface IndexableChunk extends Chunk {
  /** Search terms, split and stemmed, separated by one space; what the full-text index holds. */
  readonly terms: string;
  /** Of `text`, by the `HashText` of the index: equal for equal texts, also of other files. */
  readonly textHash: string;
}

/** A chunk as it was cut. */
export interface PreparedChunk extends Chunk {
  /** As those of an `IndexableChunk`; undefined where they are left to whoever asked for the file. */
  readonly terms: string | undefined;
}

/** A digest of a text that is short enough to be stored with every chunk. */
export type HashText = (text: string) => string;

/** The stamp is that of before the first byte was read. */
interface PreparedBase extends FileStamp {
  readonly path: string;
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly contentHash: string;
}

/** The outcome of reading one file. A file that cannot be indexed is a result and not an exception. */
export type PreparedFile =
  | (PreparedBase & {
      readonly state: "indexed";
      readonly language: string;
      readonly lines: number;
      readonly chunks: readonly PreparedChunk[];
      readonly definitions: readonly Definition[];
    })
  | (PreparedBase & { readonly state: "skipped"; readonly reason: SkipReason })
  /** The bytes have the hash that was passed as `knownHash`. */
  | (PreparedBase & { readonly state: "unchanged" })
  | { readonly state: "vanished"; readonly path: string };

/** Reads, decodes, classifies and cuts files, in worker threads with a time limit for each file. */
export interface FilePreparer {
  /** Files worth preparing at once. */
  readonly concurrency: number;
  /**
   * @param knownHash the hash in the manifest, to stop early when only the time stamp changed.
   * @throws {DOMException} `AbortError` when `signal` fires. Nothing else: a hostile file is `skipped`.
   */
  prepare(path: string, knownHash: string | undefined, signal: AbortSignal): Promise<PreparedFile>;
  dispose(): Promise<void>;
}

// ---------------------------------------------------------------- searching files as they lie

export type IndexableFile = Extract<PreparedFile, { readonly state: "indexed" }>;

export interface FileQuery {
  /** Search terms as `searchTerms` makes them, each one once; at least one. */
  readonly terms: readonly string[];
  /** Files that hold every term, and not just any. */
  readonly mustHoldAll: boolean;
  /** Files to cut. */
  readonly limit: number;
  /** Milliseconds since the epoch, after which no further file is looked at. */
  readonly endsAt: number;
}

/** Files that hold terms of a query. */
export interface FoundFiles {
  /** Those that say most, best first, cut by keywords and lines, with the terms of their chunks. */
  readonly files: readonly IndexableFile[];
  /** About how many chunks there are in all files that were looked at, and how many of them hold each term. */
  readonly chunks: number;
  readonly holding: readonly number[];
  /** False where the time was over before all files were looked at. */
  readonly isWhole: boolean;
}

export interface CutFiles {
  /** In the order in which they were named, without those that are no text or gone. */
  readonly files: readonly IndexableFile[];
  /** Those that are no text, or none that is indexed. */
  readonly unfit: readonly string[];
  /** How many of those that were named were looked at: until the time was over, or so much was cut that the rest is to be asked for anew. */
  readonly tried: number;
}

/**
 * Searches files without an index, by reading them in a thread of its own. Never rejects: where the thread fails, or nobody
 * waits any more, nothing is found, and not everything was looked at.
 */
export interface FileScanner {
  /** @param paths those that matter most first, since the time is limited. */
  find(paths: readonly string[], query: FileQuery, signal: AbortSignal | undefined): Promise<FoundFiles>;
  /** Cuts these files. @param endsAt as that of a query. */
  cut(paths: readonly string[], endsAt: number, signal: AbortSignal | undefined): Promise<CutFiles>;
  /** @returns those of the names that stand as whole words in one of the files; some may be missing if the time was over. */
  findNames(
    paths: readonly string[],
    names: readonly string[],
    endsAt: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]>;
}

// ---------------------------------------------------------------- the index on disk

/**
 * What the index holds of one file. The manifest is the truth about the index: a chunk row counts only while
 * the manifest names its `fileId`.
 */
export interface FileRecord extends FileStamp {
  readonly path: string;
  /** Grows with every version of any file, so that rows of an older version are told apart without their path. */
  readonly fileId: number;
  readonly state: "indexed" | "skipped";
  readonly reason: SkipReason | undefined;
  /** Empty where the file was skipped unread. */
  readonly contentHash: string;
  readonly language: string;
  readonly lines: number;
  readonly chunks: number;
  /** Of the file's rows in the chunk table, by `rowsHash`; empty where it has none. */
  readonly chunksHash: string;
  readonly definitions: EncodedDefinitions;
  /** Milliseconds since the epoch. */
  readonly indexedAt: number;
}

export interface ManifestChange {
  readonly put: readonly FileRecord[];
  readonly remove: readonly string[];
}

export interface Manifest {
  get(path: string): FileRecord | undefined;
  /** The record that names this version of a file; undefined for one that was superseded. */
  withFileId(fileId: number): FileRecord | undefined;
  all(): Iterable<FileRecord>;
  readonly size: number;
  /** Grows with every commit, also those of other processes that `refresh` has read. */
  readonly revision: number;
  /** The smallest `fileId` that was never given out. */
  nextFileId(): number;
  /**
   * Makes the change durable, whole or not at all; it is on disk when this returns.
   *
   * @throws {EngineError} `disk-full`, `index-unwritable`.
   */
  commit(change: ManifestChange): void;
  /** Reads what another process committed. @returns true if anything changed. */
  refresh(): boolean;
  /**
   * Looks at every byte of the manifest.
   *
   * @returns paths of records that are not as they were written; they are forgotten with the next `commit`.
   * @throws {EngineError} `index-damaged` where it is the database itself that is broken.
   */
  verify(): string[];
  close(): void;
}

/** One stored chunk. */
export interface ChunkRow extends IndexableChunk {
  readonly fileId: number;
  /** Position of the chunk in its file, from 0. */
  readonly ordinal: number;
}

/** By the checksum that lies beside the row, which may be what is broken. */
export interface CheckedRow extends ChunkRow {
  readonly isSound: boolean;
}

/** Where a chunk is that the full-text index returned. What it holds is read of the few that are shown. */
export interface FoundRow {
  /** By which the store finds the row again, unless it was moved meanwhile; undefined where its place alone is known. */
  readonly rowId: number | undefined;
  readonly fileId: number;
  readonly ordinal: number;
  /** BM25; higher is better. */
  readonly score: number;
}

/** A chunk as it was read from the table. */
export interface ChunkHit extends Chunk {
  readonly fileId: number;
  readonly ordinal: number;
  readonly textHash: string;
  /** Of the row that was found; 0 for a chunk that was read with its file. */
  readonly score: number;
}

/** What a full-text search may be limited to. */
export interface SearchNarrowing {
  /** Rows of these file versions alone; at least one. */
  readonly fileIds?: readonly number[];
  /** Rows that hold every term, and not just any. */
  readonly mustHoldAll?: boolean;
}

/** A stored chunk by what it is called, and by the hash of its text. */
export type ChunkName = Pick<ChunkRow, "fileId" | "ordinal" | "textHash" | "symbol" | "enclosing">;

/** The chunk table. One writer; any number of readers, also in other processes. */
export interface ChunkStore {
  /** Adds rows in one commit. @throws {EngineError} `disk-full`, `index-unwritable`, `index-damaged`. */
  add(rows: readonly ChunkRow[]): Promise<void>;
  /** Deletes all rows of these file versions, in one commit. */
  deleteFiles(fileIds: readonly number[]): Promise<void>;
  /** Every `fileId` that has rows, with their count. */
  countByFile(): Promise<Map<number, number>>;
  /**
   * Full-text search.
   *
   * @param terms search terms as `searchTerms` makes them; a row matches that holds any of them.
   * @param limit at least 1.
   * @returns best first; may hold rows of superseded file versions, which the caller drops.
   */
  search(terms: readonly string[], limit: number, narrow?: SearchNarrowing): Promise<FoundRow[]>;
  /**
   * What rows hold that were found.
   *
   * @returns in their order, without those that are gone.
   * @throws {EngineError} `index-damaged` if a row is not as it was written.
   */
  read(rows: readonly FoundRow[]): Promise<ChunkHit[]>;
  /** The chunks of these file versions, in order of file and position. */
  chunksOfFiles(fileIds: readonly number[]): Promise<ChunkHit[]>;
  /** The same without their texts; of every file version where none is named. */
  chunkNames(fileIds: readonly number[] | undefined): Promise<ChunkName[]>;
  countRows(): Promise<number>;
  /**
   * Every row, in no order, some at a time.
   *
   * @param fileIds only the rows of these file versions; at least one.
   * @throws {EngineError} `index-damaged`.
   */
  scan(fileIds?: readonly number[]): AsyncIterable<readonly ChunkRow[]>;
  /** Every row, each with whether it is as it was written. @throws as `scan`. */
  scanChecked(): AsyncIterable<readonly CheckedRow[]>;
  /** Whether the full-text index is, byte by byte, as it was built. */
  isSearchIndexIntact(): Promise<boolean>;
  /** Builds the full-text index anew where it is missing or cannot be read. */
  mendSearchIndex(): Promise<void>;
  /** Builds the full-text index anew, whatever its state. */
  rebuildSearchIndex(): Promise<void>;
  /** Takes new rows into the full-text index where there are more of them than may wait for quiet. */
  updateSearchIndex(signal: AbortSignal): Promise<void>;
  /** Merges what lies in many pieces and removes old versions, where it pays. */
  merge(): Promise<void>;
  /** Merges, takes in all that can be felt in a search, where it pays, and removes what killed writers left. */
  maintain(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** What a search reads of the index, or of something like it. */
export type SearchedManifest = Pick<Manifest, "get" | "withFileId" | "all" | "revision" | "refresh">;
export type SearchedStore = Pick<ChunkStore, "search" | "read" | "chunksOfFiles" | "scan">;

/** Keeps the table by which files are ranked, for the engines that come after. Whoever loses it loses time alone. */
export interface KeptTable {
  /** @returns what was written last; undefined where there is nothing, or not as it was written. */
  read(): unknown;
  /** @param table of arrays, texts and numbers; it may be changed as soon as this returns. To be called by the holder of the lock. */
  write(table: unknown): Promise<void>;
}

// ---------------------------------------------------------------- patterns

/** Runs regular expressions that a person typed, none of them for long. */
export interface PatternMatcher {
  /** @returns undefined for what is no regular expression. */
  start(source: string, flags: string): PatternRun | undefined;
}

export interface PatternRun {
  /** @returns where the first match begins in each text, -1 for none; undefined once the time for this run is over. */
  offsets(texts: readonly string[]): readonly number[] | undefined;
}

// ---------------------------------------------------------------- vectors on disk

export interface StoredVector {
  /** Of the text that was embedded: 32 hexadecimal digits. */
  readonly key: string;
  /** Of unit length. */
  readonly vector: Float32Array;
}

export interface VectorHit {
  readonly key: string;
  /** Cosine: 1 for the same direction. */
  readonly similarity: number;
}

/** The vectors of one identity, by the text they were made of. One writer, any number of readers. */
export interface VectorStore {
  /** Every key that has a vector; kept up to date by `add` and `remove` of this handle. */
  readonly keys: ReadonlySet<string>;
  /** @throws {EngineError} `disk-full`, `index-unwritable`, `index-damaged`; and {TypeError} for what is no unit vector of the right size. */
  add(vectors: readonly StoredVector[]): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  /** @param limit at least 1. @returns most similar first; may hold vectors of texts that are no longer there. */
  nearest(vector: Float32Array, limit: number): Promise<VectorHit[]>;
  /** Reads what another process has written. */
  refresh(): Promise<void>;
  /** Reads everything. @throws {EngineError} `index-damaged` where it cannot be read or is nothing that was stored. */
  verify(signal: AbortSignal): Promise<void>;
  /** Builds the vector index anew where there is one. */
  rebuildIndex(): Promise<void>;
  /** Compacts, and builds the vector index where there are enough vectors for one to pay. */
  maintain(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

// ---------------------------------------------------------------- time

/** Milliseconds since the epoch. */
export type Clock = () => number;
