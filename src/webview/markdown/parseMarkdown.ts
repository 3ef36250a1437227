/**
 * Markdown to tokens, block by block.
 *
 * HTML is text, addresses are not made into links, and there are no link definitions: `[1]: src/a.ts` at the start of a
 * line is something a model writes about its first source, and a definition would swallow it.
 */

import MarkdownIt, { type Token } from "markdown-it";

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
markdown.disable("reference");

/** A top-level block: one paragraph, list, table, code block. */
export interface MarkdownBlock {
  readonly tokens: readonly Token[];
  /** Line of the text that was parsed on which the block starts, from 0. */
  readonly startLine: number;
}

export function parseBlocks(text: string): MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  let open: Token[] = [];
  for (const token of markdown.parse(text, {})) {
    open.push(token);
    if (token.level === 0 && token.nesting !== 1) {
      blocks.push({ tokens: open, startLine: open[0]?.map?.[0] ?? 0 });
      open = [];
    }
  }
  return blocks;
}

/**
 * The blocks of a text that grows at its end.
 *
 * Only the tail that more text can still change is parsed again; a block before it keeps its identity, so the view
 * draws it once.
 */
export class GrowingMarkdown {
  #finished: readonly MarkdownBlock[] = [];
  /** The text of `#finished`. */
  #finishedText = "";

  /** @returns the blocks of the whole text, first to last. */
  update(text: string): readonly MarkdownBlock[] {
    if (!text.startsWith(this.#finishedText)) {
      this.#finished = [];
      this.#finishedText = "";
    }
    const tail = text.slice(this.#finishedText.length);
    const blocks = parseBlocks(tail);
    const finished = countFinished(blocks, tail);
    const all = [...this.#finished, ...blocks];
    const next = blocks[finished];
    if (finished > 0 && next !== undefined) {
      this.#finished = [...this.#finished, ...blocks.slice(0, finished)];
      this.#finishedText = text.slice(0, this.#finishedText.length + offsetOfLine(tail, next.startLine));
    }
    return all;
  }
}

/**
 * How many of the first blocks no further text can change.
 *
 * A block is over when the next one has begun for certain, and that takes two whole lines: `#` may become `#1`, which
 * continues a paragraph, and a table shows by its second line only.
 */
function countFinished(blocks: readonly MarkdownBlock[], text: string): number {
  const wholeLines = countLineEnds(text);
  let count = blocks.length - 1;
  while (count > 0 && (blocks[count]?.startLine ?? 0) + 2 > wholeLines) {
    count -= 1;
  }
  return Math.max(count, 0);
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    count += 1;
  }
  return count;
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let passed = 0; passed < line; passed += 1) {
    offset = text.indexOf("\n", offset) + 1;
  }
  return offset;
}
