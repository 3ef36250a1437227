/** How far a folder's index is, told to whoever listens: each step of a run, and at times the whole status. */

import type { Clock } from "../../core/ports";
import { toErrorDetail } from "../../domain/errors";
import type { IndexProgress, IndexStatus } from "../../domain/indexStatus";

/** At most this often a status is sent while work goes on. */
const STATUS_INTERVAL_MS = 250;

const IDLE: IndexProgress = { phase: "idle", filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0, elapsedMs: 0 };

export interface ProgressReportsDeps {
  readonly status: () => Promise<IndexStatus>;
  readonly onStatus: (status: IndexStatus) => void;
  readonly clock: Clock;
  readonly log: (message: string) => void;
}

export class ProgressReports {
  readonly #deps: ProgressReportsDeps;
  readonly #listeners = new Set<(progress: IndexProgress) => void>();
  #statusSentAt = 0;
  /** Sends what was not told for coming too soon. */
  #later: NodeJS.Timeout | undefined;
  /** One status after the other, so that none arrives after a newer one. */
  #sending: Promise<void> = Promise.resolve();
  #progress: IndexProgress;

  constructor(deps: ProgressReportsDeps, isPaused: boolean) {
    this.#deps = deps;
    this.#progress = isPaused ? { ...IDLE, phase: "paused" } : IDLE;
  }

  get progress(): IndexProgress {
    return this.#progress;
  }

  /** Told of every step. */
  onProgress(listener: (progress: IndexProgress) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  report(progress: IndexProgress): void {
    const isNewPhase = progress.phase !== this.#progress.phase;
    this.#progress = progress;
    for (const listener of this.#listeners) {
      listener(progress);
    }
    this.sendStatus(isNewPhase);
  }

  /** Nothing is counted yet, or any more. */
  reportAnew(phase: "idle" | "waiting"): void {
    this.report({ ...IDLE, phase });
  }

  /** What was counted stays. */
  reportPhase(phase: "paused" | "finishing"): void {
    this.report({ ...this.#progress, phase });
  }

  /** @param isUrgent false if it can wait for a moment; the last one is never left out. */
  sendStatus(isUrgent: boolean): void {
    if (!isUrgent && Math.abs(this.#deps.clock() - this.#statusSentAt) < STATUS_INTERVAL_MS) {
      this.#later ??= setTimeout(() => this.#send(), STATUS_INTERVAL_MS);
      return;
    }
    this.#send();
  }

  #send(): void {
    const { clock, status, onStatus, log } = this.#deps;
    this.stop();
    this.#statusSentAt = clock();
    this.#sending = this.#sending.then(status).then(onStatus, (error: unknown) => {
      // what keeps it from being read is told to whoever asked for the run
      log(`no status: ${JSON.stringify(toErrorDetail(error))}`);
    });
  }

  /** The session ends: nothing that waits is sent any more. */
  stop(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
  }
}
