/** A real index in a folder of its own: the adapters put together as the engine does. */

import { onTestFinished } from "vitest";
import {
  type IndexLocation,
  locateIndex,
  makeIndexDirectory,
  writeMarker,
} from "../../src/adapters/store/indexDirectory";
import { openLanceChunkStore } from "../../src/adapters/store/lanceChunkStore";
import { TERMS_INDEX } from "../../src/adapters/store/lanceMaintenance";
import { loadLance } from "../../src/adapters/store/lanceModule";
import { connectTo, createLanceTable, TABLE_NAME } from "../../src/adapters/store/lanceTable";
import { rememberIndex } from "../../src/adapters/store/rememberIndex";
import { createSqliteManifest } from "../../src/adapters/store/sqliteManifest";
import { textHash } from "../../src/adapters/store/textHash";
import type { ChunkRow, ChunkStore } from "../../src/core/ports";
import { temporaryFolder } from "./temporaryFolder";

/** @param root where the index is to lie; a new folder by default. */
export async function createDiskIndex(root = temporaryFolder()): Promise<IndexLocation> {
  const location = locateIndex(temporaryFolder(), root);
  makeIndexDirectory(location);
  createSqliteManifest(location.indexDir);
  await createLanceTable(location.indexDir);
  writeMarker(location, {}, Date.now());
  return location;
}

/** Closed when the test ends. */
export async function openStore(location: IndexLocation): Promise<ChunkStore> {
  const { indexDir } = location;
  const store = await openLanceChunkStore({ indexDir, isIntact: rememberIndex(location) });
  onTestFinished(() => store.close());
  return store;
}

/** What LanceDB says of the full-text index, as it is on the disk. */
export async function searchIndexStats({ indexDir }: IndexLocation) {
  const connection = await connectTo(await loadLance(), indexDir);
  const stats = await (await connection.openTable(TABLE_NAME)).indexStats(TERMS_INDEX);
  connection.close();
  return stats;
}

/** @param terms of each chunk of the file. */
export function rowsOf(fileId: number, ...terms: string[]): ChunkRow[] {
  return terms.map((words, ordinal) => ({
    fileId,
    ordinal,
    path: `file${fileId}.ts`,
    startLine: ordinal * 10 + 1,
    endLine: ordinal * 10 + 10,
    language: "typescript",
    kind: "function",
    symbol: ordinal === 0 ? undefined : `symbol${ordinal}`,
    enclosing: ordinal === 0 ? [] : ["Outer", "inner"],
    text: `text ${fileId}.${ordinal}`,
    terms: words,
    textHash: textHash(`text ${fileId}.${ordinal}`),
  }));
}
