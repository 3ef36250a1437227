/**
 * How long git is waited for. What makes it slow, such as a pattern or a FIFO that was put there to hang it, is there the next
 * time as well; so git that took too long is let alone for a while.
 */

const REST_MS = 10 * 60_000;

export class GitPatience {
  #isBackAt = Number.NEGATIVE_INFINITY;

  constructor(readonly timeLimitMs: number) {}

  /** Git is not to be asked now. */
  get isOver(): boolean {
    return performance.now() < this.#isBackAt;
  }

  end(): void {
    this.#isBackAt = performance.now() + REST_MS;
  }
}
