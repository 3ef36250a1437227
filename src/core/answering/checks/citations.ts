/**
 * What an answer claims to stand on, and which of it does not check out.
 *
 * A model may cite only the numbered sources it was given. `[n]` counts if source n exists and was in the prompt. Paths
 * with their lines, and names in back-ticks, must occur in what the model saw; the rest is listed as unverified, since
 * models invent files and functions with the same ease as they quote real ones. Code blocks are left alone: they may
 * well be proposals.
 */

import type { Source, UnverifiedMention } from "../../../domain/answer";
import { createEvidence, type Evidence } from "./evidence";

export interface CheckedAnswer {
  /** Numbers of the cited sources, in order of first mention. */
  readonly cited: readonly number[];
  /** Each thing once, in order of first mention within its kind. */
  readonly unverified: readonly UnverifiedMention[];
}

/** @param seen what else the model was told: the question, earlier turns. */
export function checkCitations(answer: string, sources: readonly Source[], seen: readonly string[]): CheckedAnswer {
  const inPrompt = sources.filter((source) => source.inPrompt);
  const { plain, spans } = splitInlineCode(withoutCodeBlocks(answer));
  const evidence = createEvidence(inPrompt, seen);
  const numbers = sourceNumbers(plain);
  const known = new Set(inPrompt.map(({ n }) => n));
  const mentions = [
    ...numbers.filter(({ n }) => !known.has(n)).map(({ text }): UnverifiedMention => ({ kind: "source-number", text })),
    ...plainWords(plain).flatMap((word) => checkPlainWord(word, evidence)),
    ...spans.flatMap((span) => checkSpan(span, evidence)),
  ];
  return {
    cited: [...new Set(numbers.map(({ n }) => n).filter((n) => known.has(n)))],
    unverified: distinct(mentions),
  };
}

function distinct(mentions: readonly UnverifiedMention[]): UnverifiedMention[] {
  const byKey = new Map(mentions.map((mention) => [`${mention.kind} ${mention.text}`, mention]));
  return [...byKey.values()];
}

// ---------------------------------------------------------------- Markdown

/** Fenced blocks become empty lines; one that is never closed reaches to the end. */
function withoutCodeBlocks(markdown: string): string {
  let fence: string | undefined;
  const kept = markdown.split("\n").map((line) => {
    const mark = /^ {0,3}(?:[-*+>] {1,3}|\d{1,3}[.)] {1,3})?\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) {
      fence = mark;
      return mark === undefined ? line : "";
    }
    if (mark?.startsWith(fence) && line.trim() === mark) {
      fence = undefined;
    }
    return "";
  });
  return kept.join("\n");
}

/** @returns the text with a blank for every code span, and the spans. */
function splitInlineCode(text: string): { readonly plain: string; readonly spans: readonly string[] } {
  const spans: string[] = [];
  const parts = text.split(/(`+)/);
  let plain = "";
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? "";
    const end = index % 2 === 1 ? closingTicks(parts, index) : -1;
    if (end === -1) {
      plain += index % 2 === 1 ? " " : part;
    } else {
      spans.push(
        parts
          .slice(index + 1, end)
          .join("")
          .trim(),
      );
      plain += "` `";
      index = end;
    }
  }
  return { plain, spans };
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

// ---------------------------------------------------------------- numbers

/** `[1]`, `[1, 2]`, `[1-3]`, `[^1]`, `[Source 1]`, `【1】`, `【1†L3-L5】`; `[1][2]` is two. */
const NUMBERS =
  /(\w?)([[【]\^?(?:sources?\s)?\s?(\d{1,4}(?:\s?(?:,|;|&|and|-|–)\s?(?:source\s)?\d{1,4}){0,30})(?:†[^\]】\n]{0,80})?\s?[\]】])/gi;

/** A range wider than this is no list of sources. */
const MAX_RANGE = 30;

function sourceNumbers(plain: string): { readonly n: number; readonly text: string }[] {
  return [...plain.matchAll(NUMBERS)].flatMap(([, before = "", text = "", list = ""]) => {
    const isArrayIndex = before !== "" && list === "0"; // `args[0]`
    return isArrayIndex ? [] : numbersOf(list).map((n) => ({ n, text }));
  });
}

function numbersOf(list: string): number[] {
  return list.split(/,|;|&|and/i).flatMap((part) => {
    const [first = 0, last = first] = (part.match(/\d+/g) ?? []).map(Number);
    const isRange = last >= first && last - first < MAX_RANGE;
    return isRange ? Array.from({ length: last - first + 1 }, (_, index) => first + index) : [first, last];
  });
}

// ---------------------------------------------------------------- paths and names

function plainWords(plain: string): string[] {
  return (plain.match(/[^\s()[\]【】{}<>"“”«»,;|`]+/gu) ?? []).map((word) =>
    word.replace(/^[*~'‘]+|(?:[*~'’.:!?…]|'s|’s)+$/gu, ""),
  );
}

interface PathMention {
  readonly path: string;
  readonly startLine: number | undefined;
  readonly endLine: number | undefined;
}

/** Reads `path`, `path:3`, `path:3-9`, `path:3:14` (line and column) and `path#L3-L9`. */
function readPath(word: string): PathMention | undefined {
  const match = /^([^:#]+)(?::L?(\d{1,7})(?:[-–]L?(\d{1,7})|:\d+)?|#L(\d{1,7})(?:-L?(\d{1,7}))?)?$/.exec(word);
  const path = match?.[1];
  if (match === null || path === undefined || !/\.[\p{L}][\p{L}\p{N}]{0,9}$|^[A-Z]\w*file$/u.test(path)) {
    return undefined;
  }
  const startLine = match[2] ?? match[4];
  const endLine = match[3] ?? match[5] ?? startLine;
  return {
    path: path.replace(/^(\.?\/)+/, ""),
    startLine: startLine === undefined ? undefined : Number(startLine),
    endLine: endLine === undefined ? undefined : Number(endLine),
  };
}

/** Outside code spans only what can hardly be anything else: a path with a folder, or a file with lines. */
function checkPlainWord(word: string, evidence: Evidence): UnverifiedMention[] {
  const mention = word.includes("://") || word.includes("@") ? undefined : readPath(word);
  const isPath = mention !== undefined && (mention.path.includes("/") || mention.startLine !== undefined);
  return isPath ? checkPath(word, mention, evidence) : [];
}

function checkPath(text: string, mention: PathMention, evidence: Evidence): UnverifiedMention[] {
  const ranges = evidence.rangesOf(mention.path);
  if (ranges.length === 0) {
    return evidence.holdsText(mention.path) ? [] : [{ kind: "path", text }];
  }
  const { startLine, endLine } = mention;
  const isCovered =
    startLine === undefined ||
    endLine === undefined ||
    ranges.some((range) => range.startLine <= startLine && endLine <= range.endLine && startLine <= endLine);
  return isCovered ? [] : [{ kind: "lines", text }];
}

/** Endings by which a word in back-ticks is a file and not a member of something: `main.go`, but not `os.open`. */
const FILE_ENDINGS =
  /\.(c|cc|cfg|conf|cpp|cs|css|csv|go|gradle|h|hpp|html?|ini|ipynb|java|jsx?|json|kts?|lock|lua|md|mdx|mjs|cjs|php|proto|ps1|pyi?|rb|rst|rs|s?css|scala|sh|sql|svelte|swift|toml|tsx?|txt|vue|xml|ya?ml|zig)(?=$|[:#])/i;

function checkSpan(span: string, evidence: Evidence): UnverifiedMention[] {
  const mention = /\s/.test(span) || span.includes("://") ? undefined : readPath(span);
  const isPath = mention !== undefined && (FILE_ENDINGS.test(span) || mention.startLine !== undefined);
  if (isPath) {
    return checkPath(span, mention, evidence);
  }
  return evidence.holdsCode(span) ? [] : [{ kind: "identifier", text: span }];
}
