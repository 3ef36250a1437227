import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { ignorePattern, withPatterns } from "../../../src/extension/indexing/ignorePattern";

/** Names with everything that means something in an ignore file. */
const name = fc
  .string({ unit: fc.constantFrom(..."ab*?[]!#\\ ^-é😀'\""), minLength: 1, maxLength: 8 })
  .filter((text) => text.trim() !== "");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));

test("git takes each pattern for its own path and no other", () => {
  const folder = mkdtempSync(join(tmpdir(), "cloister-ignore-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const git = (args: string[], input = "") =>
    execFileSync("git", args, { cwd: folder, input, stdio: ["pipe", "pipe", "ignore"] });
  git(["init", "-q"]);
  const paths = [...new Set(fc.sample(path, { numRuns: 400, seed: 7 }))].sort();
  // A path below another one is ignored with it; only what stands alone says which pattern matched.
  const apart = paths.filter((one) => !paths.some((other) => one.startsWith(`${other}/`)));
  const isKept = (_: string, index: number) => index % 2 === 0;
  const excluded = apart.filter(isKept);
  writeFileSync(
    join(folder, ".gitignore"),
    withPatterns(
      "",
      excluded.map((one) => ignorePattern(one, false) ?? ""),
    ),
  );

  const ignored = git(["check-ignore", "--no-index", "-z", "--stdin"], apart.map((one) => `${one}\0`).join(""))
    .toString("utf8")
    .split("\0")
    .filter(Boolean);
  expect(ignored.sort()).toEqual(excluded);
});

test.each([
  { path: "src/gen", isFolder: true, pattern: "/src/gen/" },
  { path: "a b", isFolder: false, pattern: "/a b" },
  { path: "a ", isFolder: false, pattern: "/a\\ " },
  { path: "[id].ts", isFolder: false, pattern: "/\\[id\\].ts" },
  { path: "a\nb", isFolder: false, pattern: undefined },
])("$path is written as $pattern", ({ path, isFolder, pattern }) => {
  expect(ignorePattern(path, isFolder)).toBe(pattern);
});

test.each([
  { text: "", lines: ["/a"], result: "/a\n" },
  { text: "x", lines: ["/a"], result: "x\n/a\n" },
  { text: "x\r\n", lines: ["/a", "/b"], result: "x\r\n/a\r\n/b\r\n" },
  { text: "/a\n", lines: ["/a"], result: "/a\n" },
  { text: "/a", lines: ["/a"], result: "/a" },
  { text: "", lines: ["/a", "/a"], result: "/a\n" },
])("adds $lines to $text", ({ text, lines, result }) => {
  expect(withPatterns(text, lines)).toBe(result);
});
