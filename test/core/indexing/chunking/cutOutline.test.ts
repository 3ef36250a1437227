import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HARD_CHUNK_COST } from "../../../../src/core/indexing/chunking/budget";
import { cutOutline } from "../../../../src/core/indexing/chunking/cutOutline";
import { makeLabel, makeNode, type OutlineNode } from "../../../../src/core/indexing/chunking/outline";
import { measureLines } from "../../../../src/core/indexing/chunking/sourceLines";
import type { ChunkKind } from "../../../../src/domain/chunk";
import { expectPartition } from "../../../support/partition";

/** Lines of the cost given, or 50 each: `lines(3)`, `lines([50, 900])`. */
const lines = (costs: number | readonly number[]) =>
  (typeof costs === "number" ? Array.from({ length: costs }, () => 50) : costs).map((cost) => "x".repeat(cost));

const define = (kind: ChunkKind, name: string, startLine: number, endLine: number, children: OutlineNode[] = []) =>
  makeNode(startLine, endLine, makeLabel(kind, name), children);

const prefix = (startLine: number, endLine = startLine) => ({ ...makeNode(startLine, endLine), isPrefix: true });

const measure = (text: readonly string[]) => measureLines(text.map((line) => `${line}\n`).join(""));

/** `1-8 function f`, `9-20 block C > g`. */
const cut = (text: readonly string[], outline: readonly OutlineNode[]) =>
  cutOutline(measure(text), outline, "block").map(
    ({ startLine, endLine, kind, symbol, enclosing }) =>
      `${startLine}-${endLine} ${kind} ${[...enclosing, symbol ?? "·"].join(" > ")}`,
  );

describe("what stays together", () => {
  test("nothing in, nothing out", () => {
    expect(cut([], [])).toEqual([]);
  });

  test("definitions of eight lines and more stand alone", () => {
    expect(cut(lines(20), [define("function", "f", 1, 10), define("function", "g", 11, 20)])).toEqual([
      "1-10 function f",
      "11-20 function g",
    ]);
  });

  test("small neighbours are joined and named after the largest", () => {
    const outline = [define("function", "f", 1, 2), define("function", "g", 3, 6), define("function", "h", 7, 8)];
    expect(cut(lines(8), outline)).toEqual(["1-8 function g"]);
  });

  test("a comment goes with what follows it, over attributes", () => {
    const outline = [define("function", "f", 1, 9), prefix(10, 12), prefix(13), define("function", "g", 14, 22)];
    expect(cut(lines(22), outline)).toEqual(["1-9 function f", "10-22 function g"]);
  });

  test("a comment with a blank line behind it goes with nothing", () => {
    const text = lines(24).with(9, "");
    const outline = [prefix(1, 9), define("function", "f", 11, 24)];
    expect(cut(text, outline)).toEqual(["1-10 block ·", "11-24 function f"]);
  });

  test("blank lines go with what is before them", () => {
    const text = lines(22).with(10, "").with(11, "");
    const outline = [define("function", "f", 1, 10), define("function", "g", 13, 22)];
    expect(cut(text, outline)).toEqual(["1-12 function f", "13-22 function g"]);
  });

  test("lines around a small definition are not named after it", () => {
    expect(cut(lines(20), [define("variable", "v", 20, 20)])).toEqual(["1-20 block ·"]);
  });
});

describe("what is divided", () => {
  const methods = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) =>
      define("method", `m${index}`, first + 10 * index, first + 9 + 10 * index),
    );

  test("a class at its methods, which know it; its head keeps its name", () => {
    expect(cut(lines(42), [define("class", "C", 1, 42, methods(2, 4))])).toEqual([
      "1-11 class C",
      "12-21 method C > m1",
      "22-31 method C > m2",
      "32-42 method C > m3",
    ]);
  });

  test("a long function at its statements, whose rest knows it", () => {
    const statements = Array.from({ length: 4 }, (_, index) => makeNode(2 + 10 * index, 11 + 10 * index));
    expect(cut(lines(42), [define("function", "f", 1, 42, statements)])).toEqual([
      "1-21 function f",
      "22-42 block f > ·",
    ]);
  });

  test("a chain of nodes that begin on one line, as a callback makes it", () => {
    const statements = [makeNode(2, 20), makeNode(21, 39)];
    const callback = makeNode(1, 40, undefined, [makeNode(1, 1), makeNode(1, 40, undefined, statements)]);
    expect(cut(lines(40), [callback])).toEqual(["1-20 block ·", "21-40 block ·"]);
  });

  test("a long comment is cut off, and the name stays where the definition begins", () => {
    expect(cut(lines(50), [prefix(1, 30), define("function", "f", 31, 50)])).toEqual([
      "1-30 block f > ·",
      "31-50 function f",
    ]);
  });

  test("the qualifier of a name encloses it", () => {
    const method = makeNode(1, 10, makeLabel("method", "run", { qualifier: ["Server"] }));
    expect(cut(lines(10), [method])).toEqual(["1-10 method Server > run"]);
  });

  test("pieces of one definition are not mixed with the next one", () => {
    const outline = [define("class", "C", 1, 42, methods(2, 4)), define("function", "f", 43, 48)];
    expect(cut(lines(48), outline).at(-1)).toBe("43-48 function f");
  });
});

// ---------------------------------------------------------------- any outline at all

const anyLines = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.string({ maxLength: 60 }).map((text) => text.replace(/[\n\r]/g, " ")) },
    { weight: 3, arbitrary: fc.constantFrom("", "  ", "}", "    return x;", "\t\t// 日本語の注釈") },
    { weight: 1, arbitrary: fc.integer({ min: 500, max: 5000 }).map((length) => "y".repeat(length)) },
  ),
  { maxLength: 300 },
);

const nodeWith = (children: fc.Arbitrary<OutlineNode[]>): fc.Arbitrary<OutlineNode> =>
  fc.record({
    startLine: fc.integer({ min: -3, max: 320 }),
    endLine: fc.integer({ min: -3, max: 400 }),
    label: fc
      .option(fc.string({ minLength: 1, maxLength: 8 }))
      .map((name) => (name === null ? undefined : makeLabel("function", name))),
    isPrefix: fc.boolean(),
    children,
  });

const childrenOf = (node: fc.Arbitrary<OutlineNode>) => fc.array(node, { maxLength: 5 });

const anyNode = nodeWith(childrenOf(nodeWith(childrenOf(nodeWith(fc.constant([]))))));

const pieces = (text: readonly string[], outline: readonly OutlineNode[]) => {
  const source = measure(text);
  return { source, cut: cutOutline(source, outline, "block") };
};

test("the pieces partition the lines, whatever the outline says", () => {
  fc.assert(
    fc.property(anyLines, fc.array(anyNode, { maxLength: 8 }), (text, outline) => {
      const { source, cut } = pieces(text, outline);
      const joined = text.length === 0 ? "" : `${text.join("\n")}\n`;
      expectPartition(
        joined,
        cut.map((piece) => ({ ...piece, text: source.text(piece) })),
      );
    }),
    { numRuns: 300 },
  );
});

test("no piece of more than one line is beyond the hard limit, but for the blank lines behind it", () => {
  fc.assert(
    fc.property(anyLines, fc.array(anyNode, { maxLength: 8 }), (text, outline) => {
      const { source, cut } = pieces(text, outline);
      for (const { startLine, endLine } of cut) {
        const largest = Math.max(...range(startLine, endLine).map((line) => source.cost(line, line)));
        const blankLines = 60;
        expect(source.cost(startLine, endLine)).toBeLessThanOrEqual(Math.max(HARD_CHUNK_COST, largest) + blankLines);
      }
    }),
    { numRuns: 200 },
  );
});

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
