import { describe, expect, test } from "vitest";
import { linesLabel, sourceLabel, sourceRows } from "../../src/webview/sourceRows";
import { createTranslate } from "../../src/webview/translate";
import { result, SOURCES, source } from "./panelStates";

const t = createTranslate({}, "en");

describe("source rows", () => {
  test("a citation that moved shows its new lines, and one that changed says so", () => {
    const rows = sourceRows({
      sources: SOURCES,
      result: result({
        citations: [
          { n: 1, label: "src/core/indexing/plan.ts:52-89", state: "moved" },
          { n: 2, label: "web/refreshIndex.ts:12", state: "changed" },
        ],
      }),
    });
    expect(rows.map((row) => [linesLabel(t, row), row.state])).toEqual([
      ["52–89", "moved"],
      ["12", "changed"],
      ["1–20", undefined],
    ]);
  });

  test.each([
    { path: "plan.ts", shows: ["plan.ts", ""] },
    { path: "src/a b/plan.ts", shows: ["plan.ts", "src/a b"] },
    { path: "x\u202egnp.exe", shows: ["x\\u{202e}gnp.exe", ""] },
    { path: "a\nb.ts", shows: ["a\\u{a}b.ts", ""] },
  ])("$path", ({ path, shows }) => {
    const [row] = sourceRows({ sources: [source(1, path)], result: undefined });
    expect([row?.fileName, row?.directory]).toEqual(shows);
  });

  test("the label for people who listen names the folder where there are several", () => {
    const [row] = sourceRows({ sources: [source(1, "src/plan.ts", { folderName: "web" })], result: undefined });
    expect(row && sourceLabel(t, row)).toBe("Source 1: plan.ts lines 41 to 78, in web");
  });
});
