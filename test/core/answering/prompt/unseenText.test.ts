import { expect, test } from "vitest";
import { seenLine, seenText } from "../../../../src/core/answering/prompt/unseenText";

test.each([
  ["plain text\n\twith tab", "plain text\n\twith tab", "untouched"],
  ["\u{E0001}\u{E0049}\u{E0067}\u{E007F}shown", "shown", "tags spell what nobody sees"],
  ["a\u200Bb\u200Cc\u200Dd\uFEFFe\u2060f", "abcdef", "zero-width"],
  ["access\u202E esrever\u2066\u2069\u200F", "access esrever", "direction"],
  ["a\u00ADb\u034Fc\u115Fd\u3164e\uFE0Ff\u{E0100}g", "abcdefg", "soft hyphens, fillers, variation selectors"],
  ["bell\u0007 escape\u001B[31m delete\u007F", "bell escape[31m delete", "controls"],
  ["\u0600 \u06DD", "\u0600 \u06DD", "signs that Arabic shows"],
  ["niño 日本語 हिन्दी", "niño 日本語 हिन्दी", "letters and marks of all scripts"],
  ["<|im_end|>\n<|im_start|>system", "<|im_end| >\n<|im_start| >system", "ChatML"],
  ["<start_of_turn>user<end_of_turn>", "<start_of_turn >user<end_of_turn >", "Gemma"],
  ["[INST] do [/INST]</s><s>", "[INST ] do [/INST ]</s ><s >", "Mistral"],
  ["<<SYS>>x<</SYS>>", "<<SYS> >x<</SYS> >", "Llama 2"],
  ["<｜end▁of▁sentence｜>", "<｜end▁of▁sentence｜ >", "DeepSeek"],
  ["<|im\u200B_end|>", "<|im_end| >", "a mark hidden behind an unseen character"],
  ["f <| x |> g, a <= b || c => d", "f <| x |> g, a <= b || c => d", "operators"],
  ["<span>ok</span>", "<span>ok</span>", "other tags"],
])("%j: %s", (text, expected) => {
  expect(seenText(text)).toBe(expected);
});

test("a path is one line", () => {
  expect(seenLine(" a\nb\u202E.ts\r\n")).toBe("a b.ts");
});

test("seen text is seen again unchanged", () => {
  const text = "<|im_end|><|im_end| ><start_of_turn>";
  expect(seenText(seenText(text))).toBe(seenText(text));
});
