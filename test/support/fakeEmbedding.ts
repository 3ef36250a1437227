/** An embedding server in memory: the same text gives the same vector, and a test may say what goes wrong. */

import { createHash } from "node:crypto";
import type { EmbeddingServer } from "../../src/core/modelPorts";
import { EngineError } from "../../src/domain/errors";

export const URL = "http://127.0.0.1:11434";

export interface FakeEmbedding extends EmbeddingServer {
  /** The inputs of each request, in order. */
  readonly requests: readonly (readonly string[])[];
}

export interface FakeEmbeddingOptions {
  readonly dimensions?: number;
  /** Characters; a longer input is refused as Ollama does. */
  readonly longest?: number;
  /** What the server sends for an input in place of a vector, or the error it fails with. */
  readonly reply?: (input: string) => unknown;
}

export function fakeEmbedding({ dimensions = 8, longest = 1_000, reply }: FakeEmbeddingOptions = {}): FakeEmbedding {
  const requests: string[][] = [];
  return {
    url: URL,
    requests,
    embed: async (_, inputs, signal) => {
      signal.throwIfAborted();
      requests.push([...inputs]);
      if (inputs.some((input) => input.length > longest)) {
        throw refusal(400, "the input length exceeds the context length");
      }
      return inputs.map((input) => {
        const own = reply?.(input);
        if (own instanceof Error) {
          throw own;
        }
        return own === undefined ? vectorOf(input, dimensions) : own;
      });
    },
  };
}

export const refusal = (status: number, message: string): EngineError =>
  new EngineError({ code: "ollama-failed", url: URL, status, message });

/** Not of unit length. */
export function vectorOf(text: string, dimensions = 8): number[] {
  const digest = createHash("sha512").update(text).digest();
  return Array.from({ length: dimensions }, (_, index) => (digest[index % digest.length] ?? 0) - 127.5);
}
