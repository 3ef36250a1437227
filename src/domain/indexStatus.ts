/** The condition of one folder's index, and the reports that index runs make. Plain data, as it crosses the wire. */

import type { EngineErrorDetail } from "./errors";
import type { SkipReason } from "./skipReason";

/** `lexical`: keywords, symbols and paths. `hybrid`: vectors as well. */
export type Tier = "lexical" | "hybrid";

export type IndexHealth = "none" | "ready" | "partial" | "damaged";

/** What an index run is doing now. `waiting`: another process is the writer of this index. */
export type IndexPhase = "idle" | "scanning" | "indexing" | "finishing" | "paused" | "waiting";

export interface IndexProgress {
  readonly phase: IndexPhase;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Since the phase began. */
  readonly elapsedMs: number;
}

/** How far the chunks of an index have their vectors. */
export interface VectorStatus {
  /**
   * `off`: no model makes vectors. `asking`: those of another model would be replaced, which takes `leftMs`; they serve until
   * somebody has agreed and the new ones are complete. `waiting`: another process fills them in. `failed`: it is tried
   * again by itself.
   */
  readonly state: "off" | "asking" | "waiting" | "filling" | "paused" | "complete" | "failed";
  readonly model: string | undefined;
  /** Different texts that have a vector, of those there are. */
  readonly done: number;
  readonly total: number;
  /** Milliseconds, estimated by what was embedded; undefined while that is nothing. */
  readonly leftMs: number | undefined;
  readonly problem: EngineErrorDetail | undefined;
}

export interface IndexStatus {
  readonly folder: string;
  readonly indexDir: string;
  readonly health: IndexHealth;
  readonly tier: Tier;
  /** Of the vectors that searches use. */
  readonly embeddingModel: string | undefined;
  readonly vectors: VectorStatus;
  /** Files whose chunks are in the index. */
  readonly files: number;
  readonly skipped: number;
  readonly chunks: number;
  /** Bytes of source text indexed. */
  readonly bytes: number;
  /** Bytes the index takes on disk. */
  readonly diskBytes: number;
  /** Milliseconds since the epoch of the last change to the index; undefined before the first. */
  readonly updatedAt: number | undefined;
  readonly progress: IndexProgress;
  /** Why the last run failed; undefined after one that did not. */
  readonly problem: EngineErrorDetail | undefined;
}

/** What one index run did. */
export interface IndexSummary {
  readonly folder: string;
  /** Files in the index after the run. */
  readonly files: number;
  /** Chunks in the index after the run. */
  readonly chunks: number;
  readonly skipped: number;
  /** Bytes of text read by this run. */
  readonly bytes: number;
  readonly filesIndexed: number;
  readonly filesRemoved: number;
  readonly chunksWritten: number;
  /** Different texts given a vector by this run. */
  readonly embedded: number;
  /** Chunks kept as they were; where a model makes vectors, texts that had theirs. */
  readonly reused: number;
  readonly elapsedMs: number;
}

/** One file of the folder as `files` lists it. */
export interface FileReport {
  readonly path: string;
  readonly state: "indexed" | "skipped";
  readonly reason: SkipReason | undefined;
  readonly chunks: number;
}
