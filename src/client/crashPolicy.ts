/**
 * When to start a crashed engine again: at once-ish, then slower, then not at all.
 *
 * Three crashes in ten minutes are a fault that a further start would only repeat.
 */

const WINDOW_MS = 10 * 60_000;
const MAX_CRASHES = 3;
const FIRST_DELAY_MS = 500;

export class CrashPolicy {
  #crashes: number[] = [];

  /** @returns milliseconds to wait before the next start, or undefined when there should be none. */
  onCrash(nowMs: number): number | undefined {
    this.#crashes = [...this.#crashes.filter((at) => nowMs - at < WINDOW_MS), nowMs];
    if (this.#crashes.length >= MAX_CRASHES) {
      return undefined;
    }
    return FIRST_DELAY_MS * 4 ** (this.#crashes.length - 1);
  }

  /** The user asked for a new start. */
  reset(): void {
    this.#crashes = [];
  }
}
