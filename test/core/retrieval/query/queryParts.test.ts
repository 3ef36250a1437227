import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { queryParts } from "../../../../src/core/retrieval/query/queryParts";

const told = (query: string) => {
  const { filters, ...parts } = queryParts(query);
  return {
    ...parts,
    filters: filters.map(({ field, value, isExcluding }) => `${isExcluding ? "-" : ""}${field}=${value}`),
  };
};

describe("filters", () => {
  test.each<[query: string, text: string, filters: string[]]>([
    ["lang:go retry", "retry", ["language=go"]],
    ["retry language:Go", "retry", ["language=go"]],
    ["path:src/API retry", "retry", ["path=src/api"]],
    ["retry -path:test file:client", "retry", ["-path=test", "path=client"]],
    ["symbol:getHTTP", "", ["symbol=getHTTP"]],
    ['path:"my folder/a b" retry', "retry", ["path=my folder/a b"]],
    ["LANG:go x", "x", ["language=go"]],
    ["author:ann retry", "author:ann retry", []],
    ["path::join", "path::join", []],
    ["file:///etc/passwd", "file:///etc/passwd", []],
    ["path: is empty", "path: is empty", []],
    ["xpath:a", "xpath:a", []],
    ["TypeError: lang:", "TypeError: lang:", []],
  ])("of %j leave %j and are %j", (query, text, filters) => {
    expect(told(query)).toMatchObject({ text, filters });
  });

  test("beyond twenty are words", () => {
    const query = Array.from({ length: 25 }, (_, n) => `path:a${n}`).join(" ");
    const { filters, text } = queryParts(query);
    expect([filters.length, text.split(/\s+/).length]).toEqual([20, 5]);
  });
});

describe("phrases", () => {
  test.each<[query: string, phrases: string[]]>([
    ['who says "connection reset by peer"', ["connection reset by peer"]],
    ["“no such file” or “is a directory”", ["no such file", "is a directory"]],
    ['"one', []],
    ['""', []],
    ['" "', []],
    ['"a\nb"', []],
  ])("of %j are %j", (query, phrases) => {
    expect(queryParts(query).phrases).toEqual(phrases);
  });
});

describe("a pattern", () => {
  test.each<[query: string, source: string | undefined, flags?: string]>([
    ["/get\\w+Id/", "get\\w+Id", ""],
    ["/foo/i", "foo", "i"],
    ["lang:go /func \\(/", "func \\(", ""],
    ["/src\\/a/", "src\\/a", ""],
    ["/usr/lib/", undefined],
    ["/api/users/:id", undefined],
    ["/foo/gg", undefined],
    ["/foo/ii", undefined],
    ["//", undefined],
    ["a / b", undefined],
  ])("in %j is %j", (query, source, flags) => {
    expect(queryParts(query).pattern).toEqual(source === undefined ? undefined : { source, flags });
  });
});

test("nothing that can be typed fails, and what remains is no longer than what was typed", () => {
  const piece = fc.constantFrom(
    "lang:",
    "-path:",
    '"',
    "/",
    "symbol:x",
    "\u0000",
    "a",
    " ",
    "\n",
    "\\",
    "(",
    "é",
    "路",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
      const query = pieces.join("");
      expect(queryParts(query).text.length).toBeLessThanOrEqual(query.length);
    }),
  );
});
