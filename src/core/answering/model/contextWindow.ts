/** The context window that a model is asked with: constant for each model, since another one makes the server load it anew. */

import { automaticWindow } from "../../models/automaticWindow";
import type { ChatModel } from "./resolveModel";

/**
 * @param wanted tokens, an upper bound; 0: as much as memory and model allow.
 * @param memoryBytes of the machine that models run on; undefined where that is not known.
 */
export function windowFor(
  { contextLength, cacheBytesPerToken, sizeBytes: weightBytes }: ChatModel,
  wanted: number,
  memoryBytes: number | undefined,
): number {
  return wanted === 0
    ? automaticWindow({ memoryBytes, weightBytes, cacheBytesPerToken, contextLength })
    : Math.min(wanted, contextLength ?? Number.POSITIVE_INFINITY);
}
