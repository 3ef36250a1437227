import fc from "fast-check";
import { expect, test } from "vitest";
import { tokenReader } from "../../../../src/core/answering/tokens/tokenBytes";
import { Vocabulary } from "../../../../src/core/answering/tokens/vocabulary";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function vocabulary(...tokens: string[]): Vocabulary {
  const built = Vocabulary.withRoomFor(tokens.length);
  for (const token of tokens) {
    built.add(encoder.encode(token));
  }
  return built;
}

/** The tokens are those in the text between bars. */
test.each([
  { tokens: [], text: "", why: "no text" },
  { tokens: [], text: "a|b|c", why: "single bytes need not be in the vocabulary" },
  {
    tokens: ["ab", "abc", "abcde"],
    text: "abc|d|abcde|ab",
    why: "the longest counts, also where a shorter one is known",
  },
  {
    tokens: ["the", " the", " "],
    text: " the|the| ",
    why: "a space belongs to the word after it, if that is known so",
  },
  { tokens: ["ñ", "año"], text: "año|ñ", why: "letters of several bytes" },
  { tokens: ["    ", "\n    "], text: "\n    |    | ", why: "indentation" },
])("$text: $why", ({ tokens, text }) => {
  const parts = text.split("|").filter((part) => part !== "");
  expect(vocabulary(...tokens).count(parts.join(""))).toBe(parts.length);
});

test("letters that no token holds count by their bytes", () => {
  expect(vocabulary("ab").count("🎉")).toBe(4);
});

test("counts as a plain search for the longest token does, and the same after it lay on disk", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "ñ"), maxLength: 60 });
  fc.assert(
    fc.property(
      fc.uniqueArray(
        text.filter((token) => token !== ""),
        { maxLength: 40 },
      ),
      text,
      (tokens, counted) => {
        const counts = longestFirst(tokens, encoder.encode(counted));
        const table = vocabulary(...tokens);
        expect(table.count(counted)).toBe(counts);
        expect(Vocabulary.fromBytes(table.toBytes())?.count(counted)).toBe(counts);
      },
    ),
  );
});

function longestFirst(tokens: readonly string[], text: Uint8Array): number {
  const encoded = tokens.map((token) => encoder.encode(token)).filter(({ length }) => length <= 64);
  let count = 0;
  for (let start = 0; start < text.length; count += 1) {
    const fitting = encoded.filter((token) => token.every((byte, index) => text[start + index] === byte));
    start += Math.max(1, ...fitting.map(({ length }) => length));
  }
  return count;
}

test.each([[0], [7], [65_536], [65_536 + 12], [1_000_000]])("%i bytes of anything are no vocabulary", (length) => {
  expect(Vocabulary.fromBytes(new Uint8Array(length))).toBeUndefined();
});

test("takes linear time", () => {
  const table = vocabulary("x".repeat(63), " ".repeat(64));
  expect(table.count("x".repeat(630_000))).toBe(10_000);
  expect(table.count(`${"x".repeat(62)}y`.repeat(10_000))).toBe(630_000);
});

// ---------------------------------------------------------------- as servers tell it

function told(tokens: readonly string[], types: readonly number[] = []): string[] | undefined {
  const bytesOf = tokenReader({ tokens, types });
  return (
    bytesOf &&
    tokens
      .map((_, index) => bytesOf(index))
      .filter((bytes) => bytes !== undefined)
      .map((bytes) => decoder.decode(bytes))
  );
}

test.each([
  { name: "bytes", tokens: ["Ġthe", "ĊĠĠ", "Ã±", "don"], bytes: [" the", "\n  ", "ñ", "don"] },
  { name: "pieces", tokens: ["▁the", "\n\n", "año"], bytes: [" the", "\n\n", "año"] },
  { name: "an empty one", tokens: [], bytes: [] },
  { name: "neither", tokens: ["the", "##ing"], bytes: undefined },
])("a vocabulary written in $name", ({ tokens, bytes }) => {
  expect(told(tokens)).toEqual(bytes);
});

test("tokens that text never becomes are left out", () => {
  const tokens = ["▁a", "<eos>", "<0x0A>", "  ", "   "];
  expect(told(tokens, [1, 3, 6, 1, 4])).toEqual([" a", "   "]);
});
