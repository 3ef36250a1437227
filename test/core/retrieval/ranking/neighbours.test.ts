import { expect, test } from "vitest";
import { neighboursOf } from "../../../../src/core/retrieval/ranking/neighbours";

const FILES = { "src/pool.ts": 9, "src/socket.ts": 4, "src/http/pool.d.ts": 2, "readme.md": 3, ".pool.ts": 1 };

test.each([
  { path: "src/pool.ts", sameDirectory: 4, sameName: 2, why: "the best of the others, and not itself" },
  { path: "src/socket.ts", sameDirectory: 9, sameName: 0, why: "no other of that name" },
  { path: "src/http/pool.d.ts", sameDirectory: 0, sameName: 9, why: "a directory within is another one" },
  { path: "readme.md", sameDirectory: 1, sameName: 0, why: "the top is a directory too" },
  { path: ".pool.ts", sameDirectory: 3, sameName: 0, why: "a dot at the front belongs to the name" },
])("$path gains $sameDirectory and $sameName: $why", ({ path, sameDirectory, sameName }) => {
  const paths = Object.keys(FILES);
  const neighbours = neighboursOf(paths, Object.values(FILES));
  expect(neighbours[paths.indexOf(path)]).toEqual({ sameDirectory, sameName });
});

test("of two equally good files each gains by the other", () => {
  expect(neighboursOf(["a/x", "a/y"], [5, 5])).toEqual([
    { sameDirectory: 5, sameName: 0 },
    { sameDirectory: 5, sameName: 0 },
  ]);
});
