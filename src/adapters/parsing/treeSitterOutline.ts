/**
 * Walks a syntax tree and keeps what the cutter needs: definitions with their names, and the parts of whatever is too
 * large for one chunk. Most nodes are never visited, because what fits into a chunk needs no inside.
 *
 * It walks with a cursor and a stack of its own: a file of two million `(` makes a tree 333,334 levels deep.
 */

import type { Node, TreeCursor } from "web-tree-sitter";
import type { OutlineLabel, OutlineNode } from "../../core/indexing/chunking/outline";
import type { ChunkKind } from "../../domain/chunk";
import type { NodeRule } from "./treeSitterRules";

/** Characters beyond which a node may have to be divided; below the budget of a chunk, to be on the safe side. */
const LARGE_NODE = 900;

/** Deeper nodes are left whole, and cut by lines. */
const MAX_DEPTH = 200;

/** Bounds for a file that is all structure, such as a list of a million numbers. */
const MAX_NODES = 60_000;
const MAX_STEPS = 2_000_000;

/** The type of a node that holds what could not be parsed. */
const ERROR_TYPE = 0xffff;

/** Rules by the number that a grammar gives to a type; `null` for punctuation and keywords. */
export type RuleTable = readonly (NodeRule | null | undefined)[];

export interface OutlineOptions {
  readonly rules: RuleTable;
  /** True when time is up. */
  readonly isOver: () => boolean;
  /** The outline of a node whose text is in another language. */
  readonly parseEmbedded: (node: Node) => readonly OutlineNode[];
}

interface GrowingNode {
  startLine: number;
  endLine: number;
  label: OutlineLabel | undefined;
  isPrefix: boolean;
  children: OutlineNode[];
}

/** How the children of a node are looked at. */
interface Frame {
  readonly parent: GrowingNode;
  /** Kind of the innermost definition around; undefined at the top. */
  readonly kind: ChunkKind | undefined;
  /** A body of several lines without a rule counts as a group. */
  readonly hasBody: boolean;
  /** Nodes that define nothing are kept as places to cut. */
  readonly keepsPlain: boolean;
  readonly wrapper: GrowingNode | undefined;
}

/** @returns undefined if time was up. */
export function walkOutline(cursor: TreeCursor, options: OutlineOptions): OutlineNode[] | undefined {
  return new OutlineWalk(cursor, options).walk();
}

const OPEN_KINDS = new Set<ChunkKind>(["class", "interface", "module"]);
const TYPE_KINDS = new Set<ChunkKind>(["class", "interface", "type"]);

class OutlineWalk {
  readonly #cursor: TreeCursor;
  readonly #options: OutlineOptions;
  readonly #root = growingNode(1, Number.MAX_SAFE_INTEGER);
  readonly #frames: Frame[] = [];
  #nodes = 0;
  #steps = 0;

  constructor(cursor: TreeCursor, options: OutlineOptions) {
    this.#cursor = cursor;
    this.#options = options;
  }

  walk(): OutlineNode[] | undefined {
    if (!this.#cursor.gotoFirstChild()) {
      return [];
    }
    this.#frames.push({ parent: this.#root, kind: undefined, hasBody: false, keepsPlain: true, wrapper: undefined });
    while (this.#frames.length > 0 && this.#nodes < MAX_NODES && this.#steps < MAX_STEPS) {
      this.#steps += 1;
      if (this.#steps % 1024 === 0 && this.#options.isOver()) {
        return undefined;
      }
      const inner = this.#enter(this.#frame());
      if (inner !== undefined && this.#frames.length < MAX_DEPTH && this.#cursor.gotoFirstChild()) {
        this.#frames.push(inner);
      } else {
        this.#goOn(inner);
      }
    }
    return this.#root.children;
  }

  #frame(): Frame {
    return this.#frames[this.#frames.length - 1] as Frame;
  }

  /** To the next node that was not visited. `skipped`: a frame that was made but has no children. */
  #goOn(skipped: Frame | undefined): void {
    adoptLabel(skipped?.wrapper);
    while (this.#frames.length > 0 && !this.#cursor.gotoNextSibling()) {
      this.#cursor.gotoParent();
      adoptLabel(this.#frames.pop()?.wrapper);
    }
  }

  /** @returns how to look at the children of the current node; undefined to pass them over. */
  #enter(frame: Frame): Frame | undefined {
    const cursor = this.#cursor;
    const type = cursor.nodeTypeId;
    const rule = type === ERROR_TYPE ? "group" : this.#options.rules[type];
    if (rule === null) {
      return undefined;
    }
    if (rule === "group") {
      return { ...frame, hasBody: false, wrapper: undefined };
    }
    const range = this.#lines();
    const isLong = range.endLine > range.startLine;
    if (rule === undefined && frame.hasBody && isLong) {
      return { ...frame, hasBody: false, wrapper: undefined };
    }
    const isLarge = isLong && cursor.endIndex - cursor.startIndex > LARGE_NODE;
    return this.#record(frame, rule, range, isLong, isLarge);
  }

  #record(
    frame: Frame,
    rule: NodeRule | undefined,
    range: { startLine: number; endLine: number },
    isLong: boolean,
    isLarge: boolean,
  ): Frame | undefined {
    const node = growingNode(range.startLine, range.endLine);
    if (rule === "prefix") {
      node.isPrefix = true;
      this.#attach(frame, node);
      return undefined;
    }
    if (rule === "embedded") {
      this.#attach(frame, node);
      node.children.push(...this.#options.parseEmbedded(this.#cursor.currentNode));
      return undefined;
    }
    if (rule === "wrapper") {
      this.#attach(frame, node);
      return { ...frame, parent: node, hasBody: false, keepsPlain: isLarge, wrapper: node };
    }
    const label = typeof rule === "function" ? rule(this.#cursor.currentNode) : undefined;
    node.label = inContext(label, frame.kind);
    const isKept = node.label !== undefined || isLarge || frame.keepsPlain;
    if (isKept) {
      this.#attach(frame, node);
    }
    const kind = node.label?.kind ?? frame.kind;
    const isOpen = node.label !== undefined && OPEN_KINDS.has(node.label.kind);
    if (!isLarge && !(isOpen && isLong)) {
      return undefined;
    }
    return { parent: node, kind, hasBody: isOpen, keepsPlain: isLarge, wrapper: undefined };
  }

  #attach(frame: Frame, node: GrowingNode): void {
    frame.parent.children.push(node);
    this.#nodes += 1;
  }

  /** A node that ends in column 0 ends with the line before. */
  #lines(): { startLine: number; endLine: number } {
    const start = this.#cursor.startPosition;
    const end = this.#cursor.endPosition;
    const endLine = end.column === 0 && end.row > start.row ? end.row : end.row + 1;
    return { startLine: start.row + 1, endLine };
  }
}

function growingNode(startLine: number, endLine: number): GrowingNode {
  return { startLine, endLine, label: undefined, isPrefix: false, children: [] };
}

/** A function in a class is a method; a variable counts at the top of a file only. */
function inContext(label: OutlineLabel | undefined, kind: ChunkKind | undefined): OutlineLabel | undefined {
  if (label?.kind === "variable") {
    return kind === undefined || kind === "module" ? label : undefined;
  }
  if (label?.kind === "function" && (label.qualifier.length > 0 || (kind !== undefined && TYPE_KINDS.has(kind)))) {
    return { ...label, kind: "method" };
  }
  return label;
}

/** A wrapper around one definition becomes that definition. */
function adoptLabel(wrapper: GrowingNode | undefined): void {
  const labelled = wrapper?.children.filter(({ label }) => label !== undefined) ?? [];
  const [only] = labelled;
  if (wrapper !== undefined && only !== undefined && labelled.length === 1) {
    wrapper.label = only.label;
    wrapper.children = [...only.children];
  }
}
