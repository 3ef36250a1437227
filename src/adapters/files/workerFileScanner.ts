/**
 * A worker thread that searches files as they lie, shared by all folders of the engine. It starts when it is first needed
 * and ends when it has not been for a while; one that takes far too long, or ends itself, is replaced for the next query.
 */

import { Worker } from "node:worker_threads";
import type { CutFiles, FileScanner, FoundFiles } from "../../core/ports";
import type { ScanJob, ScanReply } from "./scanJob";

/** Beyond the end of its time a thread is stuck. */
const STUCK_MS = 1_000;
const IDLE_MS = 10_000;

const MAX_HEAP_MB = 512;
const YOUNG_HEAP_MB = 32;

const NOTHING_FOUND: FoundFiles = { files: [], chunks: 0, holding: [], isWhole: false };
const NOTHING_CUT: CutFiles = { files: [], unfit: [], tried: 0 };

export interface WorkerFileScannerOptions {
  /** The bundled `scanWorker`. */
  readonly workerScript: string;
  /** Told of what cost a query its result, or a file its place in it. */
  readonly onProblem?: (problem: string) => void;
  readonly stuckMs?: number;
  readonly idleMs?: number;
}

export interface WorkerFileScanner {
  /** A view for one folder. */
  forFolder(options: { readonly folder: string; readonly maxFileKiB: number }): FileScanner;
  /** Ends the thread. What is under way finds nothing. */
  dispose(): Promise<void>;
}

interface Task {
  readonly job: ScanJob;
  /** @param reply undefined where there is none. Calls after the first do nothing. */
  readonly settle: (reply: ScanReply | undefined) => void;
}

export function createWorkerFileScanner(options: WorkerFileScannerOptions): WorkerFileScanner {
  return new ScannerThread(options);
}

class ScannerThread implements WorkerFileScanner {
  readonly #options: WorkerFileScannerOptions;
  readonly #queue: Task[] = [];
  #current: Task | undefined;
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;
  #isDisposed = false;

  constructor(options: WorkerFileScannerOptions) {
    this.#options = options;
  }

  forFolder(folder: { readonly folder: string; readonly maxFileKiB: number }): FileScanner {
    return {
      find: async (paths, query, signal) => {
        const task = { type: "find", query } as const;
        const reply = await this.#ask({ ...folder, paths, task, endsAt: query.endsAt }, signal);
        return reply?.type === "found" ? reply.found : NOTHING_FOUND;
      },
      cut: async (paths, endsAt, signal) => {
        const reply = await this.#ask({ ...folder, paths, task: { type: "cut" }, endsAt }, signal);
        return reply?.type === "cut" ? reply.cut : NOTHING_CUT;
      },
      findNames: async (paths, names, endsAt, signal) => {
        const reply = await this.#ask({ ...folder, paths, task: { type: "find-names", names }, endsAt }, signal);
        return reply?.type === "found-names" ? reply.names : [];
      },
    };
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    for (const { settle } of this.#queue.splice(0)) {
      settle(undefined);
    }
    await this.#end();
  }

  #ask(asked: Omit<ScanJob, "id" | "stopped">, signal: AbortSignal | undefined): Promise<ScanReply | undefined> {
    return new Promise((resolve) => {
      const stopped = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
      const onAbort = () => {
        Atomics.store(stopped, 0, 1);
        task.settle(undefined);
      };
      const task: Task = {
        job: { ...asked, id: ++this.#lastId, stopped },
        settle: (reply) => {
          signal?.removeEventListener("abort", onAbort);
          resolve(reply);
        },
      };
      if (this.#isDisposed || signal?.aborted) {
        resolve(undefined);
        return;
      }
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#queue.push(task);
      this.#next();
    });
  }

  /** The thread gets one job at a time: what nobody waits for any more, or has no time left, is left out. */
  #next(): void {
    if (this.#current !== undefined) {
      return;
    }
    const task = this.#queue.shift();
    if (task === undefined) {
      if (this.#worker !== undefined) {
        this.#worker.unref();
        this.#setTimer(this.#options.idleMs ?? IDLE_MS);
      }
      return;
    }
    const left = task.job.endsAt - Date.now();
    if (left <= 0 || Atomics.load(task.job.stopped, 0) !== 0) {
      task.settle(undefined);
      this.#next();
      return;
    }
    this.#current = task;
    this.#setTimer(left + (this.#options.stuckMs ?? STUCK_MS));
    try {
      this.#worker ??= this.#start();
      this.#worker.ref();
      this.#worker.postMessage(task.job);
    } catch (error) {
      this.#report(String(error));
      void this.#end();
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#options.workerScript, {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
    });
    worker.on("message", (reply: ScanReply) => this.#hear(reply));
    worker.on("error", (error) => this.#report(String(error)));
    worker.on("exit", () => {
      if (this.#worker === worker) {
        this.#forgetThread();
      }
    });
    return worker;
  }

  #report(why: string): void {
    this.#options.onProblem?.(`Searching files that are not indexed failed: ${why}`);
  }

  #hear(reply: ScanReply): void {
    if (reply.type === "problem") {
      this.#options.onProblem?.(reply.problem);
    } else if (reply.id === this.#current?.job.id) {
      this.#finish(reply);
    }
  }

  #finish(reply: ScanReply | undefined): void {
    const task = this.#current;
    this.#current = undefined;
    task?.settle(reply);
    this.#next();
  }

  #setTimer(limitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#current !== undefined) {
        this.#report("it took too long");
      }
      void this.#end();
    }, limitMs);
    this.#timer.unref();
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#forgetThread();
    await worker?.terminate();
  }

  /** Whoever waits for this thread finds nothing; the others get another one. */
  #forgetThread(): void {
    clearTimeout(this.#timer);
    this.#worker = undefined;
    if (this.#current !== undefined) {
      this.#finish(undefined);
    }
  }
}
