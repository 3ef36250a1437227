/**
 * Whether a model runs on a machine.
 *
 * An estimate, and never a bar: servers use graphics memory, leave out layers and compress caches in ways that nobody
 * can tell from outside, so a model that seems too large may be installed and asked all the same.
 */

import type { ModelFit } from "../../domain/availableModel";

/** Of the machine's memory, for model and context together; the rest is the editor's and the system's. */
export const USABLE_SHARE = 0.6;
const LARGEST_SHARE = 0.85;

/** What a server needs beside weights and context. */
const OVERHEAD_BYTES = 0.5 * 1024 ** 3;
const OVERHEAD_SHARE = 0.03;
/** For a context of some thousand tokens. */
const CONTEXT_BYTES = 0.75 * 1024 ** 3;

/** @param weightBytes the model's size on disk. */
export function fitOf(weightBytes: number, memoryBytes: number): ModelFit {
  const needed = weightBytes * (1 + OVERHEAD_SHARE) + OVERHEAD_BYTES + CONTEXT_BYTES;
  const share = needed / memoryBytes;
  return share <= USABLE_SHARE ? "fits" : share <= LARGEST_SHARE ? "tight" : "too-large";
}
