import { expect, test } from "vitest";
import { MainPackage } from "../../../../src/core/retrieval/table/mainPackage";

/** Paths with their chunks of code. */
const CASES = [
  { folder: "axum", files: { "axum/src/a.rs": 7, "axum-core/src/b.rs": 3 }, beside: ["axum-core/src/b.rs"] },
  { folder: "Lazy.nvim", files: { "lua/lazy/a.lua": 7, "vim.lua": 1 }, beside: ["vim.lua"] },
  { folder: "flask", files: { "src/flask/a.py": 7, "tests/t.py": 0, "x.py": 1 }, beside: ["tests/t.py", "x.py"] },
  { folder: "cobra", files: { "command.go": 6, "cobra/main.go": 7 }, beside: [] },
  { folder: "flask", files: { "flask.py": 7, "x.py": 1 }, beside: [] },
  { folder: "", files: { "a/b.py": 7 }, beside: [] },
];

test.each(CASES)("of $files in $folder lie beside the main package: $beside", ({ folder, files, beside }) => {
  const main = new MainPackage(folder);
  for (const [path, chunks] of Object.entries(files)) {
    main.add(path, chunks);
  }
  expect(Object.keys(files).filter((path) => main.isBeside(path))).toEqual(beside);
});

test("what was removed no longer counts", () => {
  const main = new MainPackage("axum");
  main.add("axum/a.rs", 5);
  main.add("axum-core/b.rs", 5);
  expect(main.isBeside("axum-core/b.rs")).toBe(false);
  main.remove("axum-core/b.rs", 5);
  main.add("axum-core/c.rs", 1);
  expect(main.isBeside("axum-core/c.rs")).toBe(true);
});
