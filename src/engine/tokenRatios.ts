/**
 * How many tokens a model's server counts for each one that we estimate, learnt from its answers.
 *
 * Tokenizers differ by a third on the same code; one answer tells which one this is.
 */

import type { Answer } from "../domain/answer";

/** Share of the newest answer in the ratio, so that one odd prompt does not upset it. */
const LEARNING_RATE = 0.5;

/** Outside these the counts are not of the same prompt: it was cut, or the server counts otherwise. */
const MIN_RATIO = 0.5;
const MAX_RATIO = 2;

export class TokenRatios {
  readonly #ratios = new Map<string, number>();

  /** @returns 1 while nothing is known. */
  of(model: string): number {
    return this.#ratios.get(model) ?? 1;
  }

  learn({ model, promptTokens, estimatedPromptTokens, truncated }: Answer): void {
    if (model === undefined || promptTokens === undefined || !estimatedPromptTokens || truncated) {
      return;
    }
    const before = this.of(model);
    const measured = before * (promptTokens / estimatedPromptTokens);
    if (measured >= MIN_RATIO && measured <= MAX_RATIO) {
      const rate = this.#ratios.has(model) ? LEARNING_RATE : 1;
      this.#ratios.set(model, before + rate * (measured - before));
    }
  }
}
