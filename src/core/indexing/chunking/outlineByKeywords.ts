/**
 * An outline without a parser, for languages that have no grammar here: a line that begins like a definition begins one,
 * and indentation says where it ends.
 *
 * It misses definitions in unusual layout and takes a few lines for definitions that are none. Both only move a cut.
 */

import type { ChunkKind } from "../../../domain/chunk";
import { KEYWORD_RULES, type KeywordRules } from "./keywordRules";
import { makeLabel, makeNode, type OutlineLabel, type OutlineNode } from "./outline";

/** A longer line begins no definition, and a pattern would take long over it. */
const MAX_LINE_LENGTH = 300;

/** Deeper definitions are left to their parents. */
const MAX_DEPTH = 12;

const TITLE_KINDS = new Set<ChunkKind>(["block", "section"]);
/** Kinds whose names may be qualified. */
const SCOPE_KINDS = new Set<ChunkKind>(["module", "class", "type"]);

export function hasKeywords(language: string): boolean {
  return Object.hasOwn(KEYWORD_RULES, language);
}

interface OpenDefinition {
  readonly startLine: number;
  readonly indentation: number;
  readonly label: OutlineLabel;
  readonly children: OutlineNode[];
}

/** @returns definitions; each ends before the next line that begins one and is not indented more. */
export function outlineByKeywords(lines: readonly string[], language: string): OutlineNode[] {
  const rules = KEYWORD_RULES[language];
  if (rules === undefined) {
    return [];
  }
  const quoted = rules.hasTripleQuotes ? findQuotedBlocks(lines) : new Map<number, number>();
  const top: OutlineNode[] = [];
  const open: OpenDefinition[] = [];
  let behindLast = 0;
  const close = (indentation: number, endLine: number) => {
    for (let last = open.at(-1); last !== undefined && last.indentation >= indentation; last = open.at(-1)) {
      open.pop();
      (open.at(-1)?.children ?? top).push(makeNode(last.startLine, endLine, last.label, last.children));
    }
  };
  lines.forEach((line, index) => {
    const indentation = line.search(/\S/);
    const label = indentation < 0 || quoted.has(index) ? undefined : labelOf(line.slice(indentation), rules);
    if (label === undefined || (open.length >= MAX_DEPTH && indentation > (open.at(-1)?.indentation ?? 0))) {
      return;
    }
    const prefix = firstPrefix(lines, { from: behindLast, to: index }, rules.prefix, quoted) + 1;
    behindLast = index + 1;
    close(indentation, prefix - 1);
    if (prefix <= index) {
      (open.at(-1)?.children ?? top).push({ ...makeNode(prefix, index), isPrefix: true });
    }
    open.push({ startLine: index + 1, indentation, label, children: [] });
  });
  close(0, lines.length);
  return top;
}

function labelOf(text: string, { patterns }: KeywordRules): OutlineLabel | undefined {
  if (text.length > MAX_LINE_LENGTH) {
    return undefined;
  }
  for (const [pattern, kind] of patterns) {
    const name = pattern.exec(text)?.groups?.["name"]?.replace(/["`[\]]/g, "");
    if (name !== undefined) {
      return labelFor(kind, name);
    }
  }
  return undefined;
}

/** `module Ecto.Changeset` defines `Changeset`, enclosed by `Ecto`. */
function labelFor(kind: ChunkKind, name: string): OutlineLabel | undefined {
  const qualifier = SCOPE_KINDS.has(kind) ? name.split(/\.|::/).filter(Boolean) : [name];
  return makeLabel(kind, qualifier.pop() ?? "", { qualifier, isDefinition: !TITLE_KINDS.has(kind) });
}

/** The first of the comment and attribute lines right above line `to`, none of them before line `from`; all from 0. */
function firstPrefix(
  lines: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
  prefix: RegExp,
  quoted: ReadonlyMap<number, number>,
): number {
  let first = to;
  while (first > from) {
    const above = quoted.get(first - 1) ?? first - 1;
    if (!prefix.test((lines[above] ?? "").trimStart())) {
      return first;
    }
    first = above;
  }
  return first;
}

/** Lines of texts between `"""`, with the line where the text begins; both from 0. A text on one line is none of these. */
function findQuotedBlocks(lines: readonly string[]): Map<number, number> {
  const blocks = new Map<number, number>();
  let start: number | undefined;
  lines.forEach((line, index) => {
    const isFence = line.includes('"""') && line.split('"""').length % 2 === 0;
    if (isFence && start === undefined) {
      start = index;
    }
    if (start !== undefined) {
      blocks.set(index, start);
    }
    if (isFence && start !== index) {
      start = undefined;
    }
  });
  return blocks;
}
