/** Indexes a repository through the engine, as the product does, and opens the index for looking into it. */

import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createPatternMatcher } from "../../src/adapters/patternMatcher";
import { readHistory } from "../../src/adapters/store/historyFile";
import { openLanceChunkStore } from "../../src/adapters/store/lanceChunkStore";
import { openSqliteManifest } from "../../src/adapters/store/sqliteManifest";
import { openTableFile } from "../../src/adapters/store/tableFile";
import type { EngineClient } from "../../src/client/engineClient";
import type { ChunkStore, Manifest } from "../../src/core/ports";
import type { SearchDeps } from "../../src/core/retrieval/searchDeps";
import { commitIndexOf } from "../../src/engine/folder/folderHistory";
import { requests } from "../../src/protocol/engine";
import { withDefaults } from "../support/benchEngine";

export interface OpenRepository extends SearchDeps {
  readonly manifest: Manifest;
  readonly store: ChunkStore;
  readonly files: number;
  readonly chunks: number;
  readonly indexMs: number;
  readonly indexDir: string;
  close(): Promise<void>;
}

export async function openRepository(engine: EngineClient, folder: string): Promise<OpenRepository> {
  const ref = withDefaults(folder);
  const { files, chunks, elapsedMs } = await engine.request(requests.index, { folder: ref, rebuild: false });
  const { indexDir } = await engine.request(requests.status, { folder: ref });
  const manifest = openSqliteManifest(indexDir, false);
  const store = await openLanceChunkStore({ indexDir, isIntact: () => true });
  const commits = commitIndexOf(readHistory(indexDir), manifest);
  return {
    files,
    chunks,
    indexMs: elapsedMs,
    indexDir,
    folderName: basename(folder).split("+").at(-1) ?? "", // it may be laid out as `owner+name`
    manifest,
    store,
    commits: () => commits,
    keptTable: openTableFile(indexDir),
    patterns: createPatternMatcher(),
    nextTurn: setImmediate,
    close: async () => {
      manifest.close();
      await store.close();
    },
  };
}
