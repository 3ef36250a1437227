/** Waiting for what the window gives no event for. */

import { setTimeout as wait } from "node:timers/promises";
import { errors } from "playwright-core";

/** For one step in the window or the index; generous, since nothing waits for it when all is well. */
export const STEP_TIMEOUT_MS = 60_000;

/** For a part of a step that is tried again. */
export const TRY_MS = 5_000;

const POLL_MS = 50;

/** A small model on a busy machine needs minutes to load and to write. */
export const MODEL_TIMEOUT_MS = 600_000;

/** @param what completes "waited in vain until …". */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeoutMs = STEP_TIMEOUT_MS,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) {
      throw new Error(`waited in vain until ${what}`);
    }
    await wait(POLL_MS);
  }
}

/** @returns false where a step of the browser has not come about by its own timeout. */
export async function inTime(step: () => Promise<void>): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    if (error instanceof errors.TimeoutError) {
      return false;
    }
    throw error;
  }
}
