import { expect, test } from "vitest";
import { windowInGraphics } from "../../../src/core/models/graphicsWindow";

const MIB = 1024 ** 2;

/** Sizes in MiB; 16,384 tokens of context at 128 KiB each take 2,048 of them. */
test.each([
  { size: 8000, graphics: 8000, window: undefined, why: "all of it lies in graphics memory, or memory is one" },
  { size: 8000, graphics: 0, window: undefined, why: "there is no graphics memory" },
  { size: 8000, graphics: 7500, window: 11_264, why: "some of it spilled" },
  { size: 8000, graphics: 7000, window: 7168, why: "more of it spilled" },
  { size: 8000, graphics: 6500, window: undefined, why: "so small a window would be worse than slow words" },
  { size: 18_000, graphics: 8000, window: undefined, why: "the weights alone are too large" },
  { size: undefined, graphics: 7000, window: undefined, why: "the server does not say" },
  { size: 8000, graphics: undefined, window: undefined, why: "the server does not say of which memory" },
])("$graphics of $size MiB → $window: $why", ({ size, graphics, window }) => {
  const loaded = {
    contextLength: 16_384,
    sizeBytes: size && size * MIB,
    graphicsBytes: graphics === undefined ? undefined : graphics * MIB,
  };
  expect(windowInGraphics(16_384, 128 * 1024, loaded)).toBe(window);
  expect(windowInGraphics(16_384, undefined, loaded)).toBeUndefined();
});
