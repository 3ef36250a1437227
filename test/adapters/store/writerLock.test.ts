import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { LOCK_FILE, tryAcquireWriterLock } from "../../../src/adapters/store/writerLock";
import { temporaryFolder } from "../../support/temporaryFolder";
import { type KillableChild, startTsx } from "../../support/tsxChild";

function startHolder(dir: string): KillableChild {
  const child = startTsx("holdLock", [dir]);
  onTestFinished(() => child.kill());
  return child;
}

test("has one holder within a process", () => {
  const dir = temporaryFolder();
  const lock = tryAcquireWriterLock(dir);
  expect(lock).toBeDefined();
  expect(tryAcquireWriterLock(dir)).toBeUndefined();
  expect(tryAcquireWriterLock(dir)).toBeUndefined(); // the failed attempt did not let go of it
  lock?.release();
  lock?.release();
  const next = tryAcquireWriterLock(dir);
  expect(next).toBeDefined();
  next?.release();
});

test("has one holder among processes, and is free the moment its holder is killed", async () => {
  const dir = temporaryFolder();
  for (let round = 0; round < 3; round += 1) {
    const holder = startHolder(dir);
    expect(await holder.nextLine()).toBe("held");
    expect(tryAcquireWriterLock(dir)).toBeUndefined();
    await holder.kill();
    const lock = tryAcquireWriterLock(dir);
    expect(lock).toBeDefined();
    lock?.release();
  }
});

test("of two processes that start at once one gets it", async () => {
  const dir = temporaryFolder();
  const answers = await Promise.all([startHolder(dir), startHolder(dir)].map((child) => child.nextLine()));
  expect(answers.filter((answer) => answer === "held")).toHaveLength(1);
  expect(answers.filter((answer) => answer === "busy")).toHaveLength(1);
});

test("is held in this process against another", async () => {
  const dir = temporaryFolder();
  const lock = tryAcquireWriterLock(dir);
  expect(await startHolder(dir).nextLine()).toBe("busy");
  lock?.release();
});

test("of a damaged file can be had", () => {
  const dir = temporaryFolder({ [LOCK_FILE]: "garbage ".repeat(1000) });
  const lock = tryAcquireWriterLock(dir);
  expect(lock).toBeDefined();
  expect(tryAcquireWriterLock(dir)).toBeUndefined();
  lock?.release();
});

test("fails plainly where there is no folder to put it in", () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, "file"), "");
  expect(() => tryAcquireWriterLock(join(dir, "missing"))).toThrow("index-unwritable");
  expect(() => tryAcquireWriterLock(join(dir, "file"))).toThrow("index-unwritable");
});

test("can be had where an empty folder has its name, and not where something lies in there", () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, LOCK_FILE));
  const lock = tryAcquireWriterLock(dir);
  expect(lock).toBeDefined();
  lock?.release();
  expect(() => tryAcquireWriterLock(temporaryFolder({ [`${LOCK_FILE}/file`]: "" }))).toThrow("index-unwritable");
});
