/** What a session tells of itself and its index. */

import { measureIndex } from "../../adapters/store/indexDirectory";
import type { EngineErrorDetail } from "../../domain/errors";
import type { IndexHealth, IndexProgress, IndexStatus } from "../../domain/indexStatus";
import type { DescribedVectors, FolderVectors } from "../vectors/folderVectors";
import { type Counts, count, NOTHING } from "./indexCounts";
import type { IndexHandle } from "./indexHandle";

export interface FolderStatusDeps {
  readonly folder: string;
  readonly handle: IndexHandle;
  readonly vectors: () => FolderVectors;
  readonly progress: () => IndexProgress;
  /** Of the last run. */
  readonly problem: () => EngineErrorDetail | undefined;
}

/** What is read in the index itself. */
interface Found {
  readonly counts: Counts;
  readonly vectors: DescribedVectors;
}

export class FolderStatus {
  readonly #deps: FolderStatusDeps;
  /** Measured once between two runs. */
  #diskBytes: Promise<number> | undefined;

  constructor(deps: FolderStatusDeps) {
    this.#deps = deps;
  }

  /** A run has ended. */
  forget(): void {
    this.#diskBytes = undefined;
  }

  /** @throws as `IndexHandle.read`. */
  async read(): Promise<IndexStatus> {
    const { handle, vectors } = this.#deps;
    this.#diskBytes ??= measureIndex(handle.location.indexDir);
    const diskBytes = await this.#diskBytes;
    const found = await handle.read(
      async (index) => index && { counts: count(index.manifest.all()), vectors: await vectors().describe(index) },
    );
    return this.#with(diskBytes, found);
  }

  /** Of an index that cannot be read. */
  async unread(): Promise<IndexStatus> {
    return this.#with((await this.#diskBytes?.catch(() => 0)) ?? 0, undefined);
  }

  /** @param found undefined where there is no index, or none that can be read. */
  #with(diskBytes: number, found: Found | undefined): IndexStatus {
    const { folder, handle, vectors, progress } = this.#deps;
    const problem = this.#deps.problem();
    return {
      folder,
      indexDir: handle.location.indexDir,
      health: health(problem, found, handle.isComplete()),
      tier: found?.vectors.serving === undefined ? "lexical" : "hybrid",
      embeddingModel: found?.vectors.serving?.model,
      vectors: found?.vectors.status ?? vectors().status,
      ...(found?.counts ?? NOTHING),
      diskBytes,
      progress: progress(),
      problem,
    };
  }
}

/** @param isComplete true if the whole folder was indexed. */
function health(problem: EngineErrorDetail | undefined, found: Found | undefined, isComplete: boolean): IndexHealth {
  if (problem?.code === "index-damaged") {
    return "damaged";
  }
  if (found === undefined) {
    return "none";
  }
  return isComplete ? "ready" : "partial";
}
