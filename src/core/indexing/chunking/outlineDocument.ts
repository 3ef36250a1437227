/**
 * The outline of a document: its headings, each with the section under it, and in each section its paragraphs.
 *
 * Markdown, reStructuredText, AsciiDoc and Org differ in what a heading looks like and in what looks like one but stands
 * in a code block; the rest is the same for all.
 */

import { findHeadings, type Heading, isMarkup, type Markup } from "./findHeadings";
import { makeLabel, makeNode, type OutlineNode } from "./outline";

export function isDocument(language: string): boolean {
  return isMarkup(language);
}

export function outlineDocument(lines: readonly string[], language: string): OutlineNode[] {
  if (!isMarkup(language)) {
    return [];
  }
  const { headings, fenced } = findHeadings(lines, language satisfies Markup);
  const preface = paragraphs(lines, 1, (headings[0]?.line ?? lines.length + 1) - 1, fenced);
  return [...preface, ...nestSections(lines, headings, fenced)];
}

interface OpenSection {
  readonly heading: Heading;
  readonly children: OutlineNode[];
}

/** Headings that come after a deeper one close it. Depth is that of the headings: six, or how many a document invents. */
function nestSections(lines: readonly string[], headings: readonly Heading[], fenced: ReadonlySet<number>) {
  const top: OutlineNode[] = [];
  const open: OpenSection[] = [];
  const closeDownTo = (level: number, endLine: number) => {
    for (let last = open.at(-1); last !== undefined && last.heading.level >= level; last = open.at(-1)) {
      open.pop();
      const siblings = open.at(-1)?.children ?? top;
      siblings.push(makeNode(last.heading.line, endLine, sectionLabel(last.heading), last.children));
    }
  };
  headings.forEach((heading, index) => {
    closeDownTo(heading.level, heading.line - 1);
    const bodyEnd = (headings[index + 1]?.line ?? lines.length + 1) - 1;
    open.push({ heading, children: paragraphs(lines, heading.bodyLine, bodyEnd, fenced) });
  });
  closeDownTo(0, lines.length);
  return top;
}

function sectionLabel({ title }: Heading) {
  return makeLabel("section", title, { isDefinition: false });
}

/** Runs of lines between blank ones; a code block is one, whatever it holds. */
function paragraphs(
  lines: readonly string[],
  startLine: number,
  endLine: number,
  fenced: ReadonlySet<number>,
): OutlineNode[] {
  const found: OutlineNode[] = [];
  let start: number | undefined;
  for (let line = startLine; line <= endLine; line += 1) {
    const isBreak = (lines[line - 1] ?? "").trim() === "" && !fenced.has(line);
    if (isBreak && start !== undefined) {
      found.push(makeNode(start, line - 1));
      start = undefined;
    } else if (!isBreak) {
      start ??= line;
    }
  }
  return start === undefined ? found : [...found, makeNode(start, endLine)];
}
