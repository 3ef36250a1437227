import { expect, test } from "vitest";
import { passagesAnswer } from "../../../src/core/answering/passages";
import type { Citation } from "../../../src/domain/answer";
import { source } from "../../support/searchResults";

const citation = (n: number, state: Citation["state"], startLine: number, endLine: number): Citation => ({
  n,
  folder: "/project",
  path: "a.ts",
  state,
  verified: state === "current" || state === "moved",
  startLine,
  endLine,
});

test("passages with their places", () => {
  const sources = [source(1, "a.ts:3", "one();\ntwo();"), source(2, "docs/b `x`.md:1", "```sh\nrun\n```")];
  expect(passagesAnswer(sources, [citation(1, "moved", 5, 6), citation(2, "changed", 1, 3)])).toBe(
    [
      "[1] `a.ts:5-6`",
      "```typescript\none();\ntwo();\n```",
      "[2] ``docs/b `x`.md:1-3`` (the file has changed since it was indexed)",
      "````text\n```sh\nrun\n```\n````",
    ].join("\n\n"),
  );
});

test("a passage of one line is named by it, and ends where its text ends", () => {
  expect(passagesAnswer([source(1, "a.ts:3", "one();\n\n")], [citation(1, "current", 3, 3)])).toBe(
    "[1] `a.ts:3`\n\n```typescript\none();\n```",
  );
});

test("a long passage is cut with a word about it", () => {
  const text = Array.from({ length: 50 }, (_, index) => `line ${index}`).join("\n");
  const answer = passagesAnswer([source(1, "a.ts:1", text)], []);
  expect(answer).toContain("line 39\n```\n\n… 10 more lines.");
  expect(answer).not.toContain("line 40");
});

test("a language name cannot leave the fence", () => {
  expect(passagesAnswer([{ ...source(1, "a:1", "x"), language: "a\n```\n![](http://x)" }], [])).toContain(
    "```ahttpx\nx\n```",
  );
});
