/** An index that is open: what it is read and written through. */

import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createPatternMatcher } from "../../adapters/patternMatcher";
import type { IndexLocation } from "../../adapters/store/indexDirectory";
import { openLanceChunkStore } from "../../adapters/store/lanceChunkStore";
import { rememberIndex } from "../../adapters/store/rememberIndex";
import { openSqliteManifest } from "../../adapters/store/sqliteManifest";
import { openTableFile } from "../../adapters/store/tableFile";
import { textHash } from "../../adapters/store/textHash";
import { type ChunkKeys, createChunkKeys } from "../../core/embedding/chunkKeys";
import { createFolderIndex, type FolderIndex } from "../../core/indexing/folderIndex";
import type { OnDrop } from "../../core/indexing/sweepIndex";
import type { ChunkStore, Clock, FilePreparer, Manifest, WorkspaceFiles } from "../../core/ports";
import type { Searcher } from "../../core/retrieval/searchDeps";
import { createSearcher } from "../../core/retrieval/searcher";
import type { FolderHistory } from "./folderHistory";

export interface OpenIndex {
  readonly manifest: Manifest;
  readonly store: ChunkStore;
  readonly folderIndex: FolderIndex;
  readonly searcher: Searcher;
  /** By which its chunks' vectors are known. */
  readonly keys: ChunkKeys;
  readonly isWriter: boolean;
  /** False once the index was deleted or replaced. */
  readonly isIntact: () => boolean;
}

export interface OpenIndexDeps {
  readonly location: IndexLocation;
  readonly files: WorkspaceFiles;
  readonly preparer: FilePreparer;
  readonly history: FolderHistory;
  readonly clock: Clock;
  /** The search index proved to be broken and was built anew. */
  readonly onMended: () => void;
  readonly onDrop: OnDrop;
}

/** @throws {EngineError} `index-damaged`, `native-module-failed`. */
export async function openIndex(deps: OpenIndexDeps, isWriter: boolean): Promise<OpenIndex> {
  const { files, preparer, history, clock, onMended, onDrop } = deps;
  const { folder, indexDir } = deps.location;
  const isIntact = rememberIndex(deps.location);
  const manifest = openSqliteManifest(indexDir, isWriter);
  try {
    const hashText = textHash;
    const store = await openLanceChunkStore({ indexDir, isIntact, onMended });
    const searcher = createSearcher({
      folderName: basename(folder),
      manifest,
      store,
      commits: () => history.index(manifest),
      keptTable: openTableFile(indexDir),
      patterns: createPatternMatcher(),
      nextTurn: setImmediate,
    });
    const folderIndex = createFolderIndex({ folder, files, preparer, manifest, store, clock, hashText, onDrop });
    const keys = createChunkKeys({ manifest, store, hashText });
    return { manifest, store, folderIndex, searcher, keys, isWriter, isIntact };
  } catch (error) {
    manifest.close();
    throw error;
  }
}
