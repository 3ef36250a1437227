/** Who uses the models' server: a person who waits for an answer comes before work behind the scenes. */

export class ModelTraffic {
  #waiting = 0;
  readonly #whenIdle = new Set<() => void>();

  /** Someone waits for the server. @returns what to call when it has answered; calling it again does nothing. */
  enter(): () => void {
    let isOver = false;
    this.#waiting += 1;
    return () => {
      if (isOver) {
        return;
      }
      isOver = true;
      this.#waiting -= 1;
      if (this.#waiting === 0) {
        for (const goOn of [...this.#whenIdle]) {
          goOn();
        }
      }
    };
  }

  /** Settles when nobody waits. @throws {DOMException} `AbortError` when `signal` fires. */
  async whenIdle(signal: AbortSignal): Promise<void> {
    while (this.#waiting > 0) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const goOn = () => {
          this.#whenIdle.delete(goOn);
          signal.removeEventListener("abort", goOn);
          resolve();
        };
        this.#whenIdle.add(goOn);
        signal.addEventListener("abort", goOn, { once: true });
      });
    }
    signal.throwIfAborted();
  }
}
