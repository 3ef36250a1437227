/** Looks for names in texts as they lie, exactly as they are spelled, until each was found once. */

import { isWholeWord } from "../ranking/nameInText";

export interface NameScan {
  /** @param counts whether this text counts; asked only of one that holds a name. */
  look(text: string, counts: (text: string) => boolean): void;
  /** True once there is nothing left to look for. */
  isDone(): boolean;
  found(): string[];
}

/** @param names that nothing is special of in a regular expression but `$`. */
export function createNameScan(names: readonly string[]): NameScan {
  const missing = new Set(names);
  let pattern = patternOf(missing);
  return {
    look: (text, counts) => {
      const held = missing.size > 0 ? namesHeld(text, pattern) : missing;
      if (held.size > 0 && counts(text)) {
        for (const name of held) {
          missing.delete(name);
        }
        pattern = patternOf(missing);
      }
    },
    isDone: () => missing.size === 0,
    found: () => names.filter((name) => !missing.has(name)),
  };
}

/** Of two names that begin alike the longer one comes first: where it stands, the other is no whole word. */
function patternOf(names: ReadonlySet<string>): RegExp {
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((name) => name.replaceAll("$", "\\$")).join("|"), "g");
}

function namesHeld(text: string, pattern: RegExp): Set<string> {
  const held = new Set<string>();
  for (const { 0: name, index } of text.matchAll(pattern)) {
    if (isWholeWord(text, index, index + name.length)) {
      held.add(name);
    }
  }
  return held;
}
