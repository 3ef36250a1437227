import type { IndexStatus } from "../../src/domain/indexStatus";

export const NO_PROGRESS = {
  phase: "idle",
  filesDone: 0,
  filesTotal: 0,
  bytesDone: 0,
  bytesTotal: 0,
  elapsedMs: 0,
} as const;

/** The status of an index that is ready and at rest. */
export const indexStatus = (folder: string, more: Partial<IndexStatus> = {}): IndexStatus => ({
  folder,
  indexDir: `/indexes${folder}`,
  health: "ready",
  tier: "lexical",
  embeddingModel: undefined,
  vectors: { state: "off", model: undefined, done: 0, total: 0, leftMs: undefined, problem: undefined },
  files: 1,
  skipped: 0,
  chunks: 1,
  bytes: 1,
  diskBytes: 1,
  updatedAt: undefined,
  progress: NO_PROGRESS,
  problem: undefined,
  ...more,
});
