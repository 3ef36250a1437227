/**
 * What servers' token counts taught about each model, kept on disk.
 *
 * What is kept is a few sums for each model, and nothing of any prompt; a file that cannot be read or written only means
 * that it is learnt again.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as v from "valibot";
import {
  type CountingSums,
  learnCount,
  learntCounting,
  NOTHING_LEARNT,
  type TokenCounting,
} from "../../core/answering/tokens/tokenCounting";

const fileSchema = v.record(
  v.string(),
  v.object({
    answers: v.number(),
    inverse: v.number(),
    share: v.number(),
    inverseSquares: v.number(),
    products: v.number(),
  }),
);

export class LearntCounts {
  readonly #file: string | undefined;
  readonly #learnt: Map<string, CountingSums>;

  /** @param file absolute path; undefined forgets with the process. */
  constructor(file?: string) {
    this.#file = file;
    this.#learnt = new Map(file === undefined ? [] : readLearnt(file));
  }

  /** @param key of the model and of the way its tokens are counted. */
  of(key: string): Pick<TokenCounting, "ratio" | "frame"> {
    return learntCounting(this.#learnt.get(key) ?? NOTHING_LEARNT);
  }

  learn(key: string, plainTokens: number, promptTokens: number): void {
    const known = this.#learnt.get(key) ?? NOTHING_LEARNT;
    const learnt = learnCount(known, plainTokens, promptTokens);
    if (learnt !== known) {
      this.#learnt.set(key, learnt);
      this.#save();
    }
  }

  #save(): void {
    if (this.#file === undefined) {
      return;
    }
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      const draft = `${this.#file}.${process.pid}`;
      writeFileSync(draft, JSON.stringify(Object.fromEntries(this.#learnt)), { mode: 0o600 });
      renameSync(draft, this.#file);
    } catch {
      // a full disk must not spoil an answer
    }
  }
}

function readLearnt(file: string): [string, CountingSums][] {
  try {
    const parsed = v.safeParse(fileSchema, JSON.parse(readFileSync(file, "utf8")));
    return parsed.success ? Object.entries(parsed.output) : [];
  } catch {
    return []; // there is none yet
  }
}
