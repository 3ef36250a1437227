import { expect, test } from "vitest";
import { createNameScan } from "../../../../src/core/retrieval/flat/nameScan";

function foundIn(text: string, names: readonly string[], counts = true): string[] {
  const scan = createNameScan(names);
  scan.look(text, () => counts);
  return scan.found();
}

test.each<[what: string, text: string, names: string[], found: string[]]>([
  ["whole words alone", "flushAll reflush _flush $flush flush1", ["flush"], []],
  ["their case", "Flush FLUSH", ["flush"], []],
  ["between marks of punctuation", "a.flush();", ["flush", "a"], ["flush", "a"]],
  ["at either end", "flush and Cache", ["flush", "Cache"], ["flush", "Cache"]],
  ["one that another begins with", "CacheStore Cache", ["Cache", "CacheStore"], ["Cache", "CacheStore"]],
  ["not one that is only the beginning of another", "CacheStore", ["Cache", "CacheStore"], ["CacheStore"]],
  ["one after a word that holds it", "myflush flush", ["flush"], ["flush"]],
  ["with a dollar sign", "let $el = $", ["$el", "$"], ["$el", "$"]],
  ["not one with an accent of its own", "cafe\u0301", ["cafe"], []],
  ["not the end of a word of letters beyond the first plane", "\u{1d431}foo foo\u{1d431}", ["foo"], []],
  ["in another alphabet", "función año", ["función", "funci", "año"], ["función", "año"]],
])("%s", (_, text, names, found) => {
  expect(foundIn(text, names)).toEqual(found);
});

test("a text that does not count holds nothing, and is asked about only where it holds a name", () => {
  expect(foundIn("flush", ["flush"], false)).toEqual([]);
  const scan = createNameScan(["flush"]);
  const never = () => {
    throw new Error("asked");
  };
  scan.look("nothing", never);
  expect(scan.isDone()).toBe(false);
  scan.look("flush", () => true);
  expect(scan.isDone()).toBe(true);
  scan.look("flush", never);
  expect(scan.found()).toEqual(["flush"]);
});
