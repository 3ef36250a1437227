/** What a model's context takes in memory, from what `/api/show` says of its layers. */

import type { CacheSize } from "../../core/modelPorts";

export type ModelInfo = Readonly<Record<string, unknown>>;

/** A number the server gives for the model's own architecture. */
export function infoNumber(info: ModelInfo, key: string): number | undefined {
  const value = info[`${String(info["general.architecture"])}.${key}`];
  return typeof value === "number" && value > 0 ? value : undefined;
}

const BYTES_OF_HALF_FLOAT = 2;

/** Tokens that a server reads at once, which a sliding layer keeps beside its window. */
const BATCH = 512;

/** Keys and values of every layer; those of layers that slide over the context only for what they see at a time. */
export function cacheSize(info: ModelInfo): CacheSize | undefined {
  const layers = infoNumber(info, "block_count");
  const heads = infoNumber(info, "attention.head_count");
  const keyHeads = infoNumber(info, "attention.head_count_kv") ?? heads;
  const width = infoNumber(info, "embedding_length");
  const usual = width === undefined || heads === undefined ? undefined : width / heads;
  const key = infoNumber(info, "attention.key_length") ?? usual;
  const value = infoNumber(info, "attention.value_length") ?? usual;
  if (layers === undefined || keyHeads === undefined || key === undefined || value === undefined) {
    return undefined;
  }
  const bytesOfToken = keyHeads * (key + value) * BYTES_OF_HALF_FLOAT;
  const { count: sliding, seen } = slidingLayers(info, layers);
  return { bytesPerToken: (layers - sliding) * bytesOfToken, fixedBytes: sliding * seen * bytesOfToken };
}

/**
 * Of how many layers one sees the whole context, where the server does not say. Only of families for which Ollama itself
 * keeps less for the others.
 *
 * @see https://github.com/ollama/ollama/blob/v0.11.4/fs/ggml/ggml.go (`GraphSize`)
 */
const USUAL_PATTERNS: Readonly<Record<string, number>> = { gemma3: 6, gptoss: 2 };

/** Every layer sees everything where it is not known that one does not. */
function slidingLayers(info: ModelInfo, layers: number): { readonly count: number; readonly seen: number } {
  const window = infoNumber(info, "attention.sliding_window");
  const architecture = String(info["general.architecture"]).replace("-", "");
  const pattern = infoNumber(info, "attention.sliding_window_pattern") ?? USUAL_PATTERNS[architecture];
  return window === undefined || pattern === undefined
    ? { count: 0, seen: 0 }
    : { count: layers - Math.floor(layers / pattern), seen: window + BATCH };
}
