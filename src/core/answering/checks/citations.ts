/**
 * What an answer claims to stand on, and whether it does.
 *
 * A model may cite only the numbered sources it was given. `[n]` counts if source n exists and was in the prompt. Paths
 * with their lines, quotations, and names in back-ticks must occur in what the model saw, and what is said of lines must
 * stand there; models invent files and functions with the same ease as they quote real ones. Of code blocks only lines
 * that are nearly a source's are objected to: the rest may well be a proposal.
 */

import type { CheckKind, Source } from "../../../domain/answer";
import { type AnswerText, readAnswer, type Statement } from "./answerText";
import { createEvidence, type Evidence, isTelling, namesIn, withSingleSpaces } from "./evidence";
import { type PathMention, pathsIn, pathsOfSpan, quotesIn, sourceNumbersIn } from "./mentions";

/** One thing that was looked up. */
export interface SourceCheck {
  readonly kind: CheckKind;
  /** As it stands in the answer. */
  readonly text: string;
  readonly isFound: boolean;
  /** What to look for in the index where the sources do not hold it; undefined where that would prove nothing. */
  readonly lookUp: LookUp | undefined;
}

export type LookUp =
  | { readonly names: readonly string[] }
  | { readonly path: string; readonly startLine: number | undefined; readonly endLine: number | undefined };

export interface CheckedAnswer {
  /** Numbers of the cited sources, in order of first mention. */
  readonly cited: readonly number[];
  /** Each thing once, in order of first mention within its kind. */
  readonly checks: readonly SourceCheck[];
}

const KINDS: readonly CheckKind[] = ["source-number", "path", "lines", "quote", "identifier"];

/** @param seen what else the model was told: the question, earlier turns. */
export function checkCitations(answer: string, sources: readonly Source[], seen: readonly string[]): CheckedAnswer {
  const inPrompt = sources.filter((source) => source.inPrompt);
  const text = readAnswer(answer);
  const evidence = createEvidence(inPrompt, seen);
  const known = new Set(inPrompt.map(({ n }) => n));
  const numbers = text.statements.flatMap(({ prose }) => sourceNumbersIn(prose));
  const checks = [
    ...numbers.map((number): SourceCheck => check("source-number", number.text, known.has(number.n))),
    ...text.statements.flatMap((statement) => checkStatement(statement, evidence)),
    ...checkBlocks(text, evidence),
  ];
  return {
    cited: [...new Set(numbers.map(({ n }) => n).filter((n) => known.has(n)))],
    checks: KINDS.flatMap((kind) => distinct(checks.filter((one) => one.kind === kind))),
  };
}

const check = (kind: CheckKind, text: string, isFound: boolean, lookUp?: LookUp): SourceCheck => ({
  kind,
  text,
  isFound,
  lookUp: isFound ? undefined : lookUp,
});

/** Of the same text the check that failed, if one did. */
function distinct(checks: readonly SourceCheck[]): SourceCheck[] {
  const byText = new Map<string, SourceCheck>();
  for (const one of checks) {
    byText.set(one.text, byText.get(one.text)?.isFound === false ? (byText.get(one.text) ?? one) : one);
  }
  return [...byText.values()];
}

function checkStatement(statement: Statement, evidence: Evidence): SourceCheck[] {
  const { prose, spans } = statement;
  const paths = [...pathsIn(prose), ...spans.flatMap(pathsOfSpan)];
  const code = spans.filter((span) => /\s/.test(span) || pathsOfSpan(span).length === 0);
  const isCited = sourceNumbersIn(prose).length > 0;
  return [
    ...paths.map((mention) => checkPath(mention, { prose, spans: code }, evidence)),
    ...code.map((span) => checkSpan(span, evidence)),
    ...quotesIn(prose).flatMap((quote) => checkQuote(quote, isCited, evidence)),
  ];
}

// ---------------------------------------------------------------- paths and lines

function checkPath(mention: PathMention, statement: Statement, evidence: Evidence): SourceCheck {
  const { text, path, startLine, endLine } = mention;
  const sources = evidence.sourcesOf(path);
  if (sources.length === 0) {
    return check("path", text, evidence.holdsText(path), { path, startLine, endLine });
  }
  if (startLine === undefined || endLine === undefined) {
    return check("path", text, true);
  }
  const covering = sources.filter((source) => source.startLine <= startLine && endLine <= source.endLine);
  const isCovered = covering.length > 0 && startLine <= endLine;
  return check("lines", text, isCovered && holdsWhatIsSaid(statement, { startLine, endLine }, sources, covering));
}

/** Lines by which a number may be off and still name the place: decorators and comments belong to what follows. */
const LINE_TOLERANCE = 1;

const DEFINES = /\b(?:defin\w*|declar\w*|implement\w*|se (?:define|declara|implementa))\b/i;

/**
 * What the statement names beside the lines stands in them, if it stands in the file at all.
 *
 * A name also counts where the lines lie within what it names, unless the statement says that it is defined there.
 */
function holdsWhatIsSaid(
  { prose, spans }: Statement,
  { startLine, endLine }: { readonly startLine: number; readonly endLine: number },
  sources: readonly Source[],
  covering: readonly Source[],
): boolean {
  const said = [...spans, ...quotesIn(prose)].filter((text) =>
    sources.some((source) => linesOf(source, text).length > 0),
  );
  const isThere = (text: string) =>
    sources.some((source) =>
      linesOf(source, text).some((line) => line >= startLine - LINE_TOLERANCE && line <= endLine + LINE_TOLERANCE),
    );
  const isAround = (text: string) =>
    !DEFINES.test(prose) &&
    covering.some(({ symbol, enclosing }) => namesIn(text).some((name) => name === symbol || enclosing.includes(name)));
  return said.length === 0 || said.some((text) => isThere(text) || isAround(text));
}

/** Where a name or a piece of code stands in a source, as lines of the file. */
function linesOf(source: Source, code: string): number[] {
  const lines = source.text.split("\n");
  const wanted = withSingleSpaces(code).replace(/\(.*\)$/, "");
  if (!isTelling(wanted)) {
    return [];
  }
  const isName = /^[\p{L}\p{N}_$]+$/u.test(wanted);
  return lines.flatMap((line, at) => {
    const stands = isName ? namesIn(line).includes(wanted) : withSingleSpaces(line).includes(wanted);
    return stands ? [source.startLine + at] : [];
  });
}

// ---------------------------------------------------------------- code and quotations

function checkSpan(span: string, evidence: Evidence): SourceCheck {
  const isQuotation = /\s/.test(span);
  const state = isQuotation ? evidence.quoteState(span) : "unknown";
  if (state !== "unknown") {
    return check("quote", span, state === "held");
  }
  const names = evidence.unknownNames(span);
  return check("identifier", span, names.length === 0, { names });
}

/** Fewer words in quotation marks may be a way to speak. */
const LEAST_QUOTED_WORDS = 5;

function checkQuote(quote: string, isCited: boolean, evidence: Evidence): SourceCheck[] {
  const state = evidence.quoteState(quote);
  const isClaim = isCited && quote.split(/\s+/).length >= LEAST_QUOTED_WORDS;
  return state === "unknown" && !isClaim ? [] : [check("quote", quote, state === "held")];
}

/** Lines shorter than this stand everywhere. */
const LEAST_LINE_LENGTH = 12;

/** A block most of whose lines are a source's, or nearly, is a quotation. */
function checkBlocks({ blocks }: AnswerText, evidence: Evidence): SourceCheck[] {
  return blocks.flatMap((block) => {
    const lines = block.map((line) => line.trim()).filter((line) => line.length >= LEAST_LINE_LENGTH);
    const states = lines.map((text) => ({ text, state: evidence.quoteState(text) }));
    const quoted = states.filter(({ state }) => state !== "unknown");
    return quoted.length * 2 >= lines.length
      ? quoted.map(({ text, state }) => check("quote", text, state === "held"))
      : [];
  });
}
