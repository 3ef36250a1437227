import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isIgnoreFile, parseIgnoreRules, toByteString } from "../../../src/core/indexing/selecting/ignoreRules";
import { createIgnoreTree } from "../../../src/core/indexing/selecting/ignoreTree";

const verdict = (rules: string, path: string, ignoreCase = false) =>
  parseIgnoreRules(rules, ignoreCase).match(toByteString(path.replace(/\/$/, "")), path.endsWith("/"));

describe("one rule", () => {
  test.each<[rules: string, path: string, expected: "ignored" | "included" | undefined]>([
    ["a.log", "a.log", "ignored"],
    ["a.log", "deep/er/a.log", "ignored"],
    ["*.log", "deep/a.log", "ignored"],
    ["/a.log", "deep/a.log", undefined],
    ["deep/a.log", "x/deep/a.log", undefined],
    ["build/", "build", undefined],
    ["build/", "build/", "ignored"],
    ["# build", "build", undefined],
    ["\\#build", "#build", "ignored"],
    ["\\!a", "!a", "ignored"],
    ["!a", "a", "included"],
    ["a\n!a", "a", "included"],
    ["!a\na", "a", "ignored"],
    ["a  ", "a", "ignored"],
    ["a\\ ", "a ", "ignored"],
    ["a\r\nb\r\n", "b", "ignored"],
    ["a/**", "a/b/c", "ignored"],
    ["a/**", "a/", undefined],
    ["**/b", "b", "ignored"],
    ["**/b", "a/c/b", "ignored"],
    ["a/**/b", "a/b", "ignored"],
    ["a/**/b", "a/x/y/b", "ignored"],
    ["a/*/b", "a/x/y/b", undefined],
    ["a**b", "axb", "ignored"],
    ["/a*", "a/b", undefined],
    ["a?c", "abc", "ignored"],
    ["[a-c]x", "bx", "ignored"],
    ["[!a-c]x", "bx", undefined],
    ["[^a-c]x", "dx", "ignored"],
    ["[]x]", "]", "ignored"],
    ["[[:digit:]]", "7", "ignored"],
    ["[[:nonsense:]]", "n", undefined],
    ["[a", "[a", undefined],
    ["a\\", "a\\", undefined],
    ["größe", "größe", "ignored"],
    ["*.größe", "a.größe", "ignored"],
    ["constructor", "__proto__", undefined],
  ])("%j on %s → %s", (rules, path, expected) => {
    expect(verdict(rules, path)).toBe(expected);
  });

  test.each<[rules: string, path: string]>([
    ["README", "readme"],
    ["*.LOG", "a.log"],
    ["/Build/", "build/"],
    ["a/[A-C]*", "A/bx"],
  ])("%j on %s, where case does not count", (rules, path) => {
    expect(verdict(rules, path, true)).toBe("ignored");
    expect(verdict(rules, path, false)).toBeUndefined();
  });
});

describe("limits", () => {
  test.each<[name: string, rules: string, notice: string]>([
    ["rules", "x\n".repeat(10_001), "too-many-rules"],
    ["length of a rule", "x".repeat(5_000), "rule-too-long"],
    ["length of a wildcard rule", `${"x".repeat(300)}*?`, "rule-too-long"],
    ["wildcards", "a*b*c*d*e*f*g*h\n".repeat(2_000), "too-many-wildcards"],
    ["length of the file", "#".repeat(2_000_001), "file-too-long"],
  ])("%s", (_name, rules, notice) => {
    expect(parseIgnoreRules(`keep\n${rules}`, false).notices).toEqual([notice]);
  });

  test("rules within the limits still hold", () => {
    const rules = parseIgnoreRules(`keep\n${"x".repeat(5_000)}\nlast`, false);
    expect(["keep", "last", "other"].map((path) => rules.match(path, false))).toEqual([
      "ignored",
      "ignored",
      undefined,
    ]);
  });

  test("patterns that hang other matchers are matched", () => {
    const deep = "a/".repeat(60);
    expect(verdict(`${"**/a/".repeat(10)}b`, `${deep}c`)).toBeUndefined();
    expect(verdict(`${"**/a/".repeat(10)}b`, `${deep}b`)).toBe("ignored");
    expect(verdict(`${"*a".repeat(60)}*b`, "a".repeat(255))).toBeUndefined();
    expect(verdict(`${"**/*a*".repeat(20)}b/x`, `${"aaaa/".repeat(100)}x`)).toBeUndefined();
    expect(verdict("[a-z]*".repeat(40), "a".repeat(255))).toBe("ignored");
  });
});

test.each([
  [".gitignore", true],
  ["a/b/.cloisterignore", true],
  ["gitignore", false],
  ["a/.gitignore/b", false],
])("isIgnoreFile(%s) is %s", (path, expected) => {
  expect(isIgnoreFile(path)).toBe(expected);
});

describe("a tree of ignore files", () => {
  const tree = (files: Record<string, string>) =>
    createIgnoreTree((directory) => {
      const text = files[directory];
      return text === undefined ? [] : [parseIgnoreRules(text, false)];
    });

  test.each<[name: string, files: Record<string, string>, path: string, expected: boolean]>([
    ["a deeper level decides", { "": "*.log", a: "!*.log" }, "a/x.log", false],
    ["and only below itself", { "": "*.log", a: "!*.log" }, "b/x.log", true],
    ["an outer level still counts", { "": "*.log", a: "*.tmp" }, "a/x.log", true],
    ["anchors are relative to their level", { a: "/x" }, "a/x", true],
    ["anchors do not reach deeper", { a: "/x" }, "a/b/x", false],
    ["nothing inside an ignored directory comes back", { "": "a/", a: "!x" }, "a/x", true],
    ["nor by a rule of the same level", { "": "a/\n!a/x" }, "a/x", true],
    ["the contents can be taken back one by one", { "": "a/*\n!a/x" }, "a/x", false],
    ["names outside ASCII", { größe: "/x" }, "größe/x", true],
  ])("%s", (_name, files, path, expected) => {
    expect(tree(files).isIgnored(path, false)).toBe(expected);
  });
});

// ---------------------------------------------------------------- the same answers as git

const NAMES = ["a", "b", "ab", "aab", "A", "a.b", "b.c", "c d", "[a]", "*", "é", "#a", "!a", "a\\b", "-", "]"];
const PARTS = [
  ...NAMES,
  "*",
  "**",
  "***",
  "?",
  "*a",
  "a*",
  "a**",
  "**b",
  "[ab]",
  "[!a]",
  "[^b]",
  "[a-c]",
  "[a",
  "[]]",
  "[]-a]",
  "[[:alpha:]]",
  "[[:x:]]",
  "[[:]",
  "[\\]]",
  "[a-]",
  "\\a",
  "\\*",
  "\\[",
  "\\",
  "é*",
  "?.?",
  "a ",
  "a\\ ",
  "[b-a]",
  "[A-Z]",
  "[^-]",
];

const ruleText = fc
  .record({
    negated: fc.boolean(),
    anchored: fc.boolean(),
    parts: fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 4 }),
    glued: fc.boolean(),
    directory: fc.boolean(),
  })
  .map(({ negated, anchored, parts, glued, directory }) =>
    [negated ? "!" : "", anchored ? "/" : "", parts.join(glued ? "" : "/"), directory ? "/" : ""].join(""),
  );
const ignoreFile = fc.array(ruleText, { maxLength: 6 }).map((rules) => rules.join("\n"));
const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));

let repository = "";
beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), "cloister-ignore-"));
  execFileSync("git", ["init", "-q", repository]);
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));

interface Case {
  readonly files: readonly string[];
  /** Text of the ignore file of each directory. */
  readonly rules: Readonly<Record<string, string>>;
}

/** Paths of which none is a folder of another, nor of an ignore file. */
function asFiles(paths: readonly string[]): string[] {
  const folders = new Set(paths.flatMap((file) => file.split("/").map((_, at, names) => names.slice(0, at).join("/"))));
  return [...new Set(paths)].filter((file) => !folders.has(file) && !["a", "ab", "ab/a"].includes(file)).sort();
}

const anyCase: fc.Arbitrary<Case> = fc
  .tuple(fc.array(path, { minLength: 10, maxLength: 40 }), ignoreFile, ignoreFile, ignoreFile)
  .map(([paths, top, a, ab]) => ({ files: asFiles(paths), rules: { "": top, a, "ab/a": ab } }));

function writeCase(folder: string, { files, rules }: Case): void {
  for (const file of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
  for (const [directory, text] of Object.entries(rules)) {
    mkdirSync(join(folder, directory), { recursive: true });
    writeFileSync(join(folder, directory, ".gitignore"), text);
  }
}

/** For each case the files that git leaves. One git for all of them, since starting it takes longest. */
function listedByGit(cases: readonly Case[], ignoreCase: boolean): string[][] {
  const batch = mkdtempSync(join(repository, "batch-"));
  cases.forEach((each, at) => {
    writeCase(join(batch, `case${at}`), each);
  });
  const listed = execFileSync(
    "git",
    ["-c", `core.ignoreCase=${ignoreCase}`, "ls-files", "-o", "--exclude-standard", "-z"],
    {
      cwd: batch,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: repository, GIT_CONFIG_NOSYSTEM: "1" },
    },
  ).split("\0");
  rmSync(batch, { recursive: true });
  return cases.map(({ files }, at) => {
    const left = new Set(listed);
    return files.filter((file) => left.has(`case${at}/${file}`));
  });
}

function listedByUs({ files, rules }: Case, ignoreCase: boolean): string[] {
  const tree = createIgnoreTree((directory) => {
    const text = rules[directory];
    return text === undefined ? [] : [parseIgnoreRules(text, ignoreCase)];
  });
  return files.filter((file) => !tree.isIgnored(file, false));
}

test("lists what git lists, for any rules", () => {
  fc.assert(
    fc.property(fc.array(anyCase, { minLength: 20, maxLength: 20 }), fc.boolean(), (cases, ignoreCase) => {
      expect(cases.map((each) => listedByUs(each, ignoreCase))).toEqual(listedByGit(cases, ignoreCase));
    }),
    { numRuns: Number(process.env["CLOISTER_FUZZ_RUNS"] ?? 4) },
  );
}, 600_000);
