/**
 * Reads the vectors of one folder for searches. Those that prove to be damaged serve no more, and are set aside behind the
 * caller's back, so that the next filling makes them anew.
 */

import type { VectorSet } from "../../adapters/store/vectorSets";
import { tryAcquireWriterLock, VECTORS_LOCK_FILE } from "../../adapters/store/writerLock";
import type { VectorStore } from "../../core/ports";
import type { MeaningSearch } from "../../core/retrieval/similarChunks";
import { toErrorDetail } from "../../domain/errors";
import { isDamage } from "../folder/indexWriter";
import type { OpenIndex } from "../folder/openIndex";
import { SerialQueue } from "../folder/serialQueue";
import type { OpenVectorSets } from "./openVectorSets";

/** A set serves as long as this share of the chunks has a vector in it: a branch switch may bring many new ones. */
const MIN_COVERAGE = 0.8;

export interface VectorReaderDeps {
  readonly indexDir: string;
  readonly sets: OpenVectorSets;
  readonly onSetAside: () => void;
  /** A search or a status met damage; what could be done about it at once was done. */
  readonly onDamage: () => void;
  readonly log: (level: "info" | "warn", message: string) => void;
}

/** A set that a search may use. */
export interface ServingVectors {
  readonly set: VectorSet;
  readonly store: MeaningSearch["store"];
}

export class VectorReader {
  readonly #deps: VectorReaderDeps;
  readonly #mending = new SerialQueue();

  constructor(deps: VectorReaderDeps) {
    this.#deps = deps;
  }

  /** The set to search with now; undefined where words have to do. */
  async serving(index: OpenIndex): Promise<ServingVectors | undefined> {
    const set = this.#deps.sets.complete();
    const store = set && (await this.open(set, index));
    return store && covers(store, index) ? { set, store: this.#watched(set, store) } : undefined;
  }

  /** @returns undefined for vectors that cannot be read, whatever the reason. */
  async open(set: VectorSet, { keys }: OpenIndex): Promise<VectorStore | undefined> {
    const { sets, log } = this.#deps;
    if (sets.isSuspected(set)) {
      return undefined;
    }
    try {
      const store = await sets.store(set);
      await keys.sync().catch((error: unknown) => log("warn", `No keys: ${inWords(error)}`)); // the vectors are not at fault
      return store;
    } catch (error) {
      this.#noteUnreadable(set, error);
      return undefined;
    }
  }

  /**
   * Reads all vectors, and sets aside those that are damaged.
   *
   * @returns true if some are.
   * @throws {EngineError} where they cannot be read for another reason. @throws {DOMException} `AbortError`.
   */
  async checkUp(signal: AbortSignal): Promise<boolean> {
    const isDamaged = await this.#deps.sets.inspect(signal);
    return (await this.#mending.run(() => this.#mend(signal))) ?? isDamaged;
  }

  /** Settles when nothing is being set aside. */
  idle(): Promise<void> {
    return this.#mending.idle();
  }

  #watched(set: VectorSet, store: VectorStore): MeaningSearch["store"] {
    return {
      keys: store.keys,
      nearest: async (vector, limit) => {
        try {
          return await store.nearest(vector, limit);
        } catch (error) {
          this.#noteUnreadable(set, error);
          throw error;
        }
      },
    };
  }

  #noteUnreadable({ id }: VectorSet, error: unknown): void {
    const { sets, onDamage, log } = this.#deps;
    log(isDamage(error) ? "info" : "warn", `The vectors cannot be read: ${inWords(error)}`); // damage is mended
    if (isDamage(error)) {
      sets.suspect(id);
      this.#mending
        .run(() => this.#mend(new AbortController().signal))
        .catch((failure: unknown) => log("warn", `The vectors cannot be set aside: ${inWords(failure)}`))
        .finally(onDamage);
    }
  }

  /** @returns whether something was set aside; undefined where somebody fills vectors in, who has the lock. */
  async #mend(signal: AbortSignal): Promise<boolean | undefined> {
    const { indexDir, sets, onSetAside } = this.#deps;
    const lock = tryAcquireWriterLock(indexDir, VECTORS_LOCK_FILE);
    try {
      const isSetAside = lock && (await sets.mend(signal));
      if (isSetAside) {
        onSetAside();
      }
      return isSetAside;
    } finally {
      lock?.release();
    }
  }
}

function covers(store: VectorStore, { keys }: OpenIndex): boolean {
  let covered = 0;
  for (const key of keys.all()) {
    covered += Number(store.keys.has(key));
  }
  return keys.size > 0 && covered >= keys.size * MIN_COVERAGE;
}

const inWords = (error: unknown): string => JSON.stringify(toErrorDetail(error));
