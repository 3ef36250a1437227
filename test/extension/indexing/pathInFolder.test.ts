import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { absoluteInFolder, pathInFolder } from "../../../src/extension/indexing/pathInFolder";

const folder = resolve("/w/a");

test.each([
  { path: "/w/a/b/c.ts", inside: "b/c.ts" },
  { path: "/w/a", inside: "" },
  { path: "/w/a/..b", inside: "..b" },
  { path: "/w/ab/c", inside: undefined },
  { path: "/w", inside: undefined },
  { path: "/x/c", inside: undefined },
])("$path is $inside in /w/a", ({ path, inside }) => {
  expect(pathInFolder(folder, resolve(path))).toBe(inside);
});

test.each([
  { path: "b/c.ts", isInside: true },
  { path: "b/../c.ts", isInside: true },
  { path: "..c.ts", isInside: true },
  { path: "../c.ts", isInside: false },
  { path: "b/../../c.ts", isInside: false },
  { path: "/etc/passwd", isInside: false },
  { path: "", isInside: false },
])("a file named $path is inside: $isInside", ({ path, isInside }) => {
  expect(absoluteInFolder(folder, path)).toBe(isInside ? join(folder, path) : undefined);
});
