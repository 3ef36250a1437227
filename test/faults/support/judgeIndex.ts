/**
 * Judges an index from outside, by its files: that each file it holds is whole and there once, and what it holds.
 *
 * It reads manifest and table itself and asks no engine, so that what an engine would hide is seen.
 */

import { type IndexLocation, inspectIndex } from "../../../src/adapters/store/indexDirectory";
import { openLanceChunkStore } from "../../../src/adapters/store/lanceChunkStore";
import { rememberIndex } from "../../../src/adapters/store/rememberIndex";
import { openSqliteManifest } from "../../../src/adapters/store/sqliteManifest";
import type { ChunkHit, FileRecord } from "../../../src/core/ports";

export interface HeldFile {
  /** SHA-256 of its bytes. */
  readonly contentHash: string;
  /** Its chunks, put together. */
  readonly text: string;
}

export interface HeldIndex {
  /** The files whose chunks the index holds, by path. */
  readonly files: ReadonlyMap<string, HeldFile>;
  readonly revision: number;
  /** Rows of the table that no file accounts for: leftovers of killed writers, which readers do not see. */
  readonly strayRows: number;
}

/** How many files are read at once. */
const FILES_AT_ONCE = 2_000;

/**
 * @returns undefined where there is no index yet.
 * @throws {Error} that names what is torn or doubled, and whatever an index throws that cannot be read.
 */
export async function judgeIndex(location: IndexLocation): Promise<HeldIndex | undefined> {
  const { indexDir } = location;
  if (inspectIndex(location, {}) === "missing") {
    return undefined;
  }
  const manifest = openSqliteManifest(indexDir, false);
  try {
    const store = await openLanceChunkStore({ indexDir, isIntact: rememberIndex(location) });
    try {
      const records = [...manifest.all()].filter(({ state }) => state === "indexed");
      const files = new Map<string, HeldFile>();
      for (let at = 0; at < records.length; at += FILES_AT_ONCE) {
        const some = records.slice(at, at + FILES_AT_ONCE);
        const rows = Map.groupBy(await store.chunksOfFiles(some.map(({ fileId }) => fileId)), ({ fileId }) => fileId);
        for (const record of some) {
          files.set(record.path, wholeFile(record, rows.get(record.fileId) ?? []));
        }
      }
      await store.search(["alpha"], 10);
      const rows = await store.countRows();
      const chunks = records.reduce((sum, record) => sum + record.chunks, 0);
      return { files, revision: manifest.revision, strayRows: rows - chunks };
    } finally {
      await store.close();
    }
  } finally {
    manifest.close();
  }
}

function wholeFile(record: FileRecord, rows: readonly ChunkHit[]): HeldFile {
  const { path, contentHash, chunks } = record;
  const ordinals = rows.map((row) => row.ordinal);
  if (ordinals.join() !== [...Array(chunks).keys()].join()) {
    throw new Error(`${path} has the chunks ${ordinals.join()} and should have ${chunks}`);
  }
  const stranger = rows.find((row) => row.path !== path);
  if (stranger !== undefined) {
    throw new Error(`a chunk of ${path} says that it is of ${stranger.path}`);
  }
  return { contentHash, text: rows.map((row) => row.text).join("\n") };
}
