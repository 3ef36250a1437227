import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keepHistory, readHistory } from "../../../src/adapters/store/historyFile";
import { temporaryFolder } from "../../support/temporaryFolder";

const HISTORY = {
  head: "abc",
  commits: [
    { subject: "Second\u2028line \u0000", paths: ["a.ts", "b.ts"] },
    { subject: "", paths: ["b.ts"] },
  ],
};

test("is read as it was kept, and replaced", () => {
  const folder = temporaryFolder();
  expect(readHistory(folder)).toBeUndefined();
  keepHistory(folder, HISTORY);
  expect(readHistory(folder)).toEqual(HISTORY);
  keepHistory(folder, { head: "def", commits: [] });
  expect(readHistory(folder)).toEqual({ head: "def", commits: [] });
});

test("is none once any byte of it has changed, or some are missing", () => {
  const folder = temporaryFolder();
  keepHistory(folder, HISTORY);
  const file = join(folder, "history.json");
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length - 1; at += 1) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    writeFileSync(file, damaged);
    expect(readHistory(folder)).toBeUndefined();
    writeFileSync(file, whole.subarray(0, at));
    expect(readHistory(folder)).toBeUndefined();
  }
});
