import { expect, test } from "vitest";
import { type ChangePlan, planRefresh, planUpdate } from "../../../src/core/indexing/planChanges";
import type { FileRecord, FolderScan } from "../../../src/core/ports";
import type { SkipReason } from "../../../src/domain/skipReason";
import { memoryManifest } from "../../support/memoryIndex";

const LONG_AGO = 1_000_000.5;
const NOW = LONG_AGO + 1_000_000;

/**
 * `"a.ts 5"` is a file of 5 bytes, `"a.ts 5 @7"` one whose content is of another time, `"a.ts 5 @7^9"` one that was touched
 * later still, `"b.png (binary)"` one that was skipped.
 */
function parse(entry: string) {
  const [, path = "", size, mtime, ctime, reason] =
    /^(.+?)(?: (\d+))?(?: @([\d.]+)(?:\^([\d.]+))?)?(?: \((.+)\))?$/.exec(entry) ?? [];
  return {
    path,
    sizeBytes: Number(size ?? 0),
    mtimeMs: Number(mtime ?? LONG_AGO),
    ctimeMs: Number(ctime ?? mtime ?? LONG_AGO),
    reason: reason as SkipReason | undefined,
  };
}

function record(entry: string, indexedAt: number): FileRecord {
  const { reason, ...found } = parse(entry);
  const state = reason === undefined ? "indexed" : "skipped";
  const rest = {
    fileId: 1,
    contentHash: "",
    language: "",
    lines: 0,
    chunks: 1,
    chunksHash: "",
    definitions: "",
    indexedAt,
  };
  return { ...rest, ...found, state, reason };
}

function manifestOf(entries: readonly string[], indexedAt = NOW) {
  const manifest = memoryManifest();
  manifest.commit({ put: entries.map((entry) => record(entry, indexedAt)), remove: [] });
  return manifest;
}

function scanOf(entries: readonly string[]): FolderScan {
  const parsed = entries.map(parse);
  return {
    files: parsed.filter(({ reason }) => reason === undefined),
    skipped: parsed.flatMap(({ path, reason }) => (reason === undefined ? [] : [{ path, reason }])),
  };
}

const spell = ({ toPrepare, toSkip, toRemove }: ChangePlan) => [
  ...toPrepare.map(({ file, known }) => `${known ? "change" : "new"} ${file.path}`),
  ...toSkip.map(({ path, reason }) => `skip ${path} (${reason})`),
  ...toRemove.map(({ path }) => `remove ${path}`),
];

test.each([
  { held: [], found: ["b 1", "a 1"], plan: ["new a", "new b"], why: "all new, in order of path" },
  { held: ["a 1"], found: ["a 1"], plan: [], why: "nothing changed" },
  { held: ["a 1"], found: ["a 2"], plan: ["change a"], why: "another size" },
  { held: ["a 1"], found: ["a 1 @900000.5"], plan: ["change a"], why: "another time stamp, even an older one" },
  { held: ["a 1 @5"], found: ["a 1 @5^7"], plan: ["change a"], why: "a program set the time stamp back" },
  { held: ["a 1", "b 1"], found: ["b 1"], plan: ["remove a"], why: "gone" },
  { held: ["a 1"], found: ["b 1"], plan: ["new b", "remove a"], why: "renamed" },
  { held: ["a 1"], found: ["a (secret)"], plan: ["skip a (secret)"], why: "newly left out" },
  { held: ["a (secret)"], found: ["a (secret)"], plan: [], why: "left out as before" },
  { held: ["a (too-large)"], found: ["a (excluded)"], plan: ["skip a (excluded)"], why: "left out for another reason" },
  { held: ["a (too-large)"], found: ["a 9"], plan: ["change a"], why: "no longer left out" },
  { held: ["a 9 (binary)"], found: ["a 9"], plan: [], why: "skipped by its content, which is the same" },
  { held: ["a 9 (binary)"], found: ["a 8"], plan: ["change a"], why: "skipped by its content, which changed" },
  { held: ["a 9 (unreadable)"], found: ["a 9"], plan: ["change a"], why: "permissions may have changed" },
])("$held against $found: $plan ($why)", ({ held, found, plan }) => {
  expect(spell(planRefresh(scanOf(found), manifestOf(held)))).toEqual(plan);
});

test.each([
  { at: "5000.25", readAt: 5_001, looked: true, why: "read within the tick of its last change" },
  { at: "5000.25", readAt: 5_100, looked: false, why: "read well after" },
  { at: "5000", readAt: 6_500, looked: true, why: "a whole second may be a coarse clock" },
  { at: "5000", readAt: 7_500, looked: false, why: "read well after, by a coarse clock" },
  { at: "9000.25", readAt: 5_000, looked: true, why: "a time stamp of the future says nothing" },
  { at: "4000^5000.25", readAt: 5_001, looked: true, why: "what was unpacked just now" },
  {
    at: "4000^5000.25",
    readAt: 5_100,
    looked: false,
    why: "what was unpacked well before, with a time stamp set back",
  },
])("a file of $at read at $readAt is looked at again: $looked ($why)", ({ at, readAt, looked }) => {
  const plan = planRefresh(scanOf([`a 1 @${at}`]), manifestOf([`a 1 @${at}`], readAt));
  expect(plan.toPrepare.length > 0).toBe(looked);
});

const HELD = ["src/a 1", "src/b/c 1", "src/b/d 1", "srcs/e 1", "src-b 1"];

test.each([
  { paths: ["src/a"], found: ["src/a 2"], plan: ["change src/a"], why: "a changed file" },
  { paths: ["src/a"], found: [], plan: ["remove src/a"], why: "a deleted file" },
  { paths: ["src/b"], found: [], plan: ["remove src/b/c", "remove src/b/d"], why: "a deleted folder" },
  { paths: ["src/b"], found: ["src/b/c 1"], plan: ["remove src/b/d"], why: "a folder of which one file is left" },
  {
    paths: ["src/b"],
    found: ["src/b 1"],
    plan: ["new src/b", "remove src/b/c", "remove src/b/d"],
    why: "folder to file",
  },
  { paths: ["src/a"], found: ["src/a/x 1"], plan: ["new src/a/x", "remove src/a"], why: "file to folder" },
  { paths: ["nothing/here"], found: [], plan: [], why: "never held" },
  { paths: ["src/a", "src/a"], found: [], plan: ["remove src/a"], why: "named twice" },
  { paths: [""], found: HELD.slice(1), plan: ["remove src/a"], why: "the folder itself" },
])("update of $paths with $found: $plan ($why)", ({ paths, found, plan }) => {
  expect(spell(planUpdate(scanOf(found), paths, manifestOf(HELD)))).toEqual(plan);
});
