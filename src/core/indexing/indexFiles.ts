/**
 * Carries out a plan: prepares files, some at once, and writes them in batches.
 *
 * While one batch is being written the next one fills; then preparing waits. So what is held in memory does not depend
 * on the size of the folder, and a stop or a kill loses the work of a few seconds at most.
 */

import type { Clock, FilePreparer, HashText, Manifest } from "../ports";
import { changeOf, changeOfLeftOut, changeOfRemoved, type FileChange } from "./fileChange";
import type { ChangePlan, FileToPrepare } from "./planChanges";
import { type IndexTarget, writeBatch } from "./writeBatch";

/** A batch is written when it reaches any of these. */
const MAX_BATCH_CHARACTERS = 8 * 1024 * 1024; // of text and terms
const MAX_BATCH_ROWS = 8_000;
const MAX_BATCH_FILES = 2_000;
const MAX_BATCH_AGE_MS = 3_000;

/**
 * Until the full-text index is brought up to date a search looks through new rows one by one, at 10 ms for each thousand;
 * and bringing it up to date takes as long as the whole index is large. So a long run does it when it has written this many
 * rows, and half as many as there were, and each time it has written twenty times as many; unless it is about to end.
 */
const FIRST_INDEXED_ROWS = 5_000;
const INDEXED_SHARE = 0.5;
const INDEXED_GROWTH = 20;

export interface IndexFilesDeps extends IndexTarget {
  readonly preparer: FilePreparer;
  readonly clock: Clock;
  /** Of the texts of chunks, and of whole rows. */
  readonly hashText: HashText;
}

/** What a run has done so far, or in all. */
export interface RunCounts {
  filesIndexed: number;
  filesRemoved: number;
  chunksWritten: number;
  /** Of the files that were indexed. */
  bytesIndexed: number;
}

/**
 * @param onDone called for each file to prepare when it has been read.
 * @throws {EngineError} `disk-full`, `index-unwritable`, `index-damaged`.
 * @throws {DOMException} `AbortError` when `signal` fires. In either case no write is under way any more, and every
 *   batch that was written stays.
 */
export async function indexFiles(
  deps: IndexFilesDeps,
  plan: ChangePlan,
  onDone: (file: FileToPrepare["file"]) => void,
  signal: AbortSignal,
): Promise<RunCounts> {
  const batches = new BatchWriter(deps, plan, signal);
  try {
    signal.throwIfAborted();
    await batches.write(plan.toRemove.map(changeOfRemoved));
    await batches.write(plan.toSkip.map((file) => changeOfLeftOut(file, deps.clock())));
    await prepareAll(deps, plan.toPrepare, signal, async (work, change) => {
      onDone(work.file);
      if (change !== undefined) {
        await batches.add(change);
      }
    });
    await batches.finish();
    return batches.counts;
  } finally {
    await batches.endOfBuild(); // nothing may go on behind the caller's back
  }
}

/** Prepares the files, as many at once as pays, and hands each over. The first error stops the others. */
async function prepareAll(
  { preparer, clock, hashText }: IndexFilesDeps,
  files: readonly FileToPrepare[],
  signal: AbortSignal,
  handOver: (work: FileToPrepare, change: FileChange | undefined) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  const queue = files.values();
  const takeTurns = async () => {
    for (const work of queue) {
      stop.throwIfAborted();
      const readAt = clock();
      const prepared = await preparer.prepare(work.file.path, knownHash(work), stop);
      await handOver(work, changeOf(work, prepared, readAt, hashText));
    }
  };
  const turns = Array.from({ length: Math.max(1, preparer.concurrency) }, () =>
    takeTurns().catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(turns); // nothing may go on behind the caller's back
  signal.throwIfAborted();
  failure.signal.throwIfAborted();
}

/** A file that could not be read or parsed is to be tried again, even if its bytes are the same. */
function knownHash({ known }: FileToPrepare): string | undefined {
  const isSettled = known?.reason !== "unreadable" && known?.reason !== "parse-failed";
  return isSettled && known?.contentHash ? known.contentHash : undefined;
}

/** Gathers changes into batches and writes one after the other. */
class BatchWriter {
  readonly counts: RunCounts = { filesIndexed: 0, filesRemoved: 0, chunksWritten: 0, bytesIndexed: 0 };
  readonly #deps: IndexFilesDeps;
  readonly #filesToPrepare: number;
  #batch: Batch | undefined;
  #waiting = 0;
  #lastWrite: Promise<void> = Promise.resolve();
  #indexAtRows: number;
  #rowsIndexed = 0;
  /** The full-text index is built beside the writes, which would wait for seconds. Never rejects: the next write is told. */
  #build: Promise<void> = Promise.resolve();
  #isBuilding = false;
  #buildFailure: { readonly error: unknown } | undefined;

  constructor(
    deps: IndexFilesDeps,
    plan: ChangePlan,
    readonly signal: AbortSignal,
  ) {
    this.#deps = deps;
    this.#filesToPrepare = plan.toPrepare.length;
    this.#indexAtRows = Math.max(FIRST_INDEXED_ROWS, INDEXED_SHARE * countChunks(deps.manifest));
  }

  /** Writes changes that carry no chunks, at once. */
  async write(changes: readonly FileChange[]): Promise<void> {
    for (let start = 0; start < changes.length; start += MAX_BATCH_FILES) {
      await this.#write(changes.slice(start, start + MAX_BATCH_FILES));
    }
  }

  /** Settles when there is room for more. */
  async add(change: FileChange): Promise<void> {
    if (this.#waiting > 1) {
      await this.#lastWrite;
    }
    const now = this.#deps.clock();
    this.#batch ??= new Batch(now);
    this.#batch.add(change);
    if (this.#batch.isFull(now)) {
      await this.#writeOpenBatch();
    }
  }

  async finish(): Promise<void> {
    await this.#writeOpenBatch();
    await this.#build;
    this.#throwIfBuildFailed();
  }

  /** Settles when no build goes on; never rejects. */
  endOfBuild(): Promise<void> {
    return this.#build;
  }

  #watch(build: Promise<void>): Promise<void> {
    this.#isBuilding = true;
    return build
      .catch((error: unknown) => {
        this.#buildFailure = { error };
      })
      .finally(() => {
        this.#isBuilding = false;
      });
  }

  #throwIfBuildFailed(): void {
    if (this.#buildFailure !== undefined) {
      throw this.#buildFailure.error;
    }
  }

  async #writeOpenBatch(): Promise<void> {
    const changes = this.#batch?.changes ?? [];
    this.#batch = undefined;
    await this.#write(changes);
  }

  async #write(changes: readonly FileChange[]): Promise<void> {
    this.#waiting += 1;
    this.#lastWrite = this.#lastWrite.then(() => this.#commit(changes));
    await this.#lastWrite;
    this.#waiting -= 1;
  }

  async #commit(changes: readonly FileChange[]): Promise<void> {
    if (changes.length === 0) {
      return;
    }
    this.#throwIfBuildFailed();
    await writeBatch(this.#deps, changes);
    for (const { next, known, chunks } of changes) {
      this.counts.filesIndexed += Number(next?.state === "indexed" && chunks !== undefined);
      this.counts.filesRemoved += Number(next?.state !== "indexed" && known?.state === "indexed");
      this.counts.chunksWritten += chunks?.length ?? 0;
      this.counts.bytesIndexed += next?.state === "indexed" && chunks !== undefined ? next.sizeBytes : 0;
    }
    this.#updateSearchIndexIfWorthwhile();
  }

  #updateSearchIndexIfWorthwhile(): void {
    const { chunksWritten, filesIndexed } = this.counts;
    const rowsToCome = (chunksWritten / Math.max(1, filesIndexed)) * (this.#filesToPrepare - filesIndexed);
    const isDue = chunksWritten >= this.#indexAtRows && rowsToCome > chunksWritten - this.#rowsIndexed;
    if (isDue && !this.#isBuilding) {
      this.#indexAtRows = chunksWritten * INDEXED_GROWTH;
      this.#rowsIndexed = chunksWritten;
      this.#build = this.#watch(this.#deps.store.updateSearchIndex(this.signal));
    }
  }
}

function countChunks(manifest: Manifest): number {
  let count = 0;
  for (const { chunks } of manifest.all()) {
    count += chunks;
  }
  return count;
}

class Batch {
  readonly changes: FileChange[] = [];
  #characters = 0;
  #rows = 0;

  constructor(readonly startedAt: number) {}

  add(change: FileChange): void {
    this.changes.push(change);
    this.#rows += change.chunks?.length ?? 0;
    for (const chunk of change.chunks ?? []) {
      this.#characters += chunk.text.length + chunk.terms.length;
    }
  }

  isFull(now: number): boolean {
    return (
      this.#characters >= MAX_BATCH_CHARACTERS ||
      this.#rows >= MAX_BATCH_ROWS ||
      this.changes.length >= MAX_BATCH_FILES ||
      now - this.startedAt >= MAX_BATCH_AGE_MS
    );
  }
}
