/** The engine as it is built in `dist`, reached as a window reaches it, and what the system says of its process. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createEngineClient, type EngineClient } from "../../../src/client/engineClient";
import { DEFAULT_CONTEXT_WINDOW, DEFAULT_OLLAMA_URL } from "../../../src/protocol/defaultSettings";
import { type EngineSettings, type FolderRef, PROTOCOL_VERSION, requests } from "../../../src/protocol/engine";

const ENGINE = resolve(import.meta.dirname, "../../../dist/engine.js");

const settingsFor = (indexRoot: string): EngineSettings => ({
  indexRoot,
  ollamaUrl: DEFAULT_OLLAMA_URL,
  allowRemoteOllama: false,
  noOllama: true,
  chatModel: undefined,
  embeddingModel: undefined,
  contextWindow: DEFAULT_CONTEXT_WINDOW,
});

/** A window's way to an engine of its own; the engine starts with the first request. */
export function openWindow(indexRoot: string): EngineClient {
  return createEngineClient({ engineScript: ENGINE, settings: settingsFor(indexRoot) });
}

/** Starts the engine if it does not run. */
export async function enginePid(client: EngineClient): Promise<number> {
  const params = { protocolVersion: PROTOCOL_VERSION, settings: settingsFor("") }; // an engine that runs ignores them
  return (await client.request(requests.initialize, params)).pid;
}

export const withDefaults = (folder: string): FolderRef => ({ folder, settings: undefined });

/** The paths that a search finds. @throws {EngineError} */
export async function searchPaths(client: EngineClient, folder: string, query: string, limit = 50): Promise<string[]> {
  const { results } = await client.request(requests.search, { folders: [withDefaults(folder)], query, limit });
  return results.map(({ path }) => path);
}

/** True while there is such a process; one that has ended and is not waited for is gone as well. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
