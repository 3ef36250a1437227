/**
 * Ignore files of a whole folder: every level has its own, the deeper one decides, and nothing inside an ignored directory
 * can be taken back.
 */

import { type IgnoreRules, toByteString } from "./ignoreRules";

export interface IgnoreTree {
  /** @param path relative to the folder, with `/`; not the folder itself. */
  isIgnored(path: string, isDirectory: boolean): boolean;
}

/** The rules that apply in a directory, and the length of what comes before the part of a path they are matched with. */
interface Level {
  readonly rules: IgnoreRules;
  readonly baseLength: number;
}

/**
 * @param rulesOf the rules that a directory brings with it, the most important first; asked once for each directory. The
 *   folder itself is `""`.
 */
export function createIgnoreTree(rulesOf: (directory: string) => readonly IgnoreRules[]): IgnoreTree {
  const levels = new Map<string, readonly Level[]>();
  const verdicts = new Map<string, boolean>([["", false]]);

  const levelsOf = (directory: string): readonly Level[] => {
    const known = levels.get(directory);
    if (known !== undefined) {
      return known;
    }
    const baseLength = directory === "" ? 0 : toByteString(directory).length + 1;
    const own = rulesOf(directory).map((rules) => ({ rules, baseLength }));
    const outer = directory === "" ? [] : levelsOf(parentOf(directory));
    const all = own.length === 0 ? outer : [...own, ...outer];
    levels.set(directory, all);
    return all;
  };

  const isDirectoryIgnored = (directory: string): boolean => {
    const known = verdicts.get(directory);
    if (known !== undefined) {
      return known;
    }
    const verdict = isIgnored(directory, true);
    verdicts.set(directory, verdict);
    return verdict;
  };

  const isIgnored = (path: string, isDirectory: boolean): boolean => {
    const parent = parentOf(path);
    if (isDirectoryIgnored(parent)) {
      return true;
    }
    const rules = levelsOf(parent);
    return rules.length > 0 && decide(rules, toByteString(path), isDirectory);
  };

  return { isIgnored };
}

function decide(levels: readonly Level[], path: string, isDirectory: boolean): boolean {
  for (const { rules, baseLength } of levels) {
    const verdict = rules.match(path.slice(baseLength), isDirectory);
    if (verdict !== undefined) {
      return verdict === "ignored";
    }
  }
  return false;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
