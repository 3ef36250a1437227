/** Builds search results from a short notation. */

import type { SearchResult, Source } from "../../src/domain/answer";

/** @param at `path:startLine`; the text says how many lines there are. */
export function found(at: string, text: string, more: Partial<SearchResult> = {}): SearchResult {
  const [path = "", start = "1"] = at.split(":");
  const startLine = Number(start);
  return {
    folder: "/project",
    path,
    startLine,
    endLine: startLine + text.split("\n").length - 1,
    language: path.endsWith(".ts") ? "typescript" : "text",
    kind: "function",
    symbol: undefined,
    enclosing: [],
    score: 1,
    text,
    ...more,
  };
}

/** A numbered source that was in the prompt. */
export function source(n: number, at: string, text: string, more: Partial<Source> = {}): Source {
  return { ...found(at, text), n, role: "found", inPrompt: true, ...more };
}
