/** Indexes a repository through the engine, as the product does, and opens the index for looking into it. */

import { resolve } from "node:path";
import { createPatternMatcher } from "../../src/adapters/patternMatcher";
import { openLanceChunkStore } from "../../src/adapters/store/lanceChunkStore";
import { openSqliteManifest } from "../../src/adapters/store/sqliteManifest";
import { createEngineClient } from "../../src/client/engineClient";
import type { SearchDeps } from "../../src/core/retrieval/searchDeps";
import { DEFAULT_CONTEXT_WINDOW, DEFAULT_OLLAMA_URL } from "../../src/protocol/defaultSettings";
import { requests } from "../../src/protocol/engine";

const ENGINE = resolve(import.meta.dirname, "../../dist/engine.js");

export type Engine = ReturnType<typeof createEngineClient>;

export function openEngine(indexRoot: string): Engine {
  return createEngineClient({
    engineScript: ENGINE,
    settings: {
      indexRoot,
      ollamaUrl: DEFAULT_OLLAMA_URL,
      allowRemoteOllama: false,
      noOllama: true,
      chatModel: undefined,
      embeddingModel: undefined,
      contextWindow: DEFAULT_CONTEXT_WINDOW,
    },
  });
}

export interface OpenRepository extends SearchDeps {
  readonly files: number;
  readonly chunks: number;
  readonly indexMs: number;
  close(): Promise<void>;
}

export async function openRepository(engine: Engine, folder: string): Promise<OpenRepository> {
  const ref = { folder, settings: undefined };
  const { files, chunks, elapsedMs } = await engine.request(requests.index, { folder: ref, rebuild: false });
  const { indexDir } = await engine.request(requests.status, { folder: ref });
  const manifest = openSqliteManifest(indexDir, false);
  const store = await openLanceChunkStore({ indexDir, isWriter: false, isIntact: () => true });
  return {
    files,
    chunks,
    indexMs: elapsedMs,
    manifest,
    store,
    patterns: createPatternMatcher(),
    close: async () => {
      manifest.close();
      await store.close();
    },
  };
}
