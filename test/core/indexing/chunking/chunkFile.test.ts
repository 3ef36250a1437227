/** Files without a parser: documents by headings, some languages by keywords, everything else by lines. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_STAMP } from "../../../../src/core/fileStamp";
import { chunkFile } from "../../../../src/core/indexing/chunking/chunkFile";
import { prepareFile } from "../../../../src/core/indexing/prepareFile";
import { splitLines } from "../../../../src/domain/lines";
import { expectPartition } from "../../../support/partition";

const PARAGRAPH = "These words fill a paragraph of a document, so that a section is long enough to stand alone.";
const SECTION = Array.from({ length: 9 }, () => PARAGRAPH).join("\n");

/** `1-8 function f`, `9-20 section Guide > Install`. */
const cut = (text: string, language: string) =>
  chunkFile("a", text, language, undefined).chunks.map(
    ({ startLine, endLine, kind, symbol, enclosing }) =>
      `${startLine}-${endLine} ${kind} ${[...enclosing, symbol ?? "·"].join(" > ")}`,
  );

const symbols = (text: string, language: string) =>
  chunkFile("a", text, language, undefined).chunks.map(({ symbol, enclosing }) => [...enclosing, symbol].join(" > "));

describe("Markdown", () => {
  test("sections by their headings, which enclose each other", () => {
    const text = `# Guide\n\n${SECTION}\n\n## Install\n\n${SECTION}\n\n### Linux\n\n${SECTION}\n\n## Use\n\n${SECTION}\n`;
    expect(cut(text, "markdown")).toEqual([
      "1-12 section Guide",
      "13-24 section Guide > Install",
      "25-36 section Guide > Install > Linux",
      "37-47 section Guide > Use",
    ]);
  });

  test("small sections are joined", () => {
    expect(cut("# A\n\none\n\n## B\n\ntwo\n\n## C\n\nthree\n", "markdown")).toEqual(["1-11 section A"]);
  });

  test("long sections are divided at paragraphs, and the rest knows its heading", () => {
    const text = `# Long\n\n${Array.from({ length: 8 }, () => SECTION).join("\n\n")}\n`;
    const chunks = cut(text, "markdown");
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks[0]).toMatch(/^1-\d+ section Long$/);
    expect(chunks.slice(1).every((chunk) => chunk.endsWith("section Long > ·"))).toBe(true);
  });

  test.each([
    ["a heading in a code block", `# A\n\n${SECTION}\n\n\`\`\`sh\n# not a heading\n\`\`\`\n`, ["A"]],
    ["a fence of tildes around one of backquotes", `# A\n~~~~\n\`\`\`\n# no\n~~~\n~~~~\n# B\n${SECTION}`, ["A", "B"]],
    ["an unclosed code block", `# A\n\`\`\`\n${SECTION}\n# no\n`, ["A"]],
    ["front matter", `---\n# comment\ntitle: x\n---\n# A\n${SECTION}`, ["A"]],
    ["an indented heading", `# A\n${SECTION}\n\n    # code\n`, ["A"]],
    ["no blank behind the mark", `# A\n${SECTION}\n#hashtag\n`, ["A"]],
    ["underlined headings", `Title\n=====\n\n${SECTION}\n\nPart\n----\n\n${SECTION}\n`, ["Title", "Title > Part"]],
    ["a rule is no underline", `# A\n\n${SECTION}\n\n---\n\n${PARAGRAPH}\n`, ["A"]],
    ["a table is no title", `# A\n${SECTION}\n\n| a |\n|---|\n| b\n---\n`, ["A"]],
    ["links, code and anchors in titles", `## [Use \`x\`](y) now {#use}\n${SECTION}`, ["Use x now"]],
    ["closing marks", `## A ##\n${SECTION}`, ["A"]],
  ])("%s", (_, text, expected) => {
    expect(symbols(text, "markdown")).toEqual(expected);
  });
});

describe("other documents", () => {
  test.each([
    ["restructuredtext", `Guide\n=====\n\n${SECTION}\n\nInstall\n-------\n\n${SECTION}\n`],
    ["restructuredtext", `=====\nGuide\n=====\n\n${SECTION}\n\nInstall\n=======\n\n${SECTION}\n`],
    ["asciidoc", `= Guide\n\n${SECTION}\n\n== Install\n\n${SECTION}\n\n----\n== code\n----\n`],
    ["org", `* Guide\n\n${SECTION}\n\n** Install :tag:\n\n${SECTION}\n\n#+begin_src\n* code\n#+end_src\n`],
  ])("%s", (language, text) => {
    expect(symbols(text, language)).toEqual(["Guide", "Guide > Install"]);
  });
});

describe("languages without a grammar", () => {
  const body = (line: string) => Array.from({ length: 45 }, (_, index) => `${line} ${index}`).join("\n");

  test.each([
    [
      "swift",
      `/// Doc\n@objc\npublic final class Server {\n${body("  let x =")}\n  func run() {\n${body("    print")}\n  }\n}\n`,
    ],
    [
      "elixir",
      `defmodule Server do\n${body("  @x")}\n  @doc """\n  def example\n  """\n  def run(x) do\n${body("    x +")}\n  end\nend\n`,
    ],
    ["julia", `module Server\n${body("x =")}\n\n"""\nDoc\n"""\nfunction run(x)\n${body("  x +")}\nend\nend\n`],
  ])("%s: definitions with their comments", (language, text) => {
    const chunk = chunkFile("a", text, language, undefined).chunks.find(({ symbol }) => symbol === "run");
    expect(chunk?.text).toMatch(/(?:func|def|function) run/);
    expect(chunk?.text).not.toMatch(/(?:x|@x) 3\n/);
  });

  test.each([
    ["sql", 'CREATE TABLE IF NOT EXISTS "app"."users" (\n  id int\n);', "users"],
    ["protobuf", "message User {\n  string name = 1;\n}", "User"],
    ["graphql", "type User {\n  name: String\n}", "User"],
    ["makefile", "build: main.c\n\tcc main.c\n", "build"],
    ["dockerfile", "FROM node:24 AS build\nRUN npm ci\n", "build"],
    ["powershell", "function Get-User {\n  $x\n}", "Get-User"],
    ["clojure", "(defn run-all [x]\n  x)", "run-all"],
    ["perl", "sub run {\n  1;\n}", "run"],
    ["r", "run <- function(x) {\n  x\n}", "run"],
    ["ini", "[user]\nname = x\n", "user"],
    ["latex", "\\section{Results}\nText\n", "Results"],
    ["objective-c", "- (void)runWith:(int)x {\n}\n", "runWith"],
    ["dart", "Future<void> run(int x) async {\n}\n", "run"],
    ["ocaml", "let rec run x =\n  x\n", "run"],
    ["fsharp", "let run x =\n  x\n", "run"],
    ["cmake", "add_library(core STATIC a.c)\n", "core"],
    ["vim", "function! s:Run() abort\nendfunction\n", "s:Run"],
    ["erlang", "run(X) ->\n  X.\n", "run"],
  ])("%s names what it defines", (language, text, name) => {
    expect(chunkFile("a", text, language, undefined).chunks[0]?.symbol).toBe(name);
  });

  test("definitions say whether they are types and at the top", () => {
    const { definitions } = chunkFile("a", "class A {\n  func run() {\n  }\n}\nfunc main() {\n}\n", "swift", undefined);
    expect(definitions).toMatchObject([
      { name: "A", isTopLevel: true, isType: true },
      { name: "run", isTopLevel: false, isType: false },
      { name: "main", isTopLevel: true, isType: false },
    ]);
  });

  test("definitions say in which chunk they begin", () => {
    const body = (at: number) => `  print("${"a line of some length ".repeat(4)}${at}")\n`;
    const functions = Array.from({ length: 40 }, (_, at) => `func run${at}() {\n${body(at).repeat(30)}}\n`);
    const { chunks, definitions } = chunkFile("a", functions.join(""), "swift", undefined);
    expect(definitions).toHaveLength(40);
    expect(chunks.length).toBeGreaterThan(40);
    for (const { name, chunk } of definitions) {
      expect(chunks[chunk]?.symbol).toBe(name);
      expect(chunks[chunk]?.text).toContain(`func ${name}(`);
    }
  });
});

describe("lines", () => {
  test("an empty file has no chunk", () => {
    expect(chunkFile("a", "", "text", undefined)).toEqual({ lines: 0, chunks: [], definitions: [] });
  });

  test("cuts at blank lines, into parts of about one size", () => {
    const text = Array.from({ length: 12 }, () => `${PARAGRAPH}\n${PARAGRAPH}\n`).join("\n");
    const chunks = chunkFile("a", text, "text", undefined).chunks;
    expect(chunks.map(({ kind }) => kind)).toEqual(["lines", "lines"]);
    expect(chunks[0]?.text.endsWith("\n")).toBe(true); // the blank line stays with what is before it
    expect(Math.abs((chunks[0]?.text.length ?? 0) - (chunks[1]?.text.length ?? 0))).toBeLessThan(300);
  });

  test.each([
    ["only line ends", "\n\n\n"],
    ["a million blank lines", "\n".repeat(1_000_000)],
    ["no final line end", "a\nb"],
    ["one very long line", "x".repeat(2_000_000)],
    ["long lines between short ones", `a\n${"x".repeat(50_000)}\nb\n${"y ".repeat(50_000)}\nc\n`],
    ["100,000 lines", "some words on a line\n".repeat(100_000)],
    ["form feeds and odd separators", "a\u000cb\u2028c\u0085d\ne\n"],
    ["Chinese", "这是一行中文注释，没有空格。\n".repeat(300)],
  ])("%s", (_, text) => {
    expectPartition(text, chunkFile("a", text, "text", undefined).chunks);
  });
});

test("comments between two definitions belong to the second, and a definition to itself", () => {
  const text = `class one\n${"c a comment\n".repeat(60)}class two\n${"x = 1\n".repeat(60)}class three\n`;
  expect(cut(text, "fortran").map((piece) => piece.split(" ").slice(1).join(" "))).toContain("class two");
});

/** Text on which a pattern that begins at every line and reads to the end would take a minute. */
test.each([
  ["blank.h", `${"\n".repeat(600_000)}x\n`],
  ["blank.h", `${"\u2028".repeat(300_000)}x\n`],
  [".npmrc", `${"\n".repeat(600_000)}x\n`],
  ["many.f", "class a\n".repeat(24_000)],
])("a hostile %s takes no longer than another of its size", async (path, text) => {
  const bytes = Buffer.from(text);
  const file = { path, bytes, contentHash: "", ...NO_STAMP, sizeBytes: bytes.length };
  expect(await prepareFile(file, async () => undefined)).toMatchObject({ state: "indexed" });
});

test("any text in any language without a parser is partitioned", () => {
  const languages = ["markdown", "restructuredtext", "asciidoc", "org", "swift", "elixir", "sql", "makefile", "text"];
  const line = fc.oneof(
    fc.constantFrom("# A", "## B", "===", "---", "```", "~~~", "* x", "= y", "def f do", '"""', "func f() {", "}", ""),
    fc.constantFrom("  def g do", "CREATE TABLE x (", "all: a b", "#+begin_src", "----", "class A", "    # code"),
    fc.string({ maxLength: 80 }).map((text) => text.replace(/[\r\n]/g, "")),
  );
  const texts = fc.array(line, { maxLength: 200 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(texts, fc.constantFrom(...languages), (text, language) => {
      const { lines, chunks } = chunkFile("a", text, language, undefined);
      expect(lines).toBe(splitLines(text).length);
      expectPartition(text, chunks);
    }),
    { numRuns: 500 },
  );
});
