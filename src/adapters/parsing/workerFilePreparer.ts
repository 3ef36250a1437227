/**
 * A pool of worker threads that prepare files, shared by all folders of the engine.
 *
 * A file may hang a worker, crash it or eat its memory. Then that worker is thrown away, a fresh one cuts the file by
 * its lines alone, and only if that fails as well is the file skipped. Threads start when there is work and end when
 * there has been none for a while, the last one after a longer while, so that an idle engine does nothing and in the end
 * holds no grammars.
 */

import { basename, extname } from "node:path";
import { Worker } from "node:worker_threads";
import { NO_STAMP } from "../../core/fileStamp";
import type { FilePreparer, PreparedFile } from "../../core/ports";
import type { WorkerJob, WorkerReply, WorkerSettings } from "./workerJob";

/** For one file, reading and all. A parse ends itself after five seconds of work; this is for what nobody thought of. */
const FILE_LIMIT_MS = 30_000;
const IDLE_MS = 10_000;
/** The last thread stays for as long as somebody may be at work: starting one would put off the next save by 150 ms. */
const LAST_IDLE_MS = 10 * 60_000;

/** JavaScript's own memory; the largest file that is indexed takes a small part of it. */
const MAX_HEAP_MB = 512;
/** What a file leaves behind is garbage at once: with the room that the engine itself has, indexing takes a thirtieth longer. */
const YOUNG_HEAP_MB = 48;

/** Workers that die before they are ready, one after the other: then the program is broken and not a file. */
const MAX_FAILED_STARTS = 3;

/** More are no news. */
const MAX_PROBLEMS = 100;

/**
 * Files given to a thread at once. It works on one after the other; the next ones lie ready in it, so that it need not wait
 * for an engine that is busy writing.
 */
const FILES_PER_THREAD = 16;

export interface WorkerFilePreparerOptions {
  /** The bundled `prepareWorker`. */
  readonly workerScript: string;
  readonly grammarDir: string;
  /** At least 1. */
  readonly threads: number;
  /** Told of faults that cost files their structure, each one once. */
  readonly onProblem?: (problem: string) => void;
  readonly fileLimitMs?: number;
  readonly idleMs?: number;
  readonly lastIdleMs?: number;
}

export interface FolderPreparer extends FilePreparer {
  /**
   * Has a thread prepare the file and throws the result away, unless that was done for one of its kind: the next one finds
   * the thread started and the grammar compiled.
   *
   * @throws as `prepare`.
   */
  makeReadyFor(path: string, signal: AbortSignal): Promise<void>;
}

export interface WorkerFilePreparer {
  /** A view of the pool for one folder. Its `dispose` leaves the pool alone. */
  forFolder(options: { readonly folder: string; readonly maxFileKiB: number }): FolderPreparer;
  /** Threads that are alive. */
  readonly threadCount: number;
  /** Ends all threads. What is under way is rejected with an `AbortError`. */
  dispose(): Promise<void>;
}

export function createWorkerFilePreparer(options: WorkerFilePreparerOptions): WorkerFilePreparer {
  return new WorkerPool(options);
}

interface Task {
  job: WorkerJob;
  readonly resolve: (file: PreparedFile) => void;
  readonly reject: (error: unknown) => void;
  /** True once nobody waits for it. */
  isSettled: boolean;
}

class WorkerPool implements WorkerFilePreparer {
  readonly #options: WorkerFilePreparerOptions;
  readonly #threads = new Set<Thread>();
  readonly #queue: Task[] = [];
  readonly #problems = new Set<string>();
  /** Kinds of files of which one was prepared to make ready for others, while no thread has ended of itself since. */
  readonly #readyKinds = new Set<string>();
  #failedStarts = 0;
  #isDisposed = false;

  constructor(options: WorkerFilePreparerOptions) {
    this.#options = options;
  }

  get threadCount(): number {
    return this.#threads.size;
  }

  forFolder({ folder, maxFileKiB }: { folder: string; maxFileKiB: number }): FolderPreparer {
    const prepare: FilePreparer["prepare"] = (path, knownHash, signal) =>
      this.#prepare({ folder, path, maxFileKiB, knownHash, withTerms: this.#makesTerms, isParsed: true }, signal);
    return {
      concurrency: this.#options.threads * FILES_PER_THREAD,
      prepare,
      makeReadyFor: async (path, signal) => {
        const kind = extname(path) || basename(path);
        if (!this.#readyKinds.has(kind)) {
          this.#readyKinds.add(kind);
          await prepare(path, undefined, signal);
        }
      },
      dispose: () => Promise.resolve(),
    };
  }

  /**
   * A lone thread that parses has the most to do, and the engine, which mostly waits, can make the terms. Several threads would
   * keep it from answering.
   */
  get #makesTerms(): boolean {
    return this.#options.threads > 1;
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const threads = [...this.#threads];
    this.#threads.clear();
    for (const task of [...this.#queue.splice(0), ...threads.flatMap(({ tasks }) => tasks)]) {
      settle(task, () => task.reject(abortError()));
    }
    await Promise.all(threads.map((thread) => thread.end()));
  }

  #prepare(job: WorkerJob, signal: AbortSignal): Promise<PreparedFile> {
    return new Promise((resolve, reject) => {
      if (signal.aborted || this.#isDisposed) {
        reject(abortError());
        return;
      }
      const onAbort = () => settle(task, () => reject(abortError()));
      const stopListening = () => signal.removeEventListener("abort", onAbort);
      const task: Task = {
        job,
        isSettled: false,
        resolve: (file) => {
          stopListening();
          resolve(file);
        },
        reject: (error) => {
          stopListening();
          reject(error);
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#queue.push(task);
      this.#dispatch();
    });
  }

  /** Gives waiting files to threads, to idle ones first, and starts threads while there are more files than those. */
  #dispatch(): void {
    while (!this.#isDisposed) {
      const task = this.#nextTask();
      const thread = task && (this.#threadWith(0) ?? this.#startThread() ?? this.#threadWith(FILES_PER_THREAD - 1));
      if (thread === undefined) {
        if (task !== undefined) {
          this.#queue.unshift(task);
        }
        return;
      }
      thread.work(task as Task);
    }
  }

  /** @returns of the threads that have no more files than this, the one with the fewest. */
  #threadWith(mostTasks: number): Thread | undefined {
    const [first] = [...this.#threads].sort((a, b) => a.tasks.length - b.tasks.length);
    return first !== undefined && first.tasks.length <= mostTasks ? first : undefined;
  }

  #nextTask(): Task | undefined {
    let task = this.#queue.shift();
    while (task?.isSettled) {
      task = this.#queue.shift();
    }
    return task;
  }

  /** @returns undefined if there are as many as there may be. */
  #startThread(): Thread | undefined {
    if (this.#threads.size >= this.#options.threads) {
      return undefined;
    }
    const thread = new Thread(this.#options, {
      onReady: () => {
        this.#failedStarts = 0;
      },
      onProblem: (problem) => this.#report(problem),
      isLast: () => this.#threads.size === 1,
      onDone: (task, file) => {
        settle(task, () => task.resolve(file));
        this.#dispatch();
      },
      onEnd: ({ culprit, untouched, hadStarted, cause }) => {
        this.#threads.delete(thread);
        this.#failedStarts += hadStarted ? 0 : 1;
        this.#queue.unshift(...untouched);
        if (culprit !== undefined) {
          this.#retry(culprit, cause); // a file that threads die of makes none ready
        } else {
          this.#readyKinds.clear();
        }
        this.#dispatch();
      },
    });
    this.#threads.add(thread);
    return thread;
  }

  #report(problem: string): void {
    if (this.#problems.size < MAX_PROBLEMS && !this.#problems.has(problem)) {
      this.#problems.add(problem);
      this.#options.onProblem?.(problem);
    }
  }

  /** A file that a thread died of goes first, by its lines alone. */
  #retry(task: Task, cause: unknown): void {
    const why = cause instanceof Error ? cause.message : "it took too long, or ended itself";
    this.#report(`A worker ended while it read ${task.job.path}: ${why}`);
    if (this.#failedStarts >= MAX_FAILED_STARTS) {
      this.#failedStarts = 0;
      settle(task, () => task.reject(new Error("The worker threads do not start.", { cause })));
    } else if (this.#failedStarts > 0) {
      this.#queue.unshift(task);
    } else if (task.job.isParsed) {
      task.job = { ...task.job, isParsed: false };
      this.#queue.unshift(task);
    } else {
      const { path } = task.job;
      const file = {
        path,
        contentHash: "",
        ...NO_STAMP,
        state: "skipped",
        reason: "parse-failed",
      } as const;
      settle(task, () => task.resolve(file));
    }
  }
}

interface ThreadEvents {
  onReady(): void;
  onProblem(problem: string): void;
  /** True if there is no other thread. */
  isLast(): boolean;
  onDone(task: Task, file: PreparedFile): void;
  /** The thread is gone. */
  onEnd(end: ThreadEnd): void;
}

interface ThreadEnd {
  /** What it was working on. */
  readonly culprit: Task | undefined;
  /** What lay ready. */
  readonly untouched: readonly Task[];
  readonly hadStarted: boolean;
  readonly cause: unknown;
}

/** One worker, working on one file after the other. */
class Thread {
  readonly #options: WorkerFilePreparerOptions;
  readonly #events: ThreadEvents;
  readonly #worker: Worker;
  /** In the order in which the worker takes them; it is at work on the first. */
  readonly #tasks: Task[] = [];
  #hasStarted = false;
  #hasEnded = false;
  #cause: unknown;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WorkerFilePreparerOptions, events: ThreadEvents) {
    this.#options = options;
    this.#events = events;
    this.#worker = new Worker(options.workerScript, {
      workerData: { grammarDir: options.grammarDir } satisfies WorkerSettings,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
    });
    this.#worker.on("message", (reply: WorkerReply) => this.#hear(reply));
    this.#worker.on("error", (error) => {
      this.#cause = error; // "exit" follows
    });
    this.#worker.on("exit", () => this.#leave());
  }

  get tasks(): readonly Task[] {
    return this.#tasks;
  }

  work(task: Task): void {
    this.#tasks.push(task);
    if (this.#tasks.length === 1) {
      this.#worker.ref();
      this.#limitFile();
    }
    this.#worker.postMessage(task.job);
  }

  /** Settles when the thread is gone. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    await this.#worker.terminate();
  }

  #hear(reply: WorkerReply): void {
    if (reply.type === "ready") {
      this.#hasStarted = true;
      this.#events.onReady();
      return;
    }
    if (reply.type === "problem") {
      this.#events.onProblem(reply.problem);
      return;
    }
    const task = this.#hasEnded ? undefined : this.#tasks.shift();
    if (task === undefined) {
      return;
    }
    if (reply.isSpent) {
      this.#leave({ isBlameless: true });
    } else if (this.#tasks.length > 0) {
      this.#limitFile();
    } else {
      this.#worker.unref();
      this.#setTimer(this.#options.idleMs ?? IDLE_MS, () => this.#rest());
    }
    this.#events.onDone(task, reply.file);
  }

  #limitFile(): void {
    this.#setTimer(this.#options.fileLimitMs ?? FILE_LIMIT_MS);
  }

  /** @param then as a rule the thread ends: its file has taken too long, or no file has come. */
  #setTimer(limitMs: number, then = () => this.#leave()): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, limitMs);
    this.#timer.unref();
  }

  #rest(): void {
    if (this.#events.isLast()) {
      this.#setTimer(this.#options.lastIdleMs ?? LAST_IDLE_MS);
    } else {
      this.#leave();
    }
  }

  /** @param isBlameless true if it is not for the file that it works on. */
  #leave({ isBlameless } = { isBlameless: false }): void {
    if (this.#hasEnded) {
      return;
    }
    void this.end();
    const culprit = isBlameless ? undefined : this.#tasks.shift();
    this.#events.onEnd({ culprit, untouched: this.#tasks, hadStarted: this.#hasStarted, cause: this.#cause });
  }
}

function settle(task: Task, how: () => void): void {
  if (!task.isSettled) {
    task.isSettled = true;
    how();
  }
}

function abortError(): DOMException {
  return new DOMException("The files are no longer wanted.", "AbortError");
}
