/**
 * An answer's Markdown, as its checks read it: blocks of code apart, then statements, each with its code spans and the
 * prose around them.
 */

/** A sentence, or a line that is none. What stands in one statement belongs together. */
export interface Statement {
  /** With a blank for every code span. */
  readonly prose: string;
  readonly spans: readonly string[];
}

export interface AnswerText {
  readonly statements: readonly Statement[];
  /** Fenced code, by block and line. */
  readonly blocks: readonly (readonly string[])[];
}

export function readAnswer(markdown: string): AnswerText {
  const { text, blocks } = splitCodeBlocks(markdown);
  return { statements: text.split("\n").flatMap(statementsIn), blocks };
}

/** Fenced blocks become empty lines; one that is never closed reaches to the end. */
function splitCodeBlocks(markdown: string): { readonly text: string; readonly blocks: string[][] } {
  const blocks: string[][] = [];
  let fence: string | undefined;
  const kept = markdown.split("\n").map((line) => {
    const mark = /^ {0,3}(?:[-*+>] {1,3}|\d{1,3}[.)] {1,3})?\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) {
      fence = mark;
      if (mark !== undefined) {
        blocks.push([]);
      }
      return mark === undefined ? line : "";
    }
    if (mark?.startsWith(fence) && line.trim() === mark) {
      fence = undefined;
    } else {
      blocks.at(-1)?.push(line);
    }
    return "";
  });
  return { text: kept.join("\n"), blocks };
}

/** Where a sentence ends: not within `e.g. this` and not within code. */
const SENTENCE_END = /[.!?:;](?=\s+["“«(*]*\p{Lu})|[.!?](?=\s+`)/gu;

function statementsIn(line: string): Statement[] {
  const statements: { prose: string; spans: string[] }[] = [{ prose: "", spans: [] }];
  for (const part of splitInlineCode(line)) {
    const current = statements.at(-1);
    if (part.isCode) {
      current?.spans.push(part.text);
    }
    const [first = "", ...others] = part.isCode ? ["` `"] : splitSentences(part.text);
    if (current !== undefined) {
      current.prose += first;
    }
    statements.push(...others.map((prose) => ({ prose, spans: [] })));
  }
  return statements.filter(({ prose }) => prose.trim() !== "");
}

/** A quotation stays whole, whatever sentences it holds. */
function splitSentences(prose: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const { index } of prose.matchAll(SENTENCE_END)) {
    if (!isWithinQuotes(prose.slice(start, index))) {
      parts.push(prose.slice(start, index + 1));
      start = index + 1;
    }
  }
  return [...parts, prose.slice(start)];
}

const count = (text: string, sign: RegExp): number => text.match(sign)?.length ?? 0;

function isWithinQuotes(before: string): boolean {
  return (
    count(before, /"/g) % 2 === 1 ||
    count(before, /“/g) > count(before, /”/g) ||
    count(before, /«/g) > count(before, /»/g)
  );
}

interface LinePart {
  readonly isCode: boolean;
  readonly text: string;
}

function splitInlineCode(text: string): LinePart[] {
  const found: LinePart[] = [];
  const parts = text.split(/(`+)/);
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? "";
    const end = index % 2 === 1 ? closingTicks(parts, index) : -1;
    if (end === -1) {
      found.push({ isCode: false, text: index % 2 === 1 ? " " : part });
    } else {
      found.push({
        isCode: true,
        text: parts
          .slice(index + 1, end)
          .join("")
          .trim(),
      });
      index = end;
    }
  }
  return found;
}

/** A span closes at a run of as many ticks as opened it; one that is far away belongs to something else. */
function closingTicks(parts: readonly string[], opening: number): number {
  const last = Math.min(parts.length, opening + 20);
  for (let index = opening + 2; index < last; index += 2) {
    if (parts[index] === parts[opening]) {
      return index;
    }
  }
  return -1;
}
