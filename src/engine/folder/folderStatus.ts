/** What a session tells of itself and its index. */

import type { EngineErrorDetail } from "../../domain/errors";
import type { IndexHealth, IndexProgress, IndexStatus, VectorStatus } from "../../domain/indexStatus";
import type { DescribedVectors } from "../vectors/folderVectors";
import { type Counts, NOTHING } from "./indexCounts";

export interface SessionState {
  readonly folder: string;
  readonly indexDir: string;
  readonly diskBytes: number;
  /** The whole folder was indexed. */
  readonly isComplete: boolean;
  /** Undefined where there is no index, or none that can be read. */
  readonly found: { readonly counts: Counts; readonly vectors: DescribedVectors } | undefined;
  /** Where none are found. */
  readonly vectors: VectorStatus;
  readonly progress: IndexProgress;
  readonly problem: EngineErrorDetail | undefined;
}

export function folderStatus(state: SessionState): IndexStatus {
  const { folder, indexDir, diskBytes, found, progress, problem } = state;
  const { counts, vectors } = found ?? {};
  return {
    folder,
    indexDir,
    health: health(state),
    tier: vectors?.serving === undefined ? "lexical" : "hybrid",
    embeddingModel: vectors?.serving?.model,
    vectors: vectors?.status ?? state.vectors,
    ...(counts ?? NOTHING),
    diskBytes,
    progress,
    problem,
  };
}

function health({ problem, found, isComplete }: SessionState): IndexHealth {
  if (problem?.code === "index-damaged") {
    return "damaged";
  }
  if (found === undefined) {
    return "none";
  }
  return isComplete ? "ready" : "partial";
}
