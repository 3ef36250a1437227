/**
 * The vector sets of one index on disk, one for each model that made some, and the stores of those in use.
 *
 * A set that proved to be damaged is suspected: it serves no more until the next holder of the lock has read all of it. What
 * is damaged then is set aside (`docs/adr/0011`), and its set begun anew, so that the next filling makes it again.
 */

import { existsSync, statSync } from "node:fs";
import { join, parse } from "node:path";
import { VECTORS_DIRECTORY } from "../../adapters/store/indexDirectory";
import { openLanceVectorStore } from "../../adapters/store/lanceVectorStore";
import { openQuarantine } from "../../adapters/store/quarantine";
import {
  listVectorSets,
  readVectorSet,
  removeVectorSet,
  uselessVectors,
  type VectorSet,
  vectorSetId,
  vectorsDirectory,
  writeVectorSet,
} from "../../adapters/store/vectorSets";
import type { EmbeddingIdentity } from "../../core/modelPorts";
import type { Clock, VectorStore } from "../../core/ports";
import { isDamage } from "../folder/indexWriter";
import { noteTrouble } from "../folder/troubleLog";

export interface OpenVectorSetsDeps {
  readonly indexDir: string;
  readonly clock: Clock;
  readonly log: (level: "info" | "warn", message: string) => void;
}

/** A set that is being filled. */
export interface OpenVectorSet {
  readonly set: VectorSet;
  readonly store: VectorStore;
}

export class OpenVectorSets {
  readonly #deps: OpenVectorSetsDeps;
  readonly #indexDir: string;
  readonly #stores = new Map<string, Promise<VectorStore>>();
  readonly #suspected = new Set<string>();
  #listed: { readonly mtimeMs: number; readonly sets: readonly VectorSet[] } | undefined;

  constructor(deps: OpenVectorSetsDeps) {
    this.#deps = deps;
    this.#indexDir = deps.indexDir;
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
  store(set: VectorSet): Promise<VectorStore> {
    const known = this.#stores.get(set.id);
    if (known !== undefined) {
      return known;
    }
    const opening = this.#open(set);
    this.#stores.set(set.id, opening);
    opening.catch(() => this.#stores.delete(set.id)); // the caller has the error
    return opening;
  }

  /** The set may be damaged: the next `mend` reads all of it, and until then it is not to be used. */
  suspect(id: string): void {
    this.#suspected.add(id);
    this.#stores.delete(id); // a search may still be using it
  }

  isSuspected({ id }: VectorSet): boolean {
    return this.#suspected.has(id);
  }

  /** True if there are vectors that cannot be used, since nothing says what they are. */
  hasUseless(): boolean {
    return uselessVectors(this.#indexDir).length > 0;
  }

  /** Reads everything and suspects what is damaged. @returns true if something is. */
  async inspect(signal: AbortSignal): Promise<boolean> {
    for (const set of listVectorSets(this.#indexDir)) {
      if (!(await this.#isSound(set, (store) => store.verify(signal)))) {
        this.suspect(set.id);
      }
    }
    return this.#suspected.size > 0;
  }

  /**
   * Sets aside what is damaged of the suspected sets, and what is of no use. To be called by the holder of the lock.
   *
   * @returns true if anything was.
   */
  async mend(signal: AbortSignal): Promise<boolean> {
    const useless = uselessVectors(this.#indexDir);
    const suspected = listVectorSets(this.#indexDir).filter((set) => this.isSuspected(set));
    const damaged: VectorSet[] = [];
    for (const set of suspected) {
      const isSound = await this.#isSound(set, async (store) => {
        await store.rebuildIndex(); // which may be all that is damaged
        await store.verify(signal);
      });
      damaged.push(...(isSound ? [] : [set]));
    }
    await this.#setAside([...useless, ...damaged.flatMap(({ id }) => [`${id}.json`, `${id}.lance`])]);
    for (const { id, identity } of damaged) {
      writeVectorSet(this.#indexDir, { id, identity, completedAt: undefined, unusedSince: {} });
    }
    this.#suspected.clear();
    return useless.length + damaged.length > 0;
  }

  /** The set of this model, begun where there is none. To be called by the holder of the lock. */
  async toFill(identity: EmbeddingIdentity, signal: AbortSignal): Promise<OpenVectorSet> {
    await this.mend(signal);
    const set = this.#begin(identity);
    return { set, store: await this.store(set) };
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
    writeVectorSet(this.#indexDir, set);
    return set;
  }

  #open({ id, identity: { dimensions } }: VectorSet): Promise<VectorStore> {
    return openLanceVectorStore({ indexDir: this.#indexDir, id, dimensions });
  }

  /** Looks at the set through a store of its own, which remembers nothing of what was read before. */
  async #isSound(set: VectorSet, look: (store: VectorStore) => Promise<void>): Promise<boolean> {
    try {
      const store = await this.#open(set);
      await look(store).finally(() => store.close());
      return true;
    } catch (error) {
      if (!isDamage(error)) {
        throw error;
      }
      return false;
    }
  }

  /** @param names in the folder of the vectors. */
  async #setAside(names: readonly string[]): Promise<void> {
    const { indexDir, clock, log } = this.#deps;
    const quarantine = openQuarantine({ indexDir }, clock(), "vectors");
    for (const name of names) {
      await this.#close(parse(name).name);
      if (existsSync(join(vectorsDirectory(indexDir), name))) {
        quarantine.setAside(join(VECTORS_DIRECTORY, name));
      }
    }
    if (names.length > 0) {
      log("info", `Vectors were damaged and are made anew; the old ones are in ${quarantine.path}`);
      noteTrouble(indexDir, { at: clock(), what: `vectors were set aside: ${names.join(", ")}` });
    }
  }

  async #discard(id: string): Promise<void> {
    await this.#close(id);
    removeVectorSet(this.#indexDir, id);
  }

  async #close(id: string): Promise<void> {
    const store = this.#stores.get(id);
    this.#stores.delete(id);
    await (store && closeStore(store));
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
