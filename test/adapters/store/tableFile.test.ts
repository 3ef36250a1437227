import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openTableFile } from "../../../src/adapters/store/tableFile";
import { temporaryFolder } from "../../support/temporaryFolder";

const TABLE = { stamp: "1 1 folder", paths: ["a.ts", "", "ñ/中.ts"], ids: Int32Array.from([1, -1, 2 ** 31 - 1]) };

test("is read as it was written, and replaced", async () => {
  const file = openTableFile(temporaryFolder());
  expect(file.read()).toBeUndefined();
  await file.write(TABLE);
  expect(file.read()).toEqual(TABLE);
  await file.write({ ...TABLE, paths: [] });
  expect(file.read()).toEqual({ ...TABLE, paths: [] });
});

test("is never read otherwise than it was written, whichever byte has changed and however many are missing", async () => {
  const folder = temporaryFolder();
  const file = openTableFile(folder);
  await file.write(TABLE);
  const path = join(folder, "files.gz");
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
      writeFileSync(path, damaged);
      expect([undefined, TABLE]).toContainEqual(file.read()); // gzip's time and system say nothing of the content
    }
    writeFileSync(path, whole.subarray(0, at));
    expect(file.read()).toBeUndefined();
  }
});

test("leaves nothing behind where it cannot be written", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "files.gz", "in the way"), { recursive: true });
  await expect(openTableFile(folder).write(TABLE)).rejects.toThrow(/EISDIR|ENOTEMPTY|EPERM|EEXIST/);
  expect(readdirSync(folder)).toEqual(["files.gz"]);
});
