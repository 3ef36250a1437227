/** The engine as it is built in `dist`, as a window reaches it; it asks no Ollama unless told to. */

import { resolve } from "node:path";
import { createEngineClient, type EngineClient } from "../../src/client/engineClient";
import { DEFAULT_CONTEXT_WINDOW, DEFAULT_OLLAMA_URL } from "../../src/protocol/defaultSettings";
import { type EngineSettings, type FolderRef, PROTOCOL_VERSION, requests } from "../../src/protocol/engine";

const ENGINE = resolve(import.meta.dirname, "../../dist/engine.js");

export interface BenchEngine {
  readonly client: EngineClient;
  readonly pid: number;
}

/** @param other settings that differ from those of an engine that asks no Ollama. */
export function openEngine(indexRoot: string, other: Partial<EngineSettings> = {}): EngineClient {
  return createEngineClient({ engineScript: ENGINE, settings: { ...settingsFor(indexRoot), ...other } });
}

/** Settles when the engine answers. */
export async function startBenchEngine(indexRoot: string): Promise<BenchEngine> {
  const client = openEngine(indexRoot);
  const settings = settingsFor(indexRoot);
  const { pid } = await client.request(requests.initialize, { protocolVersion: PROTOCOL_VERSION, settings });
  return { client, pid };
}

const settingsFor = (indexRoot: string): EngineSettings => ({
  indexRoot,
  ollamaUrl: DEFAULT_OLLAMA_URL,
  allowRemoteOllama: false,
  noOllama: true,
  chatModel: undefined,
  embeddingModel: undefined,
  contextWindow: DEFAULT_CONTEXT_WINDOW,
});

export const withDefaults = (folder: string): FolderRef => ({ folder, settings: undefined });
