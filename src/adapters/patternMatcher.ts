/**
 * Regular expressions that a person typed, run with a limit of time.
 *
 * An expression can take time without end on a text that is made for it, or by mistake, and nothing in JavaScript stops
 * it; `node:vm` does, since it ends the whole script. The expression sees strings alone.
 */

import { createContext, Script } from "node:vm";
import type { PatternMatcher, PatternRun } from "../core/ports";

/** Milliseconds from the start of a run: reading the texts counts, since somebody waits for the results. */
const BUDGET_MS = 700;

const SCRIPT = new Script("texts.map((text) => text.search(pattern))");

export function createPatternMatcher(budgetMs = BUDGET_MS): PatternMatcher {
  return {
    start: (source, flags) => {
      const pattern = compile(source, flags);
      return pattern === undefined ? undefined : createRun(pattern, budgetMs);
    },
  };
}

function compile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined; // what the person typed is no regular expression
  }
}

function createRun(pattern: RegExp, budgetMs: number): PatternRun {
  const endsAt = performance.now() + budgetMs;
  return {
    offsets: (texts) => {
      const leftMs = endsAt - performance.now();
      if (leftMs < 1) {
        return undefined;
      }
      try {
        return SCRIPT.runInContext(createContext({ pattern, texts: [...texts] }), { timeout: Math.ceil(leftMs) });
      } catch (error) {
        if (isTimeout(error)) {
          return undefined;
        }
        throw error;
      }
    },
  };
}

/** By its code: an error of `node:vm` may be of another realm, where `instanceof` does not know it. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}
