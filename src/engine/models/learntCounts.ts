/** What servers' token counts taught about each model: a few sums, and nothing of any prompt. */

import * as v from "valibot";
import {
  learnCount,
  learntCounting,
  NOTHING_LEARNT,
  type TokenCounting,
} from "../../core/answering/tokens/tokenCounting";
import { KeptRecords } from "./keptRecords";

const sumsSchema = v.object({
  answers: v.number(),
  inverse: v.number(),
  share: v.number(),
  inverseSquares: v.number(),
  products: v.number(),
});

export class LearntCounts {
  readonly #sums: KeptRecords<v.InferOutput<typeof sumsSchema>>;

  /** @param file absolute path; undefined forgets with the process. */
  constructor(file?: string) {
    this.#sums = new KeptRecords(file, sumsSchema);
  }

  /** @param key of the model and of the way its tokens are counted. */
  of(key: string): Pick<TokenCounting, "ratio" | "frame"> {
    return learntCounting(this.#sums.get(key) ?? NOTHING_LEARNT);
  }

  learn(key: string, plainTokens: number, promptTokens: number): void {
    const known = this.#sums.get(key) ?? NOTHING_LEARNT;
    const learnt = learnCount(known, plainTokens, promptTokens);
    if (learnt !== known) {
      this.#sums.set(key, learnt);
    }
  }
}
