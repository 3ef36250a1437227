/** The vector sets of one index on disk, one for each model that made some, and the stores of those in use. */

import { statSync } from "node:fs";
import { openLanceVectorStore } from "../../adapters/store/lanceVectorStore";
import {
  listVectorSets,
  readVectorSet,
  removeVectorSet,
  type VectorSet,
  vectorSetId,
  vectorsDirectory,
  writeVectorSet,
} from "../../adapters/store/vectorSets";
import type { EmbeddingIdentity } from "../../core/modelPorts";
import type { VectorStore } from "../../core/ports";
import { EngineError } from "../../domain/errors";

/** A set that a search may use. */
export interface ServingVectors {
  readonly set: VectorSet;
  readonly store: VectorStore;
}

export class OpenVectorSets {
  readonly #indexDir: string;
  readonly #warn: (message: string) => void;
  readonly #stores = new Map<string, Promise<VectorStore>>();
  #listed: { readonly mtimeMs: number; readonly sets: readonly VectorSet[] } | undefined;

  constructor(indexDir: string, warn: (message: string) => void) {
    this.#indexDir = indexDir;
    this.#warn = warn;
  }

  /** Those that were completed last first, before them one that is not complete. Read again when the folder has changed. */
  list(): readonly VectorSet[] {
    const mtimeMs = changedAt(vectorsDirectory(this.#indexDir));
    if (this.#listed?.mtimeMs !== mtimeMs) {
      const age = ({ completedAt = Number.POSITIVE_INFINITY }: VectorSet) => completedAt;
      this.#listed = { mtimeMs, sets: listVectorSets(this.#indexDir).sort((a, b) => age(b) - age(a)) };
    }
    return this.#listed.sets;
  }

  complete(): VectorSet | undefined {
    return this.list().find(({ completedAt }) => completedAt !== undefined);
  }

  isBegun(id: string): boolean {
    return readVectorSet(this.#indexDir, id) !== undefined;
  }

  /** @throws {EngineError} as `openLanceVectorStore`. */
  store({ id, identity: { dimensions } }: VectorSet): Promise<VectorStore> {
    const known = this.#stores.get(id);
    if (known !== undefined) {
      return known;
    }
    const opening = openLanceVectorStore({ indexDir: this.#indexDir, id, dimensions });
    this.#stores.set(id, opening);
    opening.catch(() => this.#stores.delete(id)); // the caller has the error
    return opening;
  }

  /** The next use opens it anew. */
  forget({ id }: VectorSet): void {
    this.#stores.delete(id);
  }

  /** The set of this model, begun where there is none. Damaged vectors are thrown away: they can be made again. */
  async toFill(identity: EmbeddingIdentity): Promise<ServingVectors> {
    const set = this.#begin(identity);
    try {
      return { set, store: await this.store(set) };
    } catch (error) {
      if (!(error instanceof EngineError && error.detail.code === "index-damaged")) {
        throw error;
      }
      this.#warn(`The vectors of ${identity.model} were damaged and are made anew.`);
      await this.#discard(set.id);
      const empty = this.#begin(identity);
      return { set: empty, store: await this.store(empty) };
    }
  }

  /** From now on this set serves; the others go. */
  async keepOnly(set: VectorSet): Promise<void> {
    const known = readVectorSet(this.#indexDir, set.id);
    if (known?.completedAt !== set.completedAt || !sameKeys(known?.unusedSince ?? {}, set.unusedSince)) {
      writeVectorSet(this.#indexDir, set);
    }
    for (const other of listVectorSets(this.#indexDir)) {
      if (other.id !== set.id) {
        await this.#discard(other.id);
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#stores.values()].map(closeStore));
    this.#stores.clear();
  }

  #begin(identity: EmbeddingIdentity): VectorSet {
    const id = vectorSetId(identity);
    const known = readVectorSet(this.#indexDir, id);
    if (known !== undefined) {
      return known;
    }
    const set = { id, identity, completedAt: undefined, unusedSince: {} };
    removeVectorSet(this.#indexDir, id); // whatever lies there has no descriptor
    writeVectorSet(this.#indexDir, set);
    return set;
  }

  async #discard(id: string): Promise<void> {
    const store = this.#stores.get(id);
    this.#stores.delete(id);
    await (store && closeStore(store));
    removeVectorSet(this.#indexDir, id);
  }
}

/** One that never opened has nothing to close. */
async function closeStore(opening: Promise<VectorStore>): Promise<void> {
  await opening.then((store) => store.close()).catch(() => undefined);
}

/** @returns 0 for a folder that is not there. */
function changedAt(directory: string): number {
  return statSync(directory, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function sameKeys(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b);
}
