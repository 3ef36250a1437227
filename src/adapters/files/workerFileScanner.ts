/**
 * A worker thread that searches files as they lie, shared by all folders of the engine. It starts when it is first needed
 * and ends when it has not been for a while; one that takes far too long, or ends itself, is replaced by the next query.
 */

import { Worker } from "node:worker_threads";
import type { FileQuery, FileScanner, FoundFiles } from "../../core/ports";
import type { ScanJob, ScanReply } from "./scanJob";

/** What a person waits for; more files than can be looked at by then are told of. */
const LIMIT_MS = 3_000;
/** Beyond its own limit a thread is stuck. */
const STUCK_MS = 15_000;
const IDLE_MS = 10_000;

const MAX_HEAP_MB = 512;
const YOUNG_HEAP_MB = 32;

const NOTHING_FOUND: FoundFiles = { files: [], chunks: 0, holding: [], isWhole: false };

export interface WorkerFileScannerOptions {
  /** The bundled `scanWorker`. */
  readonly workerScript: string;
  /** Told of what cost a query its result, or a file its place in it. */
  readonly onProblem?: (problem: string) => void;
  /** Milliseconds for the files of one query. */
  readonly limitMs?: number;
  readonly idleMs?: number;
}

export interface WorkerFileScanner {
  /** A view for one folder. */
  forFolder(options: { readonly folder: string; readonly maxFileKiB: number }): FileScanner;
  /** Ends the thread. What is under way finds nothing. */
  dispose(): Promise<void>;
}

type Resolve = (reply: ScanReply | undefined) => void;

export function createWorkerFileScanner(options: WorkerFileScannerOptions): WorkerFileScanner {
  return new ScannerThread(options);
}

class ScannerThread implements WorkerFileScanner {
  readonly #options: WorkerFileScannerOptions;
  readonly #waiting = new Map<number, Resolve>();
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;
  #isDisposed = false;

  constructor(options: WorkerFileScannerOptions) {
    this.#options = options;
  }

  forFolder(folder: { readonly folder: string; readonly maxFileKiB: number }): FileScanner {
    const ask = (paths: readonly string[], query: FileQuery | undefined) =>
      this.#ask({ ...folder, paths, query, limitMs: this.#options.limitMs ?? LIMIT_MS });
    return {
      find: async (paths, query) => {
        const reply = await ask(paths, query);
        return reply?.type === "found" ? reply.found : NOTHING_FOUND;
      },
      cut: async (paths) => {
        const reply = await ask(paths, undefined);
        return reply?.type === "cut" ? reply.files : [];
      },
    };
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.#end();
  }

  /** @returns undefined where the thread ended before it was done. */
  #ask(job: Omit<ScanJob, "id">): Promise<ScanReply | undefined> {
    return new Promise((resolve) => {
      if (this.#isDisposed) {
        resolve(undefined);
        return;
      }
      const id = ++this.#lastId;
      this.#waiting.set(id, resolve);
      this.#worker ??= this.#start();
      this.#worker.ref();
      this.#worker.postMessage({ ...job, id } satisfies ScanJob);
      this.#limit();
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#options.workerScript, {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
    });
    worker.on("message", (reply: ScanReply) => this.#hear(reply));
    worker.on("error", (error) => this.#options.onProblem?.(`Searching files that are not indexed failed: ${error}`));
    worker.on("exit", () => {
      if (this.#worker === worker) {
        this.#forgetThread();
      }
    });
    return worker;
  }

  #hear(reply: ScanReply): void {
    if (reply.type === "problem") {
      this.#options.onProblem?.(reply.problem);
      return;
    }
    const resolve = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size > 0) {
      this.#limit();
    } else {
      this.#worker?.unref();
      this.#setTimer(this.#options.idleMs ?? IDLE_MS);
    }
    resolve?.(reply);
  }

  #limit(): void {
    this.#setTimer((this.#options.limitMs ?? LIMIT_MS) + STUCK_MS);
  }

  #setTimer(limitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#end(), limitMs);
    this.#timer.unref();
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#forgetThread();
    await worker?.terminate();
  }

  /** Whoever waits finds nothing, and is told that not all files were looked at. */
  #forgetThread(): void {
    clearTimeout(this.#timer);
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const resolve of waiting) {
      resolve(undefined);
    }
  }
}
