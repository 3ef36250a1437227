/**
 * What a node of a syntax tree means for the outline. Grammars name their nodes each in their own way; the tables in
 * `treeSitterLanguages.ts` translate, with the words of this file.
 */

import type { Node } from "web-tree-sitter";
import { makeLabel, type OutlineLabel } from "../../core/indexing/chunking/outline";
import type { ChunkKind } from "../../domain/chunk";

/**
 * - `group`: only holds other nodes (a body, an `#ifdef`); they count as its parent's.
 * - `wrapper`: belongs to the one definition in it (`export`, a template's head, `const` before a name).
 * - `prefix`: belongs to what follows (a comment, an attribute).
 * - `embedded`: holds text in another language.
 * - a function: reads what the node defines; undefined if it is not a definition after all.
 */
export type NodeRule = "group" | "wrapper" | "prefix" | "embedded" | LabelReader;

export type LabelReader = (node: Node) => OutlineLabel | undefined;

export type NodeRules = Readonly<Record<string, NodeRule>>;

export type NameReader = (node: Node) => string | undefined;

/** The text of a field, `name` in most grammars. */
export const field =
  (name: string): NameReader =>
  (node) =>
    node.childForFieldName(name)?.text;

/** The text of the first child of one of these types. */
export const childOfType =
  (...types: readonly string[]): NameReader =>
  (node) =>
    node.namedChildren.find((child) => types.includes(child.type))?.text;

const byName = field("name");

/** A definition of the given kind. `function` becomes `method` inside of a class: see `treeSitterParser.ts`. */
export const defines =
  (kind: ChunkKind, readName: NameReader = byName): LabelReader =>
  (node) => {
    const name = readName(node);
    return name === undefined ? undefined : makeLabel(kind, name);
  };

/** A name that encloses others and is no definition: an `impl`, a test's title, a key, a selector. */
export const titles =
  (kind: ChunkKind, readName: NameReader): LabelReader =>
  (node) => {
    const name = readName(node);
    return name === undefined ? undefined : makeLabel(kind, name, { isDefinition: false });
  };

/** The same for a node of several lines only, where short ones are many and say nothing. */
export const longOnes =
  (readLabel: LabelReader): LabelReader =>
  (node) =>
    node.endPosition.row > node.startPosition.row ? readLabel(node) : undefined;

/** A definition only if it has a body: `struct foo { … }`, but not `struct foo *x`. */
export const withBody =
  (readLabel: LabelReader): LabelReader =>
  (node) =>
    node.childForFieldName("body") === null ? undefined : readLabel(node);

/** `Foo::bar` defines `bar`, enclosed by `Foo`. */
export const qualified =
  (kind: ChunkKind, separator: RegExp, readName: NameReader = byName): LabelReader =>
  (node) =>
    qualifiedLabel(kind, separator, readName(node));

export function qualifiedLabel(kind: ChunkKind, separator: RegExp, name: string | undefined): OutlineLabel | undefined {
  const parts = (name ?? "").replace(/\s+/g, "").split(separator).filter(Boolean);
  const last = parts.pop();
  return last === undefined ? undefined : makeLabel(kind, last, { qualifier: parts.map((part) => part.slice(0, 120)) });
}

/** A type's own name: `Foo` of `&mut Foo<T>` and of `*Foo[T]`. */
export function bareTypeName(text: string | undefined): string | undefined {
  return /[\p{L}_][\p{L}\p{N}_:.]*/u.exec(text?.replace(/^(?:[&*\s]|mut\b|dyn\b|const\b)+/, "") ?? "")?.[0];
}

/** `"a title"` without its quotes. */
export function unquoted(text: string | undefined): string | undefined {
  return text?.replace(/^[\w@$]*(["'`]+)([\s\S]*)\1$/, "$2");
}

/** The text of a node up to a character, for heads such as `@media (min-width: 3px) {`. */
export const textUpTo =
  (end: string): NameReader =>
  (node) => {
    const { text } = node;
    const at = text.indexOf(end);
    return at < 0 ? text : text.slice(0, at);
  };
