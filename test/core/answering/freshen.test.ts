import { expect, test } from "vitest";
import { freshen } from "../../../src/core/answering/freshen";
import { found } from "../../support/searchResults";

const indexed = found("a.ts:2", "function save() {\n  write();\n}");

test.each<[string | undefined, string, string]>([
  ["head\nfunction save() {\n  write();\n}\ntail", "2-4 function save() {|  write();|}", "unchanged"],
  ["new\nhead\nfunction save() {\n  write();\n}", "3-5 function save() {|  write();|}", "moved"],
  ["head\nfunction save() {\n  writeAll();\n}", "2-4 function save() {|  writeAll();|}", "changed in place"],
  ["new\nnew\nfunction save() {\n  writeAll();\n}", "3-5 function save() {|  writeAll();|}", "moved and changed"],
  ["head\nconst x = 1;\n", "2-2 const x = 1;", "replaced by something shorter"],
  ["head\n\n\n\n", "dropped", "nothing left in its place"],
  ["head", "dropped", "the file ends before"],
  [undefined, "dropped", "the file is gone"],
])("of %j: %s (%s)", (text, expected) => {
  const fresh = freshen(indexed, text);
  expect(
    fresh === undefined ? "dropped" : `${fresh.startLine}-${fresh.endLine} ${fresh.text.replaceAll("\n", "|")}`,
  ).toBe(expected);
});

test("what was written anew has no name that the file no longer holds", () => {
  const named = { ...indexed, symbol: "save", enclosing: ["Store", "Disk"] };
  const names = (text: string) => {
    const fresh = freshen(named, text);
    return [...(fresh?.enclosing ?? []), fresh?.symbol];
  };
  expect(names("class Store {\nfunction save() {\n  write();\n}"), "as it was").toEqual(["Store", "Disk", "save"]);
  expect(names("class Store {\nfunction save() {\n  writeAll();\n}")).toEqual(["Store", "save"]);
  expect(names("class Store {\nfunction keep() {\n  writeAll();\n}")).toEqual(["Store", undefined]);
});

test("a chunk that begins without a word is found by its first line with one", () => {
  const block = found("a.ts:1", "{\n  first();\n  second();\n}");
  const fresh = freshen(block, "import x;\n{\n  first();\n  other();\n}");
  expect(fresh).toMatchObject({ startLine: 2, endLine: 5, text: "{\n  first();\n  other();\n}" });
});
