/**
 * The outline of a file: which of its lines belong together, and what they define.
 *
 * A parser, a heading finder or a keyword finder makes it; the cutter reads it. It may be wrong in every way (overlap,
 * gaps, lines that do not exist), since it can come from a broken file: whoever reads it trusts nothing but that it is a
 * tree of bounded depth, and the chunks partition the file all the same.
 */

import type { ChunkKind } from "../../../domain/chunk";
import type { LineRange } from "../../../domain/lines";

export interface OutlineLabel {
  readonly kind: ChunkKind;
  /** One line, not empty. */
  readonly name: string;
  /** Names outside of the node that enclose it: the receiver's type of a Go method, `Foo` of `Foo::bar` in C++. */
  readonly qualifier: readonly string[];
  /** True if `name` can be used elsewhere: a function, a type; not a heading, a test's title or an `impl`. */
  readonly isDefinition: boolean;
}

export interface OutlineNode extends LineRange {
  readonly label: OutlineLabel | undefined;
  /** A comment, an attribute, a decorator: belongs to what follows on the next line. */
  readonly isPrefix: boolean;
  /** In order of the text. */
  readonly children: readonly OutlineNode[];
}

/** Longer names are cut: a CSS selector or a test's title may be a paragraph. */
const MAX_NAME_LENGTH = 120;

/** @returns undefined if nothing is left of the name. */
export function makeLabel(
  kind: ChunkKind,
  name: string,
  { qualifier = [], isDefinition = true }: { qualifier?: readonly string[]; isDefinition?: boolean } = {},
): OutlineLabel | undefined {
  const line = name
    .slice(0, 2 * MAX_NAME_LENGTH)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, MAX_NAME_LENGTH)
    .trimEnd();
  return line === "" ? undefined : { kind, name: line.toWellFormed(), qualifier, isDefinition };
}

/** Shared by all nodes that hold nothing. */
const NO_CHILDREN: readonly OutlineNode[] = [];

export function makeNode(
  startLine: number,
  endLine: number,
  label?: OutlineLabel,
  children: readonly OutlineNode[] = NO_CHILDREN,
): OutlineNode {
  return { startLine, endLine, label, isPrefix: false, children };
}

/** A node among tidy siblings. */
export interface TidyNode extends OutlineNode {
  /** Where the node itself begins, behind the comments that belong to it. */
  readonly headLine: number;
}

/** The whole file as a node. */
export function makeRoot(lineCount: number, children: readonly OutlineNode[]): TidyNode {
  return { startLine: 1, endLine: lineCount, headLine: 0, label: undefined, isPrefix: false, children };
}

/**
 * Makes the children of a node fit for cutting: inside of their parent, in order, without overlap, each with the
 * comments and attributes that stand right before it. A child that begins on its parent's own first line gives way to
 * its children, because there is nothing to cut between the two.
 */
export function tidyChildren(parent: TidyNode): TidyNode[] {
  const separate: TidyNode[] = [];
  let nextFree = parent.startLine;
  for (const node of flattenHead(parent).toSorted((a, b) => a.startLine - b.startLine)) {
    const startLine = Math.max(node.startLine, nextFree);
    const endLine = Math.min(node.endLine, parent.endLine);
    if (startLine <= endLine) {
      separate.push({ ...node, startLine, endLine, headLine: startLine });
      nextFree = endLine + 1;
    }
  }
  return joinPrefixes(separate);
}

function flattenHead({ headLine, children }: TidyNode): OutlineNode[] {
  const below = children.filter(({ startLine }) => startLine > headLine);
  let onHead = children.filter(({ startLine }) => startLine <= headLine);
  while (onHead.length > 0) {
    below.push(...onHead.filter((node) => node.children.length === 0 && node.endLine > headLine));
    const inner = onHead.flatMap((node) => node.children);
    below.push(...inner.filter(({ startLine }) => startLine > headLine));
    onHead = inner.filter(({ startLine }) => startLine <= headLine);
  }
  return below;
}

/** Gives each node the run of prefixes that ends on the line before it. */
function joinPrefixes(siblings: readonly TidyNode[]): TidyNode[] {
  const joined: TidyNode[] = [];
  for (const node of siblings) {
    const before = joined.at(-1);
    if (before?.isPrefix && before.endLine + 1 === node.startLine) {
      joined.pop();
      joined.push(node.isPrefix ? { ...before, endLine: node.endLine } : { ...node, startLine: before.startLine });
    } else {
      joined.push(node);
    }
  }
  return joined;
}
