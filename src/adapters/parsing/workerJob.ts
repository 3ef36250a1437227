/** What the pool and its worker threads say to each other. */

import type { PreparedFile } from "../../core/ports";

/** Given to a worker when it starts. */
export interface WorkerSettings {
  /** Absolute; holds the grammars. */
  readonly grammarDir: string;
}

export interface WorkerJob {
  /** Absolute. */
  readonly folder: string;
  /** Relative to `folder`, with `/`. */
  readonly path: string;
  readonly maxFileKiB: number;
  readonly knownHash: string | undefined;
  /** False where the engine makes the terms of chunks. */
  readonly withTerms: boolean;
  /** False after a worker died of this file: then its lines have to do. */
  readonly isParsed: boolean;
}

export type WorkerReply =
  /** The worker has started. */
  | { readonly type: "ready" }
  /** Something that a person who looks for a fault wants to know. */
  | { readonly type: "problem"; readonly problem: string }
  | {
      readonly type: "done";
      readonly file: PreparedFile;
      /** True if the worker has taken so much memory, or failed in such a way, that a fresh one should go on. */
      readonly isSpent: boolean;
    };
