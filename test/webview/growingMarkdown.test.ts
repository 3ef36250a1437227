import fc from "fast-check";
import { expect, test } from "vitest";
import { GrowingMarkdown, type MarkdownBlock, parseBlocks } from "../../src/webview/markdown/parseMarkdown";

const shape = (blocks: readonly MarkdownBlock[]) =>
  blocks.flatMap(({ tokens }) => tokens.map(({ type, content, info, level }) => ({ type, content, info, level })));

/** Lines that turn into something else by what follows them, and the pieces of them that a stream may end with. */
const piece = fc.constantFrom(
  ..."# ,#,##,-,- ,* ,1. ,2) ,> ,```,```ts,~~~,|,a | b,--- | ---,---,===,\t,    ,  ,a,word [1],`x`,**b,**,[1]: x,!,<b>,\\".split(
    ",",
  ),
  "\n",
  "\n",
  "\n",
  "\n\n",
  "\r\n",
  "\u2028",
);

test("text that grows gives the same blocks as the whole text", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const growing = new GrowingMarkdown();
      let text = "";
      for (const next of pieces) {
        text += next;
        expect(shape(growing.update(text))).toEqual(shape(parseBlocks(text)));
      }
    }),
    { numRuns: 400, examples: [[["a", "\n", "a | b", "\n", "--- | ---", "a"]]] },
  );
});

test("a finished block keeps its identity, so that it is drawn once", () => {
  const growing = new GrowingMarkdown();
  const [first] = growing.update("first\n\n```ts\nconst a = 1;\nconst b = 2;\n");
  const later = growing.update("first\n\n```ts\nconst a = 1;\nconst b = 2;\n```\n\nlast");
  expect(later[0]).toBe(first);
  expect(later).toHaveLength(3);
});

test("a text that is not a longer one starts again", () => {
  const growing = new GrowingMarkdown();
  growing.update("old\n\nold too\n\nand more\n\nend");
  expect(shape(growing.update("new"))).toEqual(shape(parseBlocks("new")));
});
