/**
 * Gives every chunk that lacks one its vector.
 *
 * Two requests are kept in flight, which is what keeps a server busy that embeds one text after the other; more would
 * only make a question wait longer. Vectors are stored some hundred at a time, and only those that are stored count: a
 * kill costs the work of a few seconds. Before each store it is checked that the model is still the same one.
 */

import type { Embedder } from "../modelPorts";
import type { ChunkHit, Clock, StoredVector, VectorStore } from "../ports";
import { embedText } from "./embedText";

const TEXTS_PER_REQUEST = 32;
const REQUESTS_IN_FLIGHT = 2;

/** Vectors are stored when there are this many, or the first has waited this long. */
const STORE_AT = 512;
const STORE_AFTER_MS = 5_000;

/** Files whose texts are read at once. */
const FILES_PER_READ = 32;

/** A file, with the keys of its chunks in order. */
export interface FileToFill {
  readonly fileId: number;
  readonly keys: readonly string[];
}

export interface FillDeps {
  readonly embedder: Embedder;
  readonly vectors: VectorStore;
  readonly clock: Clock;
  /** The chunks of these file versions, in order; none of those that have gone. */
  chunksOfFiles(fileIds: readonly number[]): Promise<readonly ChunkHit[]>;
  /** Settles when nothing that matters more uses the model's server. */
  whenIdle(signal: AbortSignal): Promise<void>;
  /** True when the order of the files is no longer what is wanted: then the run ends early. */
  isOutdated(): boolean;
  /** @throws where the model is no longer the one of `embedder.identity`. */
  assertSameModel(signal: AbortSignal): Promise<void>;
}

export interface FillProgress {
  /** Texts embedded by this run. */
  readonly embedded: number;
  /** Texts that this run had to embed. */
  readonly wanted: number;
}

/** The texts that lack a vector, in order and each once. */
export function missingKeys(
  files: readonly FileToFill[],
  vectors: Pick<VectorStore, "keys">,
  hopeless: ReadonlySet<string>,
): Set<string> {
  return new Set(files.flatMap(({ keys }) => keys).filter((key) => !vectors.keys.has(key) && !hopeless.has(key)));
}

/**
 * @param files in the order in which they are to be embedded.
 * @param hopeless keys of texts that the model makes no vector of; the run leaves them out and adds those it finds.
 * @throws {EngineError} as `Embedder.embed` and `VectorStore.add`. @throws {DOMException} `AbortError` when `signal` fires.
 *   In either case what was embedded until then is stored.
 */
export async function fillVectors(
  deps: FillDeps,
  files: readonly FileToFill[],
  hopeless: Set<string>,
  signal: AbortSignal,
  onProgress: (progress: FillProgress) => void,
): Promise<FillProgress> {
  const missing = missingKeys(files, deps.vectors, hopeless);
  const run = new FillRun(deps, hopeless, signal, { wanted: missing.size, onProgress });
  const batches = textBatches(deps, files, missing);
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  const takeTurns = async () => {
    for await (const batch of batches) {
      await run.embed(batch, stop);
      if (deps.isOutdated()) {
        return;
      }
    }
  };
  const turns = Array.from({ length: REQUESTS_IN_FLIGHT }, () =>
    takeTurns().catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(turns); // nothing may go on behind the caller's back
  await run.storeAll();
  signal.throwIfAborted();
  failure.signal.throwIfAborted();
  return run.progress;
}

interface TextToEmbed {
  readonly key: string;
  readonly title: string;
  readonly text: string;
}

/** Reads the missing texts, some files at a time. The generator may be drained by several at once. */
async function* textBatches(
  deps: FillDeps,
  files: readonly FileToFill[],
  missing: ReadonlySet<string>,
): AsyncGenerator<TextToEmbed[], void> {
  const left = new Set(missing);
  const lacking = files.filter(({ keys }) => keys.some((key) => missing.has(key)));
  let batch: TextToEmbed[] = [];
  for (let start = 0; start < lacking.length; start += FILES_PER_READ) {
    const some = new Map(lacking.slice(start, start + FILES_PER_READ).map((file) => [file.fileId, file.keys]));
    for (const chunk of await deps.chunksOfFiles([...some.keys()])) {
      const key = some.get(chunk.fileId)?.[chunk.ordinal];
      if (key !== undefined && left.delete(key)) {
        batch.push({ key, ...embedText(chunk) });
      }
      if (batch.length === TEXTS_PER_REQUEST) {
        yield batch;
        batch = [];
      }
    }
  }
  if (batch.length > 0) {
    yield batch;
  }
}

interface FillReport {
  readonly wanted: number;
  readonly onProgress: (progress: FillProgress) => void;
}

class FillRun {
  readonly #deps: FillDeps;
  readonly #hopeless: Set<string>;
  readonly #signal: AbortSignal;
  readonly #report: FillReport;
  #embedded = 0;
  #pending: StoredVector[] = [];
  #storedAt: number;
  #storing: Promise<void> = Promise.resolve();

  constructor(deps: FillDeps, hopeless: Set<string>, signal: AbortSignal, report: FillReport) {
    this.#deps = deps;
    this.#hopeless = hopeless;
    this.#signal = signal;
    this.#report = report;
    this.#storedAt = deps.clock();
  }

  get progress(): FillProgress {
    return { embedded: this.#embedded, wanted: this.#report.wanted };
  }

  async embed(batch: readonly TextToEmbed[], signal: AbortSignal): Promise<void> {
    await this.#deps.whenIdle(signal);
    signal.throwIfAborted();
    const vectors = await this.#deps.embedder.embed(batch, signal);
    batch.forEach(({ key }, index) => {
      const vector = vectors[index];
      if (vector === undefined) {
        this.#hopeless.add(key);
      } else {
        this.#pending.push({ key, vector });
        this.#embedded += 1;
      }
    });
    this.#report.onProgress(this.progress);
    if (this.#pending.length >= STORE_AT || this.#deps.clock() - this.#storedAt >= STORE_AFTER_MS) {
      this.#storing = this.#store();
      await this.#storing;
    }
  }

  /** Stores what is left, also after a stop. */
  async storeAll(): Promise<void> {
    await this.#storing.catch(() => undefined); // its caller has the error
    await this.#store();
  }

  async #store(): Promise<void> {
    const vectors = this.#pending;
    this.#pending = [];
    this.#storedAt = this.#deps.clock();
    if (vectors.length > 0) {
      await this.#deps.assertSameModel(this.#signal.aborted ? NEVER : this.#signal);
      await this.#deps.vectors.add(vectors);
    }
  }
}

/** What is stored after a stop is asked about all the same. */
const NEVER = new AbortController().signal;
