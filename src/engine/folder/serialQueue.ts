/** Runs one job after the other. A job that fails or is stopped while it waits does not stop the next. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** @throws {DOMException} `AbortError` when `signal` fires before the job's turn; else what the job throws. */
  run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = this.#last.then(() => {
      signal?.throwIfAborted();
      return job();
    });
    this.#last = turn.catch(() => undefined); // whoever asked for the job is told
    return turn;
  }

  /** Settles when everything that was queued so far has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
