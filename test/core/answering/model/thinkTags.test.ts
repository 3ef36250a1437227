import fc from "fast-check";
import { expect, test } from "vitest";
import { createThinkSplitter, type TextPart } from "../../../../src/core/answering/model/thinkTags";

/** The stream cut at `|`; what comes out as `thinking/text`. */
function split(pieces: readonly string[]): string {
  const splitter = createThinkSplitter();
  const parts: TextPart[] = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
  const of = (type: TextPart["type"]) =>
    parts
      .filter((part) => part.type === type)
      .map(({ text }) => text)
      .join("");
  return `${of("thinking")}/${of("text")}`;
}

test.each([
  ["plain text", "/plain text"],
  ["<think>why</think>\n\nBecause.", "why/Because."],
  ["<th|ink>w|hy</thi|nk>| \n|Because.", "why/Because."],
  ["\n<think>\nwhy\n</think>Because.", "\nwhy\n/Because."],
  ["<thin air", "/<thin air"],
  ["Use <think> tags</think>.", "/Use <think> tags</think>."],
  ["<think>a < b </ c</think>d", "a < b </ c/d"],
  ["<think>never ends", "never ends/"],
  ["<think>ends in </thi", "ends in </thi/"],
  ["<thi", "/<thi"],
  ["", "/"],
])("%j becomes %j", (stream, expected) => {
  expect(split(stream.split("|"))).toBe(expected);
});

test("where the stream is cut makes no difference", () => {
  const word = fc.constantFrom("<think>", "</think>", "<", "th", "ink>", " ", "\n", "why");
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      expect(split([...words.join("")])).toBe(split([words.join("")]));
    }),
  );
});
