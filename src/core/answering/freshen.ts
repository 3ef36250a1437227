/**
 * Sources as the files are now, not as they were indexed.
 *
 * An index is a moment behind, and an editor may hold text that was never saved. The model must not be told what no
 * longer stands there: lines that moved get their new numbers, text that changed is replaced by what stands in its
 * place, and what is gone is dropped.
 */

import type { SearchResult } from "../../domain/answer";
import { locateText, normalLines } from "./locate";

/** @returns undefined if nothing of the result is left. */
export function freshen<Result extends SearchResult>(
  result: Result,
  currentText: string | undefined,
): Result | undefined {
  if (currentText === undefined) {
    return undefined;
  }
  const { state, startLine, endLine } = locateText(currentText, result);
  return state === "changed" ? inPlace(result, normalLines(currentText)) : { ...result, startLine, endLine };
}

/** Of all results what is left of each, in their order. */
export async function freshenAll<Result extends SearchResult>(
  results: readonly Result[],
  readText: (folder: string, path: string) => Promise<string | undefined>,
): Promise<Result[]> {
  const fresh = await Promise.all(
    results.map(async (result) => freshen(result, await readText(result.folder, result.path))),
  );
  return fresh.filter((result) => result !== undefined);
}

/**
 * As many lines as before, from where the first line that means anything stands now. A name that stands in the file no more
 * says nothing of them.
 */
function inPlace<Result extends SearchResult>(result: Result, lines: readonly string[]): Result | undefined {
  const before = result.text.split("\n");
  const startLine = Math.max(1, anchoredStart(result.startLine, before, lines));
  const text = lines.slice(startLine - 1, startLine - 1 + before.length);
  if (text.every((line) => line.trim() === "")) {
    return undefined;
  }
  const { symbol, enclosing } = result;
  return {
    ...result,
    startLine,
    endLine: startLine + text.length - 1,
    text: text.join("\n"),
    symbol: symbol !== undefined && hold(text, symbol) ? symbol : undefined,
    enclosing: enclosing.filter((name) => hold(lines, name)),
  };
}

const hold = (lines: readonly string[], name: string): boolean => lines.some((line) => line.includes(name));

function anchoredStart(startLine: number, before: readonly string[], lines: readonly string[]): number {
  const offset = before.findIndex((line) => /\p{L}/u.test(line));
  const anchor = before[offset];
  if (anchor === undefined) {
    return startLine;
  }
  const { state, startLine: found } = locateText(lines.join("\n"), {
    startLine: startLine + offset,
    endLine: startLine + offset,
    text: anchor,
  });
  return state === "changed" ? startLine : found - offset;
}
