/** How long it takes to give texts their vectors: by a few of them from all over the folder. */

import { embedText } from "./embedText";
import type { FileToFill, FillDeps } from "./fillVectors";

const FILES_ASKED = 16;

/** @returns milliseconds, the model being loaded. @throws as `Embedder.embed`. */
export async function estimateFillMs(
  { embedder, clock, chunksOfFiles }: Pick<FillDeps, "embedder" | "clock" | "chunksOfFiles">,
  files: readonly FileToFill[],
  signal: AbortSignal,
): Promise<number> {
  const step = Math.max(1, Math.floor(files.length / FILES_ASKED));
  const some = files.filter((_, index) => index % step === 0).slice(0, FILES_ASKED);
  const chunks = Map.groupBy(await chunksOfFiles(some.map(({ fileId }) => fileId)), ({ fileId }) => fileId);
  const sample = [...chunks.values()].flatMap((own) => own[Math.floor(own.length / 2)] ?? []).map(embedText);
  if (sample.length === 0) {
    return 0;
  }
  const startedAt = clock();
  await embedder.embed(sample, signal);
  const texts = new Set(files.flatMap(({ keys }) => keys)).size;
  return Math.round(((clock() - startedAt) / sample.length) * texts);
}
