/**
 * Cuts a file along its outline into pieces that partition its lines.
 *
 * What fits the budget stays whole; what does not is divided at its children, those at theirs, and what has no children
 * by `packLines`. Small neighbours are joined again, so that a chunk is neither a lone brace nor half a file. Nothing in
 * here trusts the outline: every line between, before and behind the nodes gets a piece as well.
 */

import type { ChunkKind } from "../../../domain/chunk";
import type { LineRange } from "../../../domain/lines";
import { HARD_CHUNK_COST, JOINED_COST, MAX_CHUNK_COST, SMALL_COST, TINY_COST } from "./budget";
import { makeRoot, type OutlineLabel, type OutlineNode, type TidyNode, tidyChildren } from "./outline";
import { packLines } from "./packLines";
import type { SourceLines } from "./sourceLines";

export interface CutPiece extends LineRange {
  readonly kind: ChunkKind;
  readonly symbol: string | undefined;
  /** Outermost first. */
  readonly enclosing: readonly string[];
}

/** A piece is not named after a smaller part of it: a one-line constant among a page of imports. */
const MIN_NAMED_SHARE = 0.2;

interface Piece extends LineRange {
  /** What the piece defines; undefined for statements, imports, the rest of a long definition. */
  readonly label: OutlineLabel | undefined;
  /** What encloses the label. */
  readonly enclosing: readonly string[];
  /** What encloses most of the piece. */
  readonly around: readonly string[];
  /** What the labelled part costs: the largest one names the piece. */
  readonly labelCost: number;
  /** What all labelled parts cost. */
  readonly namedCost: number;
  /** Part of a definition that was divided: not to be mixed with what is outside of it. */
  readonly isSealed: boolean;
}

/**
 * @param plainKind the kind of a piece that defines nothing.
 * @returns pieces in order; every line is in exactly one of them.
 */
export function cutOutline(source: SourceLines, outline: readonly OutlineNode[], plainKind: ChunkKind): CutPiece[] {
  const { count } = source;
  if (count === 0) {
    return [];
  }
  return divide(source, makeRoot(count, outline), []).map((piece) => toCutPiece(source, piece, plainKind));
}

function toCutPiece(source: SourceLines, piece: Piece, plainKind: ChunkKind): CutPiece {
  const { startLine, endLine, label, enclosing, around, namedCost } = piece;
  if (label === undefined || namedCost < source.cost(startLine, endLine) * MIN_NAMED_SHARE) {
    return { startLine, endLine, kind: plainKind, symbol: undefined, enclosing: around };
  }
  return { startLine, endLine, kind: label.kind, symbol: label.name, enclosing };
}

function cut(source: SourceLines, node: TidyNode, enclosing: readonly string[]): Piece[] {
  if (source.cost(node.startLine, node.endLine) <= MAX_CHUNK_COST) {
    return [makePiece(source, node, node.label, enclosing)];
  }
  const pieces = divide(source, node, enclosing);
  return node.label === undefined ? pieces : pieces.map((piece) => ({ ...piece, isSealed: pieces.length > 1 }));
}

/** The pieces of a node that is too large for one, or of the whole file. */
function divide(source: SourceLines, node: TidyNode, enclosing: readonly string[]): Piece[] {
  const inner = node.label === undefined ? enclosing : [...enclosing, ...node.label.qualifier, node.label.name];
  const pieces: Piece[] = [];
  addGap(source, pieces, { startLine: node.startLine, endLine: node.headLine - 1 }, inner);
  let next = Math.max(node.startLine, node.headLine);
  for (const child of tidyChildren(node)) {
    addGap(source, pieces, { startLine: next, endLine: child.startLine - 1 }, inner);
    pieces.push(...cut(source, child, inner));
    next = child.endLine + 1;
  }
  addGap(source, pieces, { startLine: next, endLine: node.endLine }, inner);
  return nameHead(source, joinSmall(source, pieces), node, enclosing);
}

/** Blank lines that go with the piece before them; a file may hold a million. */
const MAX_BLANK_LINES = 10;

/** Adds the lines between two nodes. Blank ones go with the piece before them. */
function addGap(source: SourceLines, pieces: Piece[], gap: LineRange, enclosing: readonly string[]): void {
  let { startLine } = gap;
  const before = pieces.at(-1);
  const lastBlank = Math.min(gap.endLine, startLine + MAX_BLANK_LINES - 1);
  while (before !== undefined && startLine <= lastBlank && source.isBlank(startLine)) {
    startLine += 1;
  }
  if (before !== undefined && startLine > gap.startLine) {
    pieces[pieces.length - 1] = { ...before, endLine: startLine - 1 };
  }
  for (const part of packLines(source, { startLine, endLine: gap.endLine })) {
    pieces.push(makePiece(source, part, undefined, enclosing));
  }
}

/**
 * A divided definition gives its name to the piece where it begins, which comes after a long comment, unless that piece
 * has a name. A type gives it in any case: who asks for a class wants to see its head.
 */
function nameHead(source: SourceLines, pieces: Piece[], node: TidyNode, enclosing: readonly string[]): Piece[] {
  const { label, headLine } = node;
  const isType = label?.isDefinition && (label.kind === "class" || label.kind === "interface");
  const index = pieces.findIndex(({ endLine }) => endLine >= headLine);
  const head = pieces[index];
  if (label === undefined || head === undefined || (head.label !== undefined && !isType)) {
    return pieces;
  }
  return pieces.with(index, makePiece(source, head, label, enclosing));
}

function makePiece(
  source: SourceLines,
  { startLine, endLine }: LineRange,
  label: OutlineLabel | undefined,
  around: readonly string[],
): Piece {
  const labelCost = label === undefined ? 0 : source.cost(startLine, endLine);
  const enclosing = label === undefined ? around : [...around, ...label.qualifier];
  return { startLine, endLine, label, enclosing, around, labelCost, namedCost: labelCost, isSealed: false };
}

function joinSmall(source: SourceLines, pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const before = joined.at(-1);
    if (before !== undefined && belongTogether(source, before, piece)) {
      joined[joined.length - 1] = join(source, before, piece);
    } else {
      joined.push(piece);
    }
  }
  return joined;
}

function belongTogether(source: SourceLines, before: Piece, piece: Piece): boolean {
  const cost = source.cost(before.startLine, before.endLine);
  const nextCost = source.cost(piece.startLine, piece.endLine);
  if (cost <= TINY_COST || nextCost <= TINY_COST) {
    return cost + nextCost <= HARD_CHUNK_COST;
  }
  if (before.isSealed || piece.isSealed) {
    return false;
  }
  if (before.label === undefined && piece.label === undefined) {
    return cost + nextCost <= MAX_CHUNK_COST;
  }
  return Math.min(cost, nextCost) <= SMALL_COST && cost + nextCost <= JOINED_COST;
}

function join(source: SourceLines, before: Piece, piece: Piece): Piece {
  const named = piece.labelCost > before.labelCost ? piece : before;
  const isMostlyBefore = source.cost(before.startLine, before.endLine) >= source.cost(piece.startLine, piece.endLine);
  return {
    ...named,
    startLine: before.startLine,
    endLine: piece.endLine,
    around: isMostlyBefore ? before.around : piece.around,
    namedCost: before.namedCost + piece.namedCost,
    isSealed: before.isSealed || piece.isSealed,
  };
}
