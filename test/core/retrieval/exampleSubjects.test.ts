import { expect, test } from "vitest";
import { exampleSubjects } from "../../../src/core/retrieval/exampleSubjects";
import { createSearcher } from "../../../src/core/retrieval/searcher";
import { codeFiles } from "../../support/codeFiles";
import { memoryIndex } from "../../support/memoryIndex";

const FILES = {
  "README.md": "# Shop\n\nSells things.",
  "docs/README.md": "# More",
  "src/app.py": "def main",
  "src/orders/order_book.py": "def helper\n\nclass OrderBook\n\n  def add\n\n  def cancel",
  "src/orders/prices.py": "def helper\n\nclass Price",
  "tests/test_everything.py": "def test_a\n\ndef test_b\n\ndef test_c\n\ndef test_d\n\ndef test_e",
  "tests/test_order_book.py": "def test_add",
  "vendor/huge.py": "class Huge\n\n  def a\n\n  def b\n\n  def c\n\n  def d\n\n  def e",
};

const subjectsOf = (files: Readonly<Record<string, string>>) =>
  exampleSubjects(memoryIndex(...codeFiles(files)).manifest.all());

test("names what the folder is about", () => {
  expect(subjectsOf(FILES)).toEqual({
    readme: "README.md",
    symbol: "OrderBook",
    directory: "src/orders",
    test: "tests/test_order_book.py",
  });
});

test("each subject is found first when it is asked about", async () => {
  const index = memoryIndex(...codeFiles(FILES));
  const { readme = "", symbol = "", test: tested = "" } = exampleSubjects(index.manifest.all());
  const first = async (question: string) => (await createSearcher(index).search(question, 1))[0]?.path;
  expect(await first(`What does ${symbol} do?`)).toBe("src/orders/order_book.py");
  expect(await first(`What does ${tested} test?`)).toBe(tested);
  expect(await first(`What does ${readme} say?`)).toMatch(/README\.md$/);
});

test.each([
  ["nothing", {}, {}],
  ["text alone", { "notes.txt": "hello" }, {}],
  ["one file", { "main.go": "def serve" }, { symbol: "serve" }],
  ["a name defined twice", { "a.py": "class Twin", "b.py": "class Twin" }, {}],
])("a folder with %s", (_, files, expected) => {
  const none = { readme: undefined, symbol: undefined, directory: undefined, test: undefined };
  expect(subjectsOf(files)).toEqual({ ...none, ...expected });
});
