/**
 * A smaller context window for a model that spilled out of the graphics memory.
 *
 * A server that has not enough of it for weights and context leaves some layers to the processor, which makes every word
 * several times slower. Where less context would have kept all of it in, the next window is that much smaller. Where
 * the weights alone are too large, or there is no graphics memory, no window helps. With unified memory nothing spills.
 */

import type { LoadedModel } from "../modelPorts";
import { STEP } from "./automaticWindow";

/** Below this an answer has too little to rest on, and slow words are better than that. */
const SMALLEST_WINDOW = 4096;

/** Servers need more than keys and values for each token of context. */
const RESERVE = 1.15;

/**
 * @param window that the model was loaded with.
 * @param bytesPerToken of its context; undefined where the server does not say.
 * @returns tokens; undefined where the window is right as it is, or another one does not help.
 */
export function windowInGraphics(
  window: number,
  bytesPerToken: number | undefined,
  { sizeBytes, graphicsBytes }: LoadedModel,
): number | undefined {
  if (sizeBytes === undefined || graphicsBytes === undefined || bytesPerToken === undefined) {
    return undefined;
  }
  const spilled = sizeBytes - graphicsBytes;
  if (graphicsBytes <= 0 || spilled <= 0) {
    return undefined;
  }
  const smaller = window - (spilled * RESERVE) / bytesPerToken;
  const stepped = Math.floor(smaller / STEP) * STEP;
  return stepped >= SMALLEST_WINDOW ? stepped : undefined;
}
