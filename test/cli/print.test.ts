import { expect, test } from "vitest";
import * as show from "../../src/cli/print";
import type { Answer } from "../../src/domain/answer";
import { source } from "../support/searchResults";

test.each([
  { text: "plain\ttext\n", shown: "plain\ttext\n", why: "tabs and line ends stay" },
  { text: "\x1b[2Jgone", shown: "␛[2Jgone", why: "an escape sequence is shown and not obeyed" },
  { text: "a\rb", shown: "a␍b", why: "nothing overwrites a line" },
  { text: "x\u202eevil", shown: "x\ufffdevil", why: "nothing runs right to left in disguise" },
  { text: "ñ 漢字 🎉", shown: "ñ 漢字 🎉", why: "letters of all scripts stay" },
])("prints $text safely: $why", ({ text, shown }) => {
  expect(show.printable(text)).toBe(shown);
});

test.each([
  { bytes: 0, shown: "0 B" },
  { bytes: 999, shown: "999 B" },
  { bytes: 1_234_567, shown: "1.2 MB" },
  { bytes: 5e12, shown: "5000.0 GB" },
])("$bytes bytes are $shown", ({ bytes, shown }) => {
  expect(show.size(bytes)).toBe(shown);
});

test("a location is one line, whatever the file is called", () => {
  expect(show.location({ path: "a\nb.ts", startLine: 3, endLine: 3 })).toBe("a␤b.ts:3");
  expect(show.location({ path: "a.ts", startLine: 3, endLine: 9 })).toBe("a.ts:3-9");
});

const answer: Answer = {
  question: "",
  answer: "",
  citations: [],
  checks: [],
  unverified: [],
  sources: [source(1, "a.ts:1", ""), source(2, "b.ts:1", "", { inPrompt: false })],
  notice: undefined,
  model: "m:1b",
  noModel: undefined,
  nothingSolid: false,
  tier: "lexical",
  promptTokens: 3210,
  estimatedPromptTokens: 3300,
  contextWindow: 8192,
  turnsLeftOut: 0,
  turnsSummarised: 0,
  isWindowForGraphics: false,
  truncated: false,
  cutShort: false,
  elapsedMs: 1,
};

test.each<[Partial<Answer>, string]>([
  [{}, "m:1b: 3,210 of 8,192 tokens, 1 of 2 passages read"],
  [
    { sources: [source(1, "a.ts:1", "")], turnsLeftOut: 2 },
    "m:1b: 3,210 of 8,192 tokens, 1 passage read, 2 earlier questions left out",
  ],
  [
    { contextWindow: 6144, isWindowForGraphics: true },
    "m:1b: 3,210 of 6,144 tokens, 1 of 2 passages read, window kept small for graphics memory",
  ],
  [{ model: undefined }, ""],
  [{ promptTokens: undefined }, ""],
])("below an answer stands what the model was shown: %j", (more, meter) => {
  expect(show.answerFooter({ ...answer, ...more }, false).trim()).toBe(meter);
});
