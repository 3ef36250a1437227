/**
 * Has the engine give memory back where it has grown, and notices that it holds more than it may, so that it can be started
 * anew.
 *
 * V8 keeps much of what it has freed for later, and does not know of the memory that LanceDB holds for what is garbage already:
 * after 900 saves and questions an engine of 270 MB needs 140 (`docs/adr/0024`).
 *
 * At rest there is little to hold, and nobody is disturbed; work goes on after a restart with what was written, so it is cut
 * short only far above. A request is always answered first. The guard looks when a request has ended and when a status is
 * told, since an engine at rest does nothing.
 */

const MEGABYTE = 1024 * 1024;

/** With 170,000 chunks an engine at rest holds 300 to 500 MB. */
const MOST_AT_REST_BYTES = 700 * MEGABYTE;
/** A first index of 144 MB took up to 700 MB with one thread; each thread holds its own grammars. */
const MOST_AT_WORK_BYTES = 1_000 * MEGABYTE;
const MOST_PER_THREAD_BYTES = 200 * MEGABYTE;

/** Beyond what it was at its least, or when it was given back last. */
const MOST_GROWN_BYTES = 150 * MEGABYTE;

/** Memory that was freed goes back to the system by and by. */
const RESTS_FOR_MS = 60_000;

export interface MemoryGuardOptions {
  /** Worker threads that there may be. */
  readonly threads: number;
  /** Bytes of memory that the process has now. */
  readonly residentBytes: () => number;
  /** True while something goes on that no request waits for. */
  readonly isAtWork: () => boolean;
  readonly onOutgrown: (residentBytes: number) => void;
  /** Gives back what nobody holds any more. */
  readonly giveBack: () => void;
}

export class MemoryGuard {
  readonly #options: MemoryGuardOptions;
  #requests = 0;
  #rest: NodeJS.Timeout | undefined;
  #givingBack: NodeJS.Immediate | undefined;
  #leastBytes = Number.POSITIVE_INFINITY;

  constructor(options: MemoryGuardOptions) {
    this.#options = options;
  }

  /** A request has come. */
  requestBegins(): void {
    this.#requests += 1;
    this.stop();
  }

  /** A request was answered. */
  requestEnds(): void {
    this.#requests -= 1;
    this.look();
  }

  look(): void {
    const { threads, residentBytes, isAtWork, onOutgrown } = this.#options;
    if (this.#requests > 0) {
      return;
    }
    const bytes = residentBytes();
    if (isAtWork()) {
      this.stop();
      if (bytes > MOST_AT_WORK_BYTES + threads * MOST_PER_THREAD_BYTES) {
        onOutgrown(bytes);
      }
      return;
    }
    this.#leastBytes = Math.min(this.#leastBytes, bytes);
    if (bytes > this.#leastBytes + MOST_GROWN_BYTES) {
      this.#givingBack ??= setImmediate(() => this.#giveBack()); // after the answer has left
    }
    if (bytes > MOST_AT_REST_BYTES) {
      this.#rest ??= setTimeout(() => this.#lookAtRest(), RESTS_FOR_MS).unref();
    }
  }

  stop(): void {
    clearTimeout(this.#rest);
    clearImmediate(this.#givingBack);
    this.#rest = undefined;
    this.#givingBack = undefined;
  }

  #giveBack(): void {
    const { giveBack, residentBytes } = this.#options;
    this.#givingBack = undefined;
    giveBack();
    this.#leastBytes = residentBytes();
  }

  #lookAtRest(): void {
    this.#rest = undefined;
    const { residentBytes, isAtWork, onOutgrown } = this.#options;
    const bytes = residentBytes();
    if (!isAtWork() && bytes > MOST_AT_REST_BYTES) {
      onOutgrown(bytes);
    }
  }
}
