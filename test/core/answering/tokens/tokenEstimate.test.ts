import fc from "fast-check";
import { expect, test } from "vitest";
import { estimateTokens } from "../../../../src/core/answering/tokens/tokenEstimate";

/** Counted by a real server with the tokenizer of Gemma 3. */
test.each([
  ["typescript", "export function toErrorDetail(error: unknown): EngineErrorDetail {\n  return error;\n}\n", 22],
  ["hash", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 55],
  ["base64", "H0D8ktokFpR1CXnubPWC8tXX0o4YM13gWrxUg0u1Eq0=", 32],
  ["indentation", `${" ".repeat(40)}x\n`, 22],
  ["spanish", "La función guarda el estado del índice en disco y lanza una excepción si falla.", 16],
  ["chinese", "这个函数把索引写入磁盘，并返回写入的数据块数量。", 14],
  ["emoji", "🎉🚀✅", 3],
])("is not below what a server counts: %s", (_, text, counted) => {
  expect(estimateTokens(text)).toBeGreaterThanOrEqual(counted * 0.93);
});

test("nothing is no token", () => {
  expect(estimateTokens("")).toBe(0);
});

test("text put together is no more than its parts, give or take one token a seam", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
      expect(estimateTokens(`${a}\n\n${b}`)).toBeLessThanOrEqual(estimateTokens(`${a}\n\n`) + estimateTokens(b) + 1);
    }),
  );
});

test("takes linear time", () => {
  expect(estimateTokens("x".repeat(2_000_000))).toBeGreaterThan(900_000);
  expect(estimateTokens(" ".repeat(2_000_000))).toBeGreaterThan(900_000);
});
