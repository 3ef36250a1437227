import { describe, expect, test } from "vitest";
import { relatedTo } from "../../../src/core/retrieval/relatedTo";
import { createSearcher } from "../../../src/core/retrieval/searcher";
import { codeFiles } from "../../support/codeFiles";
import { memoryIndex } from "../../support/memoryIndex";

const FILES = {
  "src/order.py": "def place_order # total = price_of(items); save(Order(total))\n\ndef helper # nothing",
  "src/price.py": "def price_of # adds up\n\ndef round_cents",
  "src/model.py": "class Order\n\n  def save # writes",
  "src/shop.py": "def buy # place_order(cart)",
  "src/admin.py": "def replay # place_order(old) again",
  "tests/test_order.py": "def test_order # place_order(basket)",
  "src/words.py": "def talk # mentions place_orders only",
};

const searcher = createSearcher(memoryIndex(...codeFiles(FILES)));

const related = async (path: string, startLine: number, endLine: number, text: string, limit = 10) => {
  const found = await relatedTo(searcher, { path, startLine, endLine, text }, limit);
  return found.map((chunk) => `${chunk.role} ${chunk.path} ${chunk.symbol}`);
};

const PLACE_ORDER = "def place_order # total = price_of(items); save(Order(total))";

test("a function: what it uses and who uses it, in turns, tests last", async () => {
  expect(await related("src/order.py", 1, 1, PLACE_ORDER)).toEqual([
    "definition src/model.py Order",
    "caller src/shop.py buy",
    "definition src/price.py price_of",
    "caller src/admin.py replay",
    "definition src/model.py save",
    "caller tests/test_order.py test_order",
  ]);
});

test("a part of a function: the callers of the function", async () => {
  const found = await related("src/order.py", 1, 1, "total = price_of(items)");
  expect(found).toContain("definition src/price.py price_of");
  expect(found).toContain("caller src/shop.py buy");
});

test("the selection's own lines are never among them", async () => {
  const found = await relatedTo(searcher, { path: "src/order.py", startLine: 1, endLine: 4, text: PLACE_ORDER }, 20);
  expect(found.filter(({ path }) => path === "src/order.py")).toEqual([]);
});

test("no more than asked for", async () => {
  expect(await related("src/order.py", 1, 1, PLACE_ORDER, 3)).toHaveLength(3);
  expect(await related("src/order.py", 1, 1, PLACE_ORDER, 0)).toEqual([]);
});

test("a selection of a file that is not indexed", async () => {
  expect(await related("new.py", 1, 1, "x = price_of(y)")).toEqual(["definition src/price.py price_of"]);
});

describe("selections with nothing to follow", () => {
  test.each([
    ["nothing", ""],
    ["signs", "{ } ( ) => ;"],
    ["unknown names", "foo(bar(baz))"],
    ["a long blob", "x".repeat(300_000)],
    ["many names", Array.from({ length: 20_000 }, (_, n) => `name${n}()`).join(" ")],
    ["regular expression signs", "$.*+?^${}()|[]\\"],
  ])("%s", async (_, text) => {
    expect(await related("new.py", 1, 1, text)).toEqual([]);
  });
});

test("a copy in a vendored folder does not hide the original", async () => {
  const copied = createSearcher(
    memoryIndex(...codeFiles({ "lib/a.py": "def run", "vendor/a.py": "def run", "dist/a.py": "def run" })),
  );
  const [first] = await relatedTo(copied, { path: "main.py", startLine: 1, endLine: 1, text: "run()" }, 10);
  expect(first?.path).toBe("lib/a.py");
});

test("what the selection defines for itself is not looked up elsewhere", async () => {
  const found = await related("new.py", 1, 2, "let price_of = 1\nprice_of(2)");
  expect(found.filter((chunk) => chunk.startsWith("definition"))).toEqual([]);
});

test("a name that many files define is left alone", async () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`m${n}.py`, "def run"]));
  const crowded = createSearcher(memoryIndex(...codeFiles(many)));
  expect(await relatedTo(crowded, { path: "a.py", startLine: 1, endLine: 1, text: "run()" }, 10)).toEqual([]);
});
