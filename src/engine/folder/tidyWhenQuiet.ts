/**
 * Tidies an index when nothing has happened for a while, and only if something was written since the last time.
 *
 * A run that comes while the index is tidied waits until that has ended, some eight seconds with 170,000 chunks; and who
 * has just switched branches may well switch back. Where it is never quiet, the index is tidied all the same, but seldom.
 */

import type { Clock } from "../../core/ports";
import type { IndexSummary } from "../../domain/indexStatus";

const QUIET_MS = 30_000;
const LONGEST_UNTIDY_MS = 10 * 60_000;

export class TidyWhenQuiet {
  readonly #tidy: () => void;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;
  /** Undefined while there is nothing to tidy; an engine that has ended may have left something. */
  #untidySince: number | undefined;

  constructor(tidy: () => void, clock: Clock) {
    this.#tidy = tidy;
    this.#clock = clock;
    this.#untidySince = clock();
  }

  /** Tells what a run has written. */
  note({ chunksWritten, filesRemoved }: Pick<IndexSummary, "chunksWritten" | "filesRemoved">): void {
    if (chunksWritten + filesRemoved > 0) {
      this.#untidySince ??= this.#clock();
    }
  }

  /** A run has ended. */
  quiet(): void {
    this.stop();
    if (this.#untidySince === undefined) {
      return;
    }
    const isLongDue = this.#clock() - this.#untidySince >= LONGEST_UNTIDY_MS;
    this.#timer = setTimeout(
      () => {
        this.#untidySince = undefined;
        this.#tidy();
      },
      isLongDue ? 0 : QUIET_MS,
    );
  }

  /** A run begins, or there will be none. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
