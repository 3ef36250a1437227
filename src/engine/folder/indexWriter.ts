/**
 * The runs that write one index: one after the other in this process, and each with the index's lock, so that processes
 * take turns (`docs/adr/0003`). What goes wrong is kept until a run succeeds; a damaged index is repaired by its next run.
 */

import { acquireWriterLock, type WriterLock } from "../../adapters/store/writerLock";
import type { Clock } from "../../core/ports";
import { EngineError, type EngineErrorDetail, isAbort, toErrorDetail } from "../../domain/errors";
import type { IndexRepair } from "../../domain/indexRepair";
import type { FolderSettings } from "../../protocol/engine";
import { keepFolderSettings } from "./folderSettingsFile";
import type { IndexHandle } from "./indexHandle";
import type { OpenIndex } from "./openIndex";
import { SerialQueue } from "./serialQueue";
import { noteTrouble } from "./troubleLog";

const LOCK_RETRY_MS = 100;

const MAX_PATHS_LOGGED = 20;

export interface IndexWriterDeps {
  readonly handle: IndexHandle;
  readonly settings: FolderSettings;
  /** Those that somebody named; the others were kept with the index, or are the defaults. */
  readonly settingsAskedFor: Partial<FolderSettings>;
  readonly clock: Clock;
  readonly log: (message: string) => void;
  /** A run is asked for and may have to wait for its turn. */
  readonly onAsked: () => void;
  /** Another process writes. */
  readonly onWait: () => void;
  readonly onSuccess: () => void;
  /** Not called for a run that was stopped. */
  readonly onFailure: (problem: EngineErrorDetail) => void;
  /** Called after either and after a run that was stopped. */
  readonly onEnd: () => void;
  /** Nobody wanted a run any more when its turn came, and there is no other. */
  readonly onDropped: () => void;
  /** Ends every run. */
  readonly life: AbortSignal;
}

export class IndexWriter {
  readonly #deps: IndexWriterDeps;
  readonly #queue = new SerialQueue();
  #run: AbortController | undefined;
  #problem: EngineErrorDetail | undefined;
  /** A run over the whole folder is due: the last one failed, or files were dropped from a damaged index. */
  isLacking = false;

  constructor(deps: IndexWriterDeps) {
    this.#deps = deps;
    deps.handle.onRepair((repair) => this.#noteRepair(repair));
  }

  get isAtWork(): boolean {
    return this.#run !== undefined;
  }

  /** Of the last run, unless it was stopped. */
  get problem(): EngineErrorDetail | undefined {
    return this.#problem;
  }

  /** Ends the run that goes on; what it has written is kept. */
  stop(): void {
    this.#run?.abort();
  }

  /** Settles when every run asked for so far has ended. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  /**
   * Runs `work` as the index's only writer, when its turn comes.
   *
   * @throws {EngineError} `index-…`, `disk-full`, `native-module-failed`, and what `work` throws.
   * @throws {DOMException} `AbortError`.
   */
  write<T>(
    signal: AbortSignal,
    work: (index: OpenIndex, signal: AbortSignal) => Promise<T>,
    open: (signal: AbortSignal) => Promise<OpenIndex> = () => this.#deps.handle.forWriting("replace"),
  ): Promise<T> {
    const { handle, life, onAsked, onSuccess, onEnd } = this.#deps;
    onAsked();
    let isDropped = true;
    const turn = this.#queue.run(async () => {
      isDropped = false;
      const run = new AbortController();
      this.#run = run;
      const runSignal = AbortSignal.any([signal, run.signal, life]);
      let lock: WriterLock | undefined;
      try {
        lock = await this.#waitForLock(runSignal);
        const result = await this.#workOn(await open(runSignal), work, runSignal);
        this.#problem = undefined;
        handle.endRun();
        onSuccess();
        return result;
      } catch (error) {
        this.#noteProblem(error);
        if (lock !== undefined && !isDamage(error)) {
          handle.endRun(); // it was stopped or failed, but it was not cut off
        }
        throw error;
      } finally {
        lock?.release();
        this.#run = undefined;
        onEnd();
      }
    }, signal);
    return turn.finally(() => isDropped && !this.isAtWork && this.#deps.onDropped());
  }

  /**
   * Looks at every byte of the index and repairs what is damaged.
   *
   * @throws as `write`; `index-damaged` where nothing can be kept, which only a run over the folder may throw away.
   */
  repair(signal: AbortSignal): Promise<void> {
    const { handle } = this.#deps;
    handle.suspect();
    return this.write(
      signal,
      async () => undefined,
      () => handle.forWriting("keep"),
    );
  }

  /** If the index proves to be damaged, it is repaired and the work begun anew. */
  async #workOn<T>(
    index: OpenIndex,
    work: (index: OpenIndex, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const { handle, settings, settingsAskedFor } = this.#deps;
    keepFolderSettings(handle.location.indexDir, settings, settingsAskedFor);
    try {
      return await work(index, signal);
    } catch (error) {
      if (!isDamage(error)) {
        throw error;
      }
      handle.suspect();
      return work(await handle.forWriting("replace"), signal);
    }
  }

  #waitForLock(signal: AbortSignal): Promise<WriterLock> {
    const { handle, onWait } = this.#deps;
    return acquireWriterLock(handle.makeDirectory(), { retryMs: LOCK_RETRY_MS, onWait, signal });
  }

  #noteProblem(error: unknown): void {
    if (!isAbort(error)) {
      this.#problem = toErrorDetail(error);
      this.#noteTrouble(JSON.stringify(this.#problem));
      this.#deps.onFailure(this.#problem);
    }
  }

  #noteRepair(repair: IndexRepair): void {
    this.isLacking ||= repair.kind !== "search-index-rebuilt";
    const shown =
      repair.kind === "files-dropped" ? { ...repair, paths: repair.paths.slice(0, MAX_PATHS_LOGGED) } : repair;
    this.#deps.log(`the index was repaired: ${JSON.stringify(shown)}`);
    this.#noteTrouble(JSON.stringify(shown));
  }

  #noteTrouble(what: string): void {
    noteTrouble(this.#deps.handle.location.indexDir, { at: this.#deps.clock(), what });
  }
}

export const isDamage = (error: unknown): boolean =>
  error instanceof EngineError && error.detail.code === "index-damaged";
