/**
 * The language of `.gitignore`, for folders that git does not manage and for `.cloisterignore`.
 *
 * Written here because the usual libraries hang on crafted patterns, and a folder's ignore files are not to be trusted.
 * A match takes time proportional to the rules and the path. Rules beyond the limits are dropped with a notice: then a
 * file too many is indexed, which is better than none.
 */

import { isAscii } from "../../../domain/ascii";
import { compileWildcard, lowerAscii, type WildcardPattern } from "./wildcardPattern";

/** The rules of one ignore file. */
export interface IgnoreRules {
  /**
   * What the last rule that fits says.
   *
   * @param path bytes of the path relative to the folder of the ignore file (see `toByteString`).
   * @returns undefined if no rule fits.
   */
  match(path: string, isDirectory: boolean): "ignored" | "included" | undefined;
  readonly notices: readonly IgnoreNotice[];
}

/** What was dropped, in one ignore file. */
export type IgnoreNotice = "file-too-long" | "too-many-rules" | "rule-too-long" | "too-many-wildcards";

const IGNORE_FILE_NAMES = new Set([".gitignore", ".cloisterignore"]);

/** Longer files are cut here. */
const MAX_FILE_LENGTH = 2_000_000;
const MAX_RULES = 10_000;
/** The longest path a system takes; a rule that is longer can match nothing. */
const MAX_RULE_LENGTH = 4_096;
const MAX_WILDCARD_LENGTH = 256;
/** Of all wildcard rules of a file together; bounds the cost of one path to this times its length. */
const MAX_WILDCARD_SIZE = 20_000;

/** True if a change of this file may change which other files are listed, so that only a full scan will do. */
export function isIgnoreFile(path: string): boolean {
  return IGNORE_FILE_NAMES.has(path.slice(path.lastIndexOf("/") + 1));
}

/** UTF-8 with one character for each byte, the form in which rules and paths are compared. */
export function toByteString(text: string): string {
  if (isAscii(text)) {
    return text;
  }
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) {
    bytes += String.fromCharCode(byte);
  }
  return bytes;
}

interface Rule {
  /** Its place in the file; the last rule that fits decides. */
  readonly order: number;
  readonly isNegated: boolean;
  readonly needsDirectory: boolean;
}

/** A rule with wildcards. `fits` takes the path and its last name. */
interface WildcardRule extends Rule {
  fits(path: string, name: string): boolean;
}

interface RuleSet {
  /** Rules without wildcards are found and not tried: by last name where they have no slash, else by whole path. */
  readonly byName: Map<string, Rule[]>;
  readonly byPath: Map<string, Rule[]>;
  /** The last one first. */
  readonly wildcards: WildcardRule[];
}

/** @param text the ignore file. @param ignoreCase as git does where the file system does. */
export function parseIgnoreRules(text: string, ignoreCase: boolean): IgnoreRules {
  const notices = new Set<IgnoreNotice>();
  const rules: RuleSet = { byName: new Map(), byPath: new Map(), wildcards: [] };
  let budget = MAX_WILDCARD_SIZE;
  ruleLines(text, notices).forEach((line, order) => {
    const size = addRule(rules, parseRule(line, order), ignoreCase, budget);
    if (typeof size === "string") {
      notices.add(size);
    } else {
      budget -= size;
    }
  });
  rules.wildcards.reverse();
  return {
    match: (path, isDirectory) => decide(rules, ignoreCase ? lowerAscii(path) : path, isDirectory),
    notices: [...notices],
  };
}

/** The lines that hold a rule, as bytes, without comments and trailing blanks. */
function ruleLines(text: string, notices: Set<IgnoreNotice>): string[] {
  if (text.length > MAX_FILE_LENGTH) {
    notices.add("file-too-long");
  }
  const lines = text
    .slice(0, MAX_FILE_LENGTH)
    .split("\n")
    .map((line) => trimTrailingBlanks(toByteString(line.endsWith("\r") ? line.slice(0, -1) : line)))
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (lines.length > MAX_RULES) {
    notices.add("too-many-rules");
  }
  return lines.slice(0, MAX_RULES);
}

/** Blanks at the end do not count, unless one is escaped. */
function trimTrailingBlanks(line: string): string {
  let end = 0;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === "\\") {
      at += 1;
      end = Math.min(at + 1, line.length);
    } else if (line[at] !== " ") {
      end = at + 1;
    }
  }
  return line.slice(0, end);
}

interface ParsedRule extends Rule {
  /** Without `!`, and without a slash at either end. */
  readonly pattern: string;
  /** Compared with the whole path and not with its last name. */
  readonly isPath: boolean;
}

function parseRule(line: string, order: number): ParsedRule {
  const isNegated = line.startsWith("!");
  const body = isNegated ? line.slice(1) : line;
  const needsDirectory = body.endsWith("/");
  const pattern = needsDirectory ? body.slice(0, -1) : body;
  const isPath = pattern.includes("/");
  return { order, isNegated, needsDirectory, isPath, pattern: pattern.startsWith("/") ? pattern.slice(1) : pattern };
}

/** @returns what the rule takes of `budget`, or why it is dropped. */
function addRule(rules: RuleSet, rule: ParsedRule, ignoreCase: boolean, budget: number): number | IgnoreNotice {
  const wildcardAt = rule.pattern.search(/[*?[\\]/);
  if (rule.pattern.length > (wildcardAt === -1 ? MAX_RULE_LENGTH : MAX_WILDCARD_LENGTH)) {
    return "rule-too-long";
  }
  if (wildcardAt === -1) {
    addLiteralRule(rule.isPath ? rules.byPath : rules.byName, rule, ignoreCase);
    return 0;
  }
  const suffix = rule.isPath ? undefined : literalSuffix(rule.pattern);
  if (suffix !== undefined) {
    const ending = ignoreCase ? lowerAscii(suffix) : suffix;
    rules.wildcards.push({ ...rule, fits: (_path, name) => name.endsWith(ending) });
    return 1;
  }
  return addWildcardRule(rules, rule, { ignoreCase, budget, literalLength: rule.isPath ? wildcardAt : 0 });
}

function addLiteralRule(index: Map<string, Rule[]>, rule: ParsedRule, ignoreCase: boolean): void {
  const key = ignoreCase ? lowerAscii(rule.pattern) : rule.pattern;
  const same = index.get(key);
  if (same === undefined) {
    index.set(key, [rule]);
  } else {
    same.push(rule);
  }
}

/**
 * Like git, compares what stands before the first wildcard as it is, and reads `**` as if the pattern began behind it.
 */
function addWildcardRule(
  rules: RuleSet,
  rule: ParsedRule,
  { ignoreCase, budget, literalLength }: { ignoreCase: boolean; budget: number; literalLength: number },
): number | IgnoreNotice {
  const literal = rule.pattern.slice(0, literalLength);
  const wildcard = compileWildcard(rule.pattern.slice(literalLength), { isPath: rule.isPath, ignoreCase });
  if (wildcard === undefined) {
    return 0;
  }
  if (wildcard.size > budget) {
    return "too-many-wildcards";
  }
  rules.wildcards.push({ ...rule, fits: fitting(ignoreCase ? lowerAscii(literal) : literal, wildcard, rule.isPath) });
  return wildcard.size;
}

/** For `*.log`: `.log`. */
function literalSuffix(pattern: string): string | undefined {
  return pattern.startsWith("*") && !/[*?[\\]/.test(pattern.slice(1)) ? pattern.slice(1) : undefined;
}

function fitting(start: string, wildcard: WildcardPattern, isPath: boolean): WildcardRule["fits"] {
  return isPath
    ? (path) => path.startsWith(start) && wildcard.matches(path.slice(start.length))
    : (_path, name) => wildcard.matches(name);
}

function decide(rules: RuleSet, path: string, isDirectory: boolean): "ignored" | "included" | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const found = later(lastUsable(rules.byName.get(name), isDirectory), lastUsable(rules.byPath.get(path), isDirectory));
  const wildcard = rules.wildcards.find(
    (rule) => rule.order <= (found?.order ?? -1) || ((isDirectory || !rule.needsDirectory) && rule.fits(path, name)),
  );
  const last = later(found, wildcard);
  return last === undefined ? undefined : last.isNegated ? "included" : "ignored";
}

function lastUsable(rules: readonly Rule[] | undefined, isDirectory: boolean): Rule | undefined {
  return rules?.findLast((rule) => isDirectory || !rule.needsDirectory);
}

function later(a: Rule | undefined, b: Rule | undefined): Rule | undefined {
  return a !== undefined && (b === undefined || a.order > b.order) ? a : b;
}
