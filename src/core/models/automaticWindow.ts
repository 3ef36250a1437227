/**
 * How large a context window to ask for where the person has not said.
 *
 * A window costs memory for every token it may hold, and a server that runs out of it moves the model to slower memory or
 * fails. The choice rests on what never changes (the machine's memory, the model), because a server loads a model anew
 * for every other window.
 */

import type { CacheSize } from "../modelPorts";
import { USABLE_SHARE } from "./fit";

export interface WindowFacts {
  /** Of the machine the model runs on; undefined for a machine that is not this one. */
  readonly memoryBytes: number | undefined;
  /** The model's weights. */
  readonly weightBytes: number;
  /** Undefined where the server does not say. */
  readonly cache: CacheSize | undefined;
  /** The longest context the model was made for; undefined where the server does not say. */
  readonly contextLength: number | undefined;
}

/** Where too little is known. */
export const USUAL_WINDOW = 8192;

const SMALLEST_WINDOW = 2048;
/** More makes small models vague and slow machines slow, whatever their memory. */
const LARGEST_WINDOW = 16_384;
export const STEP = 1024;

/** Of what the weights leave. */
const CACHE_SHARE = 0.5;

/** @returns tokens; the same for the same facts. */
export function automaticWindow({ memoryBytes, weightBytes, cache, contextLength }: WindowFacts): number {
  const affordable =
    memoryBytes === undefined || cache === undefined
      ? USUAL_WINDOW
      : ((memoryBytes * USABLE_SHARE - weightBytes) * CACHE_SHARE - cache.fixedBytes) / cache.bytesPerToken;
  const stepped = Math.floor(affordable / STEP) * STEP;
  const bounded = Math.min(LARGEST_WINDOW, Math.max(SMALLEST_WINDOW, stepped));
  return Math.min(bounded, contextLength ?? Number.POSITIVE_INFINITY);
}
