import { expect, test } from "vitest";
import type { SearchResult } from "../../../src/domain/answer";
import { exampleSubjects } from "../../../src/extension/chat/exampleQuestions";

/** Results as `path kind symbol`. */
const results = (...lines: string[]): SearchResult[] =>
  lines.map((line) => {
    const [path = "", kind = "lines", symbol] = line.split(" ");
    return { path, kind, symbol } as SearchResult;
  });

test.each([
  { readme: "# Cobra\ntext", title: "Cobra" },
  { readme: "<p></p>\n\n#   `axios` ![logo](x.png)\n", title: "axios logo" },
  { readme: "# [axum](https://x.test)", title: "axum" },
  { readme: "no heading", title: undefined },
  { readme: `# ${"long ".repeat(20)}`, title: undefined },
  { readme: undefined, title: undefined },
])("$readme is called $title", ({ readme, title }) => {
  expect(exampleSubjects(readme, []).title).toBe(title);
});

test("asks about a function and a test, and not about a function of a test", () => {
  const found = results("test/a.test.ts function setUp", "README.md section Usage", "src/main.ts function main");
  expect(exampleSubjects(undefined, found)).toMatchObject({ symbol: "main", test: "test/a.test.ts" });
});

test.each([
  { path: "src/latest.ts", isTest: false },
  { path: "contest/a.ts", isTest: false },
  { path: "cmd_test.go", isTest: true },
  { path: "tests/a.rs", isTest: true },
  { path: "a.spec.ts", isTest: true },
])("$path is a test: $isTest", ({ path, isTest }) => {
  expect(exampleSubjects(undefined, results(`${path} lines`)).test).toBe(isTest ? path : undefined);
});
