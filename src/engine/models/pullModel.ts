/** Downloads a model, unless the disk has no room for it. */

import type { ModelLibrary, PullProgress } from "../../core/modelPorts";
import { EngineError } from "../../domain/errors";

export interface PullDeps {
  readonly library: ModelLibrary;
  /** Undefined where the disk is not known. */
  readonly freeDiskBytes: () => number | undefined;
}

/** Left free for everything else that a machine does. */
const SPARE_BYTES = 1024 ** 3;

/**
 * The room is looked at whenever the server tells of more to come: only it knows what is there already.
 *
 * @throws {EngineError} as `ModelLibrary.pull`, and `model-needs-disk`.
 */
export async function pullModel(
  { library, freeDiskBytes }: PullDeps,
  model: string,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  let known = 0;
  for await (const progress of library.pull(model, signal)) {
    if (progress.totalBytes > known) {
      known = progress.totalBytes;
      checkRoom(model, progress, freeDiskBytes());
    }
    onProgress(progress);
  }
}

function checkRoom(model: string, { completedBytes, totalBytes }: PullProgress, freeBytes: number | undefined): void {
  const neededBytes = totalBytes - completedBytes;
  if (freeBytes !== undefined && neededBytes > 0 && neededBytes + SPARE_BYTES > freeBytes) {
    throw new EngineError({ code: "model-needs-disk", model, neededBytes, freeBytes });
  }
}
