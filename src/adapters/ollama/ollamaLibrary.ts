/**
 * Downloading and deleting models: the `ollama` package on a guarded fetch, as in `ollamaClient.ts`.
 *
 * The server downloads a model in parts and keeps those it has, so stopping is a pause and pulling again goes on. It
 * tells of each part by its digest, and of some only once they begin.
 */

import { type Fetch, Ollama, type ProgressResponse } from "ollama";
import type { ModelLibrary, PullProgress } from "../../core/modelPorts";
import { hasCloudTag } from "../../core/models/modelName";
import { parseServerUrl } from "../../core/privacy/serverAddress";
import { EngineError } from "../../domain/errors";
import type { FetchLimits } from "./guardedFetch";
import { checkedResponse } from "./ollamaResponse";

export interface OllamaLibraryOptions {
  readonly url: string;
  /** The guarded fetch, bound to the same address, with `DOWNLOAD_LIMITS`. */
  readonly send: Fetch;
}

/** Nothing is said while a large part is checked. */
const SILENCE_MS = 900_000;

/** A download says sixteen times a second how far it is, for hours. */
export const DOWNLOAD_LIMITS: Partial<FetchLimits> = { silenceMs: SILENCE_MS, maxBytes: 2 * 1024 ** 3 };

export function createOllamaLibrary({ url, send }: OllamaLibraryOptions): ModelLibrary {
  const address = parseServerUrl(url);
  const origin = address?.origin ?? url;
  const connect = (signal: AbortSignal): Ollama => {
    if (address === undefined) {
      throw new EngineError({ code: "ollama-address-refused", url, why: "it is not an address" });
    }
    const checks = { url: origin, lineMs: SILENCE_MS, mayBeEmpty: true };
    return new Ollama({
      host: address.href,
      fetch: async (input, init) => checkedResponse(await send(input, { ...init, signal }), checks),
    });
  };
  return {
    async *pull(model, signal) {
      if (hasCloudTag(model)) {
        throw new EngineError({ code: "model-is-remote", model });
      }
      const stop = new AbortController();
      try {
        yield* pullEvents(connect(AbortSignal.any([signal, stop.signal])), model, origin);
      } catch (error) {
        throw hasFailedWith(error, 200, NO_MANIFEST) ? new EngineError({ code: "model-unknown", model }) : error;
      } finally {
        stop.abort(); // closes the connection, at which the server pauses
      }
    },
    remove: async (model, signal) => {
      try {
        await connect(signal).delete({ model });
      } catch (error) {
        throw hasFailedWith(error, 404, /./)
          ? new EngineError({ code: "model-not-installed", model, installed: [] })
          : error;
      }
    },
  };
}

/** @throws {EngineError} `ollama-interrupted` where it ends without success. */
async function* pullEvents(ollama: Ollama, model: string, url: string): AsyncGenerator<PullProgress> {
  const parts = new Map<string, PullProgress>();
  for await (const line of await ollama.pull({ model, stream: true })) {
    if (line.status === "success") {
      return;
    }
    if (learnOf(line, parts)) {
      yield sum(parts.values());
    }
  }
  throw new EngineError({ code: "ollama-interrupted", url });
}

/** @returns true if the line tells of a part. */
function learnOf({ digest, total, completed }: ProgressResponse, parts: Map<string, PullProgress>): boolean {
  if (typeof digest !== "string" || !isCount(total)) {
    return false;
  }
  parts.set(digest, { totalBytes: total, completedBytes: Math.min(total, isCount(completed) ? completed : 0) });
  return true;
}

const isCount = (value: unknown): value is number => typeof value === "number" && value >= 0 && Number.isFinite(value);

function sum(parts: Iterable<PullProgress>): PullProgress {
  let completedBytes = 0;
  let totalBytes = 0;
  for (const part of parts) {
    completedBytes += part.completedBytes;
    totalBytes += part.totalBytes;
  }
  return { completedBytes, totalBytes };
}

/** @see https://github.com/ollama/ollama/blob/v0.11.4/server/images.go (`pull model manifest: file does not exist`) */
const NO_MANIFEST = /manifest.*(does not exist|not found)|invalid model (name|path)/i;

const hasFailedWith = (error: unknown, status: number, message: RegExp): boolean =>
  error instanceof EngineError &&
  error.detail.code === "ollama-failed" &&
  error.detail.status === status &&
  message.test(error.detail.message);
