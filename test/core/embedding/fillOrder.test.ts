import { expect, test } from "vitest";
import { fillOrder } from "../../../src/core/embedding/fillOrder";
import { recordOf } from "../../support/memoryIndex";

test("open files come first, then recent ones, READMEs, code, tests", () => {
  const file = (path: string, mtimeMs: number) => ({
    ...recordOf({ path, chunks: [], definitions: [] }, 1),
    chunks: 1,
    mtimeMs,
  });
  const recent = Array.from({ length: 50 }, (_, index) => file(`recent/${index}.ts`, 1_000 - index));
  const files = [
    file("src/b.ts", 1),
    file("test/a.test.ts", 2),
    file("docs/README.md", 3),
    file("README.md", 4),
    file("src/a.ts", 5),
    ...recent,
    { ...file("empty.ts", 9_999), chunks: 0 },
  ];
  const order = fillOrder(files, ["src/b.ts", "recent/7.ts", "not/there.ts"]).map(({ path }) => path);
  expect(order.slice(0, 4)).toEqual(["src/b.ts", "recent/7.ts", "recent/0.ts", "recent/1.ts"]);
  expect(order.slice(-4)).toEqual(["README.md", "docs/README.md", "src/a.ts", "test/a.test.ts"]);
  expect(order).toHaveLength(files.length - 1);
});
