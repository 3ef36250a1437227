/** The context window that a model is asked with: constant for each model, since another one makes the server load it anew. */

import { automaticWindow } from "../../models/automaticWindow";
import type { ChatModel } from "./resolveModel";

export interface WindowLimits {
  /** Tokens, an upper bound; 0: as much as memory and model allow. */
  readonly wanted: number;
  /** Of the machine that models run on; undefined where that is not known. */
  readonly memoryBytes: number | undefined;
  /** Tokens with which the model stays in graphics memory; undefined where that is not known. */
  readonly inGraphics: number | undefined;
}

export interface ChosenWindow {
  /** Tokens. */
  readonly window: number;
  /** True for one that is smaller so that the model stays in graphics memory. */
  readonly isForGraphics: boolean;
}

export function windowFor(
  { contextLength, cache, sizeBytes: weightBytes }: ChatModel,
  { wanted, memoryBytes, inGraphics = Number.POSITIVE_INFINITY }: WindowLimits,
): ChosenWindow {
  if (wanted !== 0) {
    return { window: Math.min(wanted, contextLength ?? Number.POSITIVE_INFINITY), isForGraphics: false };
  }
  const affordable = automaticWindow({ memoryBytes, weightBytes, cache, contextLength });
  return { window: Math.min(affordable, inGraphics), isForGraphics: inGraphics < affordable };
}
