/**
 * Cuts lines that have no known structure: at blank lines and at shallow indentation, into parts of about equal cost.
 */

import type { LineRange } from "../../../domain/lines";
import { MAX_CHUNK_COST } from "./budget";
import type { SourceLines } from "./sourceLines";

/** A part has at least this share of the cost that parts have on average. */
const MIN_SHARE = 0.5;

const BLANK_LINE_BONUS = 1;
const SHALLOW_BONUS = 0.6;
const CLOSER_PENALTY = 1;

/** A line that only closes what was opened before. */
const CLOSER = /^\s*(?:[\])}>;,]|end\b|<\/|\*\/|fi\b|done\b|esac\b)/;

/**
 * @returns parts that partition the range, each of at most `MAX_CHUNK_COST`; a single line that costs more is a part of
 *   its own.
 */
export function packLines(source: SourceLines, { startLine, endLine }: LineRange): LineRange[] {
  const parts: LineRange[] = [];
  let start = startLine;
  while (start <= endLine) {
    const end = endOfPart(source, start, endLine);
    parts.push({ startLine: start, endLine: end });
    start = end + 1;
  }
  return parts;
}

function endOfPart(source: SourceLines, start: number, last: number): number {
  const left = source.cost(start, last);
  if (left <= MAX_CHUNK_COST) {
    return last;
  }
  const target = left / Math.ceil(left / MAX_CHUNK_COST);
  const fit = lastThatFits(source, start, last);
  const shallowest = shallowestIndentation(source, start + 1, fit + 1);
  let best = fit;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let end = fit; end >= start && source.cost(start, end) >= target * MIN_SHARE; end -= 1) {
    const score = cutScore(source, end, shallowest) - Math.abs(source.cost(start, end) - target) / target;
    if (score > bestScore) {
      best = end;
      bestScore = score;
    }
  }
  return best;
}

/** The last line that keeps the part within the budget; at least the first. */
function lastThatFits(source: SourceLines, start: number, last: number): number {
  let end = start;
  while (end < last && source.cost(start, end + 1) <= MAX_CHUNK_COST) {
    end += 1;
  }
  return end;
}

function shallowestIndentation(source: SourceLines, first: number, last: number): number {
  let shallowest = Number.POSITIVE_INFINITY;
  for (let line = first; line <= last; line += 1) {
    const indentation = source.indentation(line);
    shallowest = indentation >= 0 ? Math.min(shallowest, indentation) : shallowest;
  }
  return shallowest;
}

/** How good it is to cut after line `end`. */
function cutScore(source: SourceLines, end: number, shallowest: number): number {
  const next = end + 1;
  if (source.isBlank(next)) {
    return -BLANK_LINE_BONUS; // blank lines stay with what is before them
  }
  const isCloser = CLOSER.test(source.text({ startLine: next, endLine: next }));
  return (
    (source.isBlank(end) ? BLANK_LINE_BONUS : 0) +
    (source.indentation(next) <= shallowest ? SHALLOW_BONUS : 0) -
    (isCloser ? CLOSER_PENALTY : 0)
  );
}
