import { expect, test } from "vitest";
import { cacheSize } from "../../../src/adapters/ollama/cacheSize";

/** Ten layers, each of which keeps 8 × (128 + 128) half floats for a token: 4 KiB. */
const info = (architecture: string, more: Record<string, unknown> = {}) => ({
  "general.architecture": architecture,
  ...Object.fromEntries(
    Object.entries({
      block_count: 10,
      embedding_length: 4096,
      "attention.head_count": 32,
      "attention.head_count_kv": 8,
      ...more,
    }).map(([key, value]) => [`${architecture}.${key}`, value]),
  ),
});

const KIB = 1024;
const sliding = { "attention.sliding_window": 512 };

test.each<[string, Record<string, number>, number, number, string]>([
  ["llama", {}, 40, 0, "every layer sees everything"],
  ["llama", { "attention.key_length": 256, "attention.value_length": 256 }, 80, 0, "wider heads, as the server says"],
  ["llama", sliding, 40, 0, "a window, but which layers slide is not known"],
  [
    "llama",
    { ...sliding, "attention.sliding_window_pattern": 2 },
    20,
    5 * 4 * 1024,
    "every other one, as the server says",
  ],
  ["gemma3", sliding, 4, 9 * 4 * 1024, "every sixth sees everything"],
  ["gpt-oss", { "attention.sliding_window": 128 }, 20, 5 * 4 * 640, "every other one, and a short window"],
])("%s %j: %i KiB a token and %i KiB besides: %s", (architecture, more, perToken, fixed) => {
  expect(cacheSize(info(architecture, more))).toEqual({ bytesPerToken: perToken * KIB, fixedBytes: fixed * KIB });
});

test("a server that does not say", () => {
  expect(cacheSize({})).toBeUndefined();
  expect(cacheSize(info("llama", { block_count: undefined }))).toBeUndefined();
});
