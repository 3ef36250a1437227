import { expect, test } from "vitest";
import { automaticWindow, type WindowFacts } from "../../../src/core/models/automaticWindow";

const GIB = 1024 ** 3;
const FACTS: WindowFacts = {
  memoryBytes: 16 * GIB,
  weightBytes: 5 * GIB,
  cache: { bytesPerToken: 144 * 1024, fixedBytes: 0 },
  contextLength: 131_072,
};

test.each<[string, Partial<WindowFacts>, number]>([
  ["an 8 B model on 16 GiB", {}, 16_384],
  ["on 12 GiB", { memoryBytes: 12 * GIB }, 7168],
  ["on 8 GiB, where nothing is left", { memoryBytes: 8 * GIB }, 2048],
  [
    "a model most of whose layers slide",
    { memoryBytes: 12 * GIB, cache: { bytesPerToken: 24 * 1024, fixedBytes: 120 * 1024 ** 2 } },
    16_384,
  ],
  [
    "one whose sliding layers alone take much",
    { memoryBytes: 12 * GIB, cache: { bytesPerToken: 100 * 1024, fixedBytes: 0.5 * GIB } },
    6144,
  ],
  ["a model made for less", { contextLength: 2048 }, 2048],
  ["a model made for very little", { contextLength: 512 }, 512],
  ["a machine elsewhere", { memoryBytes: undefined }, 8192],
  ["a server that does not say", { cache: undefined, contextLength: undefined }, 8192],
])("%s: %j → %i", (_, facts, window) => {
  expect(automaticWindow({ ...FACTS, ...facts })).toBe(window);
});
