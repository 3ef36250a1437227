/**
 * How many tokens a model's server counts for each one that we estimate, learnt from its answers and kept on disk.
 *
 * Tokenizers differ by a third on the same code; one answer tells which one this is, and ten tell it to a few per cent.
 * What was learnt is no more than a number for each model's name; a file that cannot be read or written only means that
 * it is learnt again.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as v from "valibot";

/** A ratio is the mean over this many answers at most, so that it follows a model that was replaced. */
const MOST_REMEMBERED = 12;

/** Outside these the counts are not of the same prompt: it was cut, or the server counts otherwise. */
const MIN_RATIO = 0.4;
const MAX_RATIO = 2;

export interface CountedPrompt {
  /** With the ratio of the moment. */
  readonly estimatedTokens: number;
  /** As the server counted it, whole. */
  readonly promptTokens: number;
}

const fileSchema = v.record(v.string(), v.object({ ratio: v.number(), answers: v.number() }));

type Learnt = v.InferOutput<typeof fileSchema>[string];

export class TokenRatios {
  readonly #file: string | undefined;
  readonly #learnt: Map<string, Learnt>;

  /** @param file absolute path; undefined forgets with the process. */
  constructor(file?: string) {
    this.#file = file;
    this.#learnt = new Map(file === undefined ? [] : readLearnt(file));
  }

  /** @returns 1 while nothing is known. */
  of(model: string): number {
    return this.#learnt.get(model)?.ratio ?? 1;
  }

  learn(model: string, { estimatedTokens, promptTokens }: CountedPrompt): void {
    const { ratio, answers } = this.#learnt.get(model) ?? { ratio: 1, answers: 0 };
    const measured = ratio * (promptTokens / estimatedTokens);
    if (!(measured >= MIN_RATIO && measured <= MAX_RATIO)) {
      return;
    }
    const rate = 1 / Math.min(answers + 1, MOST_REMEMBERED);
    this.#learnt.set(model, { ratio: ratio + rate * (measured - ratio), answers: answers + 1 });
    this.#save();
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

function readLearnt(file: string): [string, Learnt][] {
  try {
    const parsed = v.safeParse(fileSchema, JSON.parse(readFileSync(file, "utf8")));
    return parsed.success ? Object.entries(parsed.output) : [];
  } catch {
    return []; // there is none yet
  }
}
