/**
 * How many tokens a model's server will count for a prompt.
 *
 * What is counted here (`count`) is corrected by what the server counted before: by a ratio, and by what the model's
 * template puts around every prompt. Both are the ridge regression of its counts on ours, by relative error, towards
 * what holds for most models; so one answer teaches something, and ten teach both.
 */

import type { ChatMessage } from "../../modelPorts";
import { estimateTokens } from "./tokenEstimate";

export interface TokenCounting {
  /** Tokens of a text, before the ratio. */
  readonly count: (text: string) => number;
  /** Tokens the server counts for each one of `count`. */
  readonly ratio: number;
  /** Tokens that the template adds to every prompt. */
  readonly frame: number;
  /** Takes in what the server counted for a prompt that it saw whole. */
  readonly learn?: (plainTokens: number, promptTokens: number) => void;
}

/** What the template puts around each message: role names and marks. */
const MESSAGE_OVERHEAD = 6;
const USUAL_FRAME = 24;

/** Of a model that nothing is known of. */
export const FIRST_COUNTING: TokenCounting = { count: estimateTokens, ratio: 1, frame: USUAL_FRAME };

/** Tokens of messages before ratio and frame. */
export function countMessages(messages: readonly ChatMessage[], count: TokenCounting["count"]): number {
  return messages.reduce((sum, { content }) => sum + count(content) + MESSAGE_OVERHEAD, 0);
}

/** Tokens of a prompt of which `plain` were counted. */
export const correctedTokens = (plain: number, { ratio, frame }: TokenCounting): number =>
  Math.ceil(plain * ratio + frame);

/** Sums over what was learnt, with `inverse` for 1 / plain tokens and `share` for counted / plain tokens. */
export interface CountingSums {
  readonly answers: number;
  readonly inverse: number;
  readonly share: number;
  readonly inverseSquares: number;
  readonly products: number;
}

export const NOTHING_LEARNT: CountingSums = { answers: 0, inverse: 0, share: 0, inverseSquares: 0, products: 0 };

/** Outside these the counts are not of the same prompt: it was cut, or the server counts otherwise. */
const LEAST_SHARE = 0.4;
const LARGEST_SHARE = 2;

/** What was learnt last counts most: a server that is replaced may count differently. */
const KEPT_EACH_TIME = 0.98;

/** @returns the same sums for counts that cannot be of the whole prompt. */
export function learnCount(sums: CountingSums, plain: number, counted: number): CountingSums {
  const [inverse, share] = [1 / plain, counted / plain];
  if (!(share >= LEAST_SHARE && share <= LARGEST_SHARE)) {
    return sums;
  }
  const added = (sum: number, value: number) => sum * KEPT_EACH_TIME + value;
  return {
    answers: added(sums.answers, 1),
    inverse: added(sums.inverse, inverse),
    share: added(sums.share, share),
    inverseSquares: added(sums.inverseSquares, inverse * inverse),
    products: added(sums.products, inverse * share),
  };
}

/** How strongly the ratio is held at 1 and the frame at the usual one: the smaller, the sooner counts are believed. */
const RATIO_RIDGE = 0.05;
const FRAME_RIDGE = 1e-6;

export function learntCounting(sums: CountingSums): Pick<TokenCounting, "ratio" | "frame"> {
  const ratios = sums.answers + RATIO_RIDGE;
  const frames = sums.inverseSquares + FRAME_RIDGE;
  const shares = sums.share + RATIO_RIDGE;
  const products = sums.products + FRAME_RIDGE * USUAL_FRAME;
  const determinant = ratios * frames - sums.inverse ** 2; // positive, by both ridges
  return {
    ratio: (shares * frames - sums.inverse * products) / determinant,
    frame: (ratios * products - sums.inverse * shares) / determinant,
  };
}
