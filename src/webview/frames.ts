/**
 * Draws at most once an animation frame, and less often when drawing is slow.
 *
 * Tokens arrive faster than the screen changes. A long answer must leave the page most of its time for typing and
 * scrolling, so after a drawing that took `d` milliseconds the next one waits `REST * d`.
 */

/** Three parts rest to one part drawing keeps the page busy for a quarter of the time at most. */
const REST = 3;
/** Milliseconds; a drawing below this needs no rest. */
const QUICK = 8;

export interface FrameDeps {
  readonly requestFrame: (callback: () => void) => void;
  /** Milliseconds from any origin. */
  readonly now: () => number;
}

/** @returns a function that asks for a drawing; asking again before it happens changes nothing. */
export function createFrames({ requestFrame, now }: FrameDeps, draw: () => void): () => void {
  let isAsked = false;
  let restUntil = Number.NEGATIVE_INFINITY;

  const onFrame = () => {
    const start = now();
    if (start < restUntil) {
      requestFrame(onFrame);
      return;
    }
    isAsked = false;
    draw();
    const end = now();
    restUntil = end - start > QUICK ? end + REST * (end - start) : Number.NEGATIVE_INFINITY;
  };

  return () => {
    if (!isAsked) {
      isAsked = true;
      requestFrame(onFrame);
    }
  };
}
