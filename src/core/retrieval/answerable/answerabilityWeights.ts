/** Written by `npm run bench:abstention -- … --fit`; not by hand. */

import type { Coverage } from "./coverage";

export const ANSWERABILITY: {
  readonly bias: number;
  readonly weights: Readonly<Partial<Record<keyof Coverage, number>>>;
} = {
  bias: -8.256,
  weights: {
    chunk: 0.693,
    file: 5.086,
    names: 3.64,
    pairs: 3.213,
    unknownNames: -2.207,
    missing: -0.36,
    terms: 0.613,
  },
};

/** 2 % of the answerable questions it was fitted on lie below. */
export const WEAK_BELOW = 0.2055;

/** Beside words, for the embedding models that were measured, by name without tag; `words` weighs the logarithm of their odds. */
export const MEANING: Readonly<
  Partial<
    Record<
      string,
      {
        readonly bias: number;
        readonly weights: { readonly words: number; readonly similarity: number };
        readonly weakBelow: number;
      }
    >
  >
> = {
  "all-minilm": { bias: -4.695, weights: { words: 0.69, similarity: 11.878 }, weakBelow: 0.2764 },
};
