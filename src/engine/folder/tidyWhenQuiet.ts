/**
 * Tidies an index when nothing has happened for a while, and only if something was written since the last time.
 *
 * Tidying goes in steps that cannot be interrupted, of some five seconds with 170,000 chunks. A run that comes meanwhile waits
 * for one of them, and the rest is put off; and who has just switched branches may well switch back. Where it is never quiet,
 * the index is tidied all the same, but seldom.
 */

import type { Clock } from "../../core/ports";
import type { IndexSummary } from "../../domain/indexStatus";

const QUIET_MS = 30_000;
const LONGEST_UNTIDY_MS = 10 * 60_000;

export class TidyWhenQuiet {
  readonly #tidy: (giveWay: AbortSignal) => Promise<void>;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;
  /** Undefined while there is nothing to tidy; an engine that has ended may have left something. */
  #untidySince: number | undefined;
  /** Of the tidying that goes on. */
  #giveWay: AbortController | undefined;

  /** @param tidy never rejects. */
  constructor(tidy: (giveWay: AbortSignal) => Promise<void>, clock: Clock) {
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

  /** A run has ended, tidying itself among them. */
  quiet(): void {
    clearTimeout(this.#timer);
    if (this.#untidySince === undefined) {
      return;
    }
    const isLongDue = this.#clock() - this.#untidySince >= LONGEST_UNTIDY_MS;
    this.#timer = setTimeout(() => void this.#begin(isLongDue), isLongDue ? 0 : QUIET_MS);
  }

  async #begin(isLongDue: boolean): Promise<void> {
    const giveWay = new AbortController();
    const tidied = this.#tidy(giveWay.signal); // which is a run itself, and so calls `stop`
    this.#giveWay = isLongDue ? undefined : giveWay;
    await tidied;
    if (!giveWay.signal.aborted) {
      this.#untidySince = undefined;
      clearTimeout(this.#timer); // which its own end has set
    }
    if (this.#giveWay === giveWay) {
      this.#giveWay = undefined;
    }
  }

  /** A run begins, or there will be none. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#giveWay?.abort();
    this.#giveWay = undefined;
  }
}
