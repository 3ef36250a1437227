import { describe, expect, test } from "vitest";
import { createFrames } from "../../src/webview/frames";

describe("frames", () => {
  /** A clock and frames by hand; each drawing takes as long as the test says. */
  function clock(drawingMs: number) {
    const frames: (() => void)[] = [];
    const state = { now: 0, drawn: 0 };
    const ask = createFrames({ requestFrame: (callback) => frames.push(callback), now: () => state.now }, () => {
      state.drawn += 1;
      state.now += drawingMs;
    });
    const frame = () => {
      state.now += 16;
      frames.splice(0).forEach((callback) => callback());
    };
    return { ask, frame, state };
  }

  test("many wishes are one drawing", () => {
    const { ask, frame, state } = clock(1);
    ask();
    ask();
    frame();
    frame();
    expect(state.drawn).toBe(1);
  });

  test("a slow drawing is followed by a rest of three times its length, and nothing is lost", () => {
    const { ask, frame, state } = clock(32);
    ask();
    frame();
    ask();
    for (let at = 0; at < 5; at += 1) {
      frame();
    }
    expect(state.drawn).toBe(1);
    frame();
    expect(state.drawn).toBe(2);
  });
});
