import { expect, test } from "vitest";
import { fileFilter } from "../../../../src/core/retrieval/query/fileFilter";
import { queryParts } from "../../../../src/core/retrieval/query/queryParts";
import { codeFile } from "../../../support/codeFiles";
import { recordOf } from "../../../support/memoryIndex";

const FILES = ["src/api/users.ts", "src/api/users.test.ts", "src/core/queue.py", "lib/queue.cc", "docs/guide.md"];
const RECORDS = FILES.map((path, index) => {
  const file = codeFile(path, path.includes("queue") ? "def push_back" : "def other");
  const language = { ts: "typescript", py: "python", cc: "cpp", md: "markdown" }[path.split(".").at(-1) ?? ""];
  return { ...recordOf(file, index), language: language ?? "" };
});

test.each<[query: string, paths: string[]]>([
  ["lang:typescript", ["src/api/users.ts", "src/api/users.test.ts"]],
  ["lang:ts", ["src/api/users.ts", "src/api/users.test.ts"]],
  ["lang:C++", ["lib/queue.cc"]],
  ["lang:py lang:md", ["src/core/queue.py", "docs/guide.md"]],
  ["lang:cobol", []],
  ["path:src/api", ["src/api/users.ts", "src/api/users.test.ts"]],
  ["path:SRC -path:test", ["src/api/users.ts", "src/core/queue.py"]],
  ["path:src/*.ts -path:.test.", ["src/api/users.ts"]],
  ["-lang:ts -path:docs", ["src/core/queue.py", "lib/queue.cc"]],
  ["symbol:push_back", ["src/core/queue.py", "lib/queue.cc"]],
  ["symbol:pushBack lang:py", ["src/core/queue.py"]],
  ["symbol:push", []],
])("%s lets through %j", (query, paths) => {
  const admits = fileFilter(queryParts(query).filters);
  expect(RECORDS.filter((record) => admits?.(record)).map(({ path }) => path)).toEqual(paths);
});

test("without filters there is no filter", () => {
  expect(fileFilter([])).toBeUndefined();
});
