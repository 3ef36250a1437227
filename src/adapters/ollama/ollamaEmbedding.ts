/** Vectors from Ollama: the `ollama` package on a guarded fetch, as in `ollamaClient.ts`. */

import { type Fetch, Ollama } from "ollama";
import * as v from "valibot";
import type { EmbeddingServer } from "../../core/modelPorts";
import { parseServerUrl } from "../../core/privacy/serverAddress";
import { EngineError } from "../../domain/errors";
import { checkedResponse } from "./ollamaResponse";

export interface OllamaEmbeddingOptions {
  readonly url: string;
  /** The guarded fetch, bound to the same address. */
  readonly send: Fetch;
}

const responseSchema = v.object({ embeddings: v.array(v.unknown()) });

export function createOllamaEmbedding({ url, send }: OllamaEmbeddingOptions): EmbeddingServer {
  const address = parseServerUrl(url);
  const origin = address?.origin ?? url;
  return {
    url: origin,
    embed: async (model, inputs, signal) => {
      if (address === undefined) {
        throw new EngineError({ code: "ollama-address-refused", url, why: "it is not an address" });
      }
      const checkedFetch: Fetch = async (input, init) =>
        checkedResponse(await send(input, { ...init, signal }), { url: origin, lineMs: 0 }); // no stream: one body
      try {
        const ollama = new Ollama({ host: address.href, fetch: checkedFetch });
        const response = await ollama.embed({ model, input: [...inputs], truncate: false });
        return v.parse(responseSchema, response).embeddings;
      } catch (error) {
        throw named(error, model, origin);
      }
    },
  };
}

function named(error: unknown, model: string, url: string): unknown {
  if (error instanceof v.ValiError) {
    return new EngineError({ code: "ollama-not-ollama", url });
  }
  if (error instanceof EngineError && error.detail.code === "ollama-failed" && error.detail.status === 404) {
    return new EngineError({ code: "model-not-installed", model, installed: [] });
  }
  return error;
}
