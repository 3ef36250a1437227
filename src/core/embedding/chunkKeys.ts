/**
 * Which chunks each vector belongs to: the keys of every current chunk, held in memory.
 *
 * Brought up to date with the manifest before each use; only the names of files that changed are read again, and no text.
 */

import type { ChunkName, ChunkStore, HashText, Manifest } from "../ports";
import { vectorKey } from "./embedText";

export interface ChunkPlace {
  readonly path: string;
  readonly fileId: number;
  readonly ordinal: number;
}

export interface ChunkKeys {
  /** Settles when the keys are those of the manifest's files. */
  sync(): Promise<void>;
  /** The keys of a file's chunks, in order; empty for a file that is not in the index. */
  ofFile(fileId: number): readonly string[];
  /** Every current chunk of this key. */
  places(key: string): readonly ChunkPlace[];
  /** Different keys of current chunks. */
  all(): IterableIterator<string>;
  readonly size: number;
}

export interface ChunkKeysDeps {
  readonly manifest: Manifest;
  readonly store: Pick<ChunkStore, "chunkNames">;
  readonly hashText: HashText;
}

interface KeyedFile {
  readonly path: string;
  readonly keys: readonly string[];
}

export function createChunkKeys(deps: ChunkKeysDeps): ChunkKeys {
  return new SyncedChunkKeys(deps);
}

class SyncedChunkKeys implements ChunkKeys {
  readonly #deps: ChunkKeysDeps;
  readonly #files = new Map<number, KeyedFile>();
  /** By key, the files that have it. */
  readonly #fileIds = new Map<string, Set<number>>();
  #revision: number | undefined;
  #syncing: Promise<void> = Promise.resolve();

  constructor(deps: ChunkKeysDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#fileIds.size;
  }

  sync(): Promise<void> {
    this.#syncing = this.#syncing.catch(() => undefined).then(() => this.#sync());
    return this.#syncing;
  }

  ofFile(fileId: number): readonly string[] {
    return this.#files.get(fileId)?.keys ?? [];
  }

  places(key: string): readonly ChunkPlace[] {
    return [...(this.#fileIds.get(key) ?? [])].flatMap((fileId) => {
      const { path = "", keys = [] } = this.#files.get(fileId) ?? {};
      return keys.flatMap((own, ordinal) => (own === key ? [{ path, fileId, ordinal }] : []));
    });
  }

  all(): IterableIterator<string> {
    return this.#fileIds.keys();
  }

  async #sync(): Promise<void> {
    const { manifest, store } = this.#deps;
    const { revision } = manifest;
    if (revision === this.#revision) {
      return;
    }
    const current = new Map<number, { readonly path: string; readonly chunks: number }>();
    for (const { fileId, path, chunks } of manifest.all()) {
      if (chunks > 0) {
        current.set(fileId, { path, chunks });
      }
    }
    for (const fileId of this.#files.keys()) {
      if (!current.has(fileId)) {
        this.#remove(fileId);
      }
    }
    const fresh = [...current.keys()].filter((fileId) => !this.#files.has(fileId));
    const isMost = fresh.length > current.size / 2;
    const names = Map.groupBy(await store.chunkNames(isMost ? undefined : fresh), ({ fileId }) => fileId);
    let isWhole = true;
    for (const fileId of fresh) {
      const { path = "", chunks = 0 } = current.get(fileId) ?? {};
      const own = names.get(fileId) ?? [];
      isWhole &&= own.length === chunks;
      this.#add(fileId, path, own);
    }
    this.#revision = isWhole ? revision : undefined; // rows that went in between are looked for again
  }

  #add(fileId: number, path: string, names: readonly ChunkName[]): void {
    const keys = names.toSorted((a, b) => a.ordinal - b.ordinal).map((name) => vectorKey(name, this.#deps.hashText));
    this.#files.set(fileId, { path, keys });
    for (const key of keys) {
      const owners = this.#fileIds.get(key);
      if (owners === undefined) {
        this.#fileIds.set(key, new Set([fileId]));
      } else {
        owners.add(fileId);
      }
    }
  }

  #remove(fileId: number): void {
    for (const key of this.ofFile(fileId)) {
      const owners = this.#fileIds.get(key);
      owners?.delete(fileId);
      if (owners?.size === 0) {
        this.#fileIds.delete(key);
      }
    }
    this.#files.delete(fileId);
  }
}
