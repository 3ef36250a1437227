/**
 * A model's vocabulary from Ollama's `/api/show`, which tells it only when asked to be verbose.
 *
 * The answer has some six megabytes. So it is read without the `ollama` package, which would parse it a second time.
 */

import type { Fetch } from "ollama";
import type { ModelTokens, VocabularyServer } from "../../core/modelPorts";
import { parseServerUrl } from "../../core/privacy/serverAddress";
import { EngineError } from "../../domain/errors";

export interface OllamaVocabularyOptions {
  readonly url: string;
  /** The guarded fetch, bound to the same address. */
  readonly send: Fetch;
}

/** Vocabularies come on one line, with the order in which tokens are merged. */
export const VOCABULARY_LIMITS = { maxLineBytes: 64 * 1024 * 1024, maxBytes: 64 * 1024 * 1024 };

/** A server that is loading a model at the same time may take its time. */
const PATIENCE_MS = 30_000;

export function createOllamaVocabulary({ url, send }: OllamaVocabularyOptions): VocabularyServer {
  const address = parseServerUrl(url);
  return {
    tokens: async (model, signal) => {
      if (address === undefined) {
        throw new EngineError({ code: "ollama-address-refused", url, why: "it is not an address" });
      }
      const response = await send(`${address.href.replace(/\/$/, "")}/api/show`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model, verbose: true }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      });
      return response.ok ? readTokens(await response.text()) : undefined;
    },
  };
}

function readTokens(body: string): ModelTokens | undefined {
  const info = modelInfo(body);
  const tokens = info?.["tokenizer.ggml.tokens"];
  const types = info?.["tokenizer.ggml.token_type"];
  return areTexts(tokens) ? { tokens, types: areNumbers(types) ? types : [] } : undefined;
}

function modelInfo(body: string): Record<string, unknown> | undefined {
  try {
    const shown = JSON.parse(body) as { readonly model_info?: Record<string, unknown> | null } | null;
    return shown?.model_info ?? undefined;
  } catch {
    return undefined;
  }
}

const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
const areNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === "number");
