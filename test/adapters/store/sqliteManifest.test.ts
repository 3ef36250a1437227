import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSqliteManifest, openSqliteManifest } from "../../../src/adapters/store/sqliteManifest";
import { encodeDefinitions } from "../../../src/core/definitions";
import type { FileRecord, Manifest } from "../../../src/core/ports";
import { temporaryFolder } from "../../support/temporaryFolder";

function record(path: string, fileId: number, more: Partial<FileRecord> = {}): FileRecord {
  return {
    path,
    fileId,
    state: "indexed",
    reason: undefined,
    contentHash: "ab".repeat(32),
    sizeBytes: 123,
    mtimeMs: 1_700_000_000_123.25,
    ctimeMs: 1_700_000_000_124.5,
    language: "typescript",
    lines: 10,
    chunks: 2,
    chunksHash: "",
    definitions: "",
    indexedAt: 1_700_000_000_500,
    ...more,
  };
}

function newManifest(): string {
  const dir = temporaryFolder();
  createSqliteManifest(dir);
  return dir;
}

function open(dir: string, isWriter = true): Manifest {
  const manifest = openSqliteManifest(dir, isWriter);
  onTestFinished(() => manifest.close());
  return manifest;
}

const put = (manifest: Manifest, ...records: FileRecord[]) => manifest.commit({ put: records, remove: [] });
const remove = (manifest: Manifest, ...paths: string[]) => manifest.commit({ put: [], remove: paths });
const paths = (manifest: Manifest) => [...manifest.all()].map(({ path }) => path).sort();

const DEFINITIONS = [
  { name: "Server", isTopLevel: true, isType: true, chunk: 0 },
  { name: "handle", isTopLevel: false, isType: false, chunk: 1 },
  { name: 'odd "name",\n[日本]', isTopLevel: true, isType: false, chunk: 30 },
];

test("a new manifest is empty", () => {
  const manifest = open(newManifest());
  expect(paths(manifest)).toEqual([]);
  expect([manifest.size, manifest.revision]).toEqual([0, 0]);
});

test.each([
  record("src/a.ts", 1, { definitions: encodeDefinitions(DEFINITIONS) }),
  record("logo.png", 2, { state: "skipped", reason: "binary", chunks: 0, lines: 0, language: "" }),
  record("x' OR '1'='1", 3),
  record('new\nline "quoted" \u2028 😀', 4, { mtimeMs: 0.1 + 0.2, sizeBytes: 2 ** 40 }),
])("keeps every field of $path, over a restart", (kept) => {
  const dir = newManifest();
  put(open(dir), kept);
  expect(open(dir).get(kept.path)).toEqual(kept);
});

test("replaces and removes", () => {
  const dir = newManifest();
  const manifest = open(dir);
  put(manifest, record("a", 1), record("b", 2), record("c", 3));
  manifest.commit({ put: [record("a", 4)], remove: ["b", "never held"] });
  for (const seen of [manifest, open(dir)]) {
    expect(paths(seen)).toEqual(["a", "c"]);
    expect(seen.get("a")?.fileId).toBe(4);
    expect([1, 2, 3, 4].map((id) => seen.withFileId(id)?.path)).toEqual([undefined, undefined, "c", "a"]);
    expect(seen.size).toBe(2);
  }
});

test("an empty change is no commit", () => {
  const dir = newManifest();
  const manifest = open(dir);
  put(manifest, record("a", 1));
  const before = readFileSync(join(dir, "manifest.sqlite"));
  manifest.commit({ put: [], remove: [] });
  expect(manifest.revision).toBe(1);
  expect(readFileSync(join(dir, "manifest.sqlite"))).toEqual(before);
});

test("file ids are never given out twice, also when their files are gone", () => {
  const dir = newManifest();
  const manifest = open(dir);
  const first = manifest.nextFileId();
  const second = manifest.nextFileId();
  expect(second).toBeGreaterThan(first);
  put(manifest, record("a", first), record("b", second));
  remove(manifest, "a", "b");
  expect(open(dir).nextFileId()).toBeGreaterThan(second);
});

describe("a second process", () => {
  test("sees what was committed when it refreshes, and nothing new says so", () => {
    const dir = newManifest();
    const writer = open(dir);
    put(writer, record("a", 1), record("b", 2));
    const reader = open(dir, false);
    expect(reader.refresh()).toBe(false);
    writer.commit({ put: [record("c", 3), record("a", 4)], remove: ["b"] });
    expect(paths(reader)).toEqual(["a", "b"]);
    expect(reader.refresh()).toBe(true);
    expect(paths(reader)).toEqual(["a", "c"]);
    expect(reader.get("a")?.fileId).toBe(4);
    expect(reader.revision).toBe(writer.revision);
    expect(reader.refresh()).toBe(false);
  });

  test("keeps the records that did not change", () => {
    const dir = newManifest();
    const writer = open(dir);
    put(writer, record("a", 1), record("b", 2));
    const reader = open(dir, false);
    const before = reader.get("a");
    put(writer, record("b", 3));
    reader.refresh();
    expect(reader.get("a")).toBe(before);
  });

  test("sees a path that was removed and came back", () => {
    const dir = newManifest();
    const writer = open(dir);
    put(writer, record("a", 1));
    const reader = open(dir, false);
    remove(writer, "a");
    put(writer, record("a", 2));
    remove(writer, "gone");
    reader.refresh();
    expect(reader.get("a")?.fileId).toBe(2);
  });

  test("that slept while tombstones were forgotten reads everything anew", () => {
    const dir = newManifest();
    const writer = open(dir);
    const many = Array.from({ length: 20_001 }, (_, n) => record(`f${n}`, n + 1));
    put(writer, ...many, record("stays", 30_000));
    const reader = open(dir, false);
    remove(writer, ...many.map(({ path }) => path));
    open(dir); // a writer that opens forgets
    expect(reader.refresh()).toBe(true);
    expect(paths(reader)).toEqual(["stays"]);
  });

  test("that writes in its turn goes on from the other's revision", () => {
    const dir = newManifest();
    const [one, two] = [open(dir), open(dir)];
    put(one, record("a", one.nextFileId()));
    two.refresh();
    put(two, record("b", two.nextFileId()));
    expect(one.refresh()).toBe(true);
    expect(paths(one)).toEqual(["a", "b"]);
    expect(one.get("a")?.fileId).not.toBe(one.get("b")?.fileId);
  });

  test("cannot write as a reader", () => {
    const reader = open(newManifest(), false);
    expect(() => put(reader, record("a", 1))).toThrow("index-unwritable");
    expect(paths(reader)).toEqual([]);
  });
});

test("a failed commit changes nothing", () => {
  const dir = newManifest();
  const manifest = open(dir);
  put(manifest, record("a", 1));
  const bad = record("b", 2, { language: undefined as unknown as string });
  expect(() => manifest.commit({ put: [record("a", 3), bad], remove: [] })).toThrow();
  for (const seen of [manifest, open(dir)]) {
    expect(seen.get("a")?.fileId).toBe(1);
    expect(seen.size).toBe(1);
  }
  put(manifest, record("c", 4));
  expect(paths(open(dir))).toEqual(["a", "c"]);
});

test("what a killed writer left half done is undone by the next to open", () => {
  const dir = newManifest();
  put(open(dir), record("a", 1), record("b", 2));
  const path = join(dir, "manifest.sqlite");
  const whole = readFileSync(path);
  // A killed commit leaves its journal, with the pages as they were, and the file half overwritten.
  const killed = new DatabaseSync(path);
  killed.exec(
    "PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE files SET contentHash = contentHash || hex(zeroblob(9000))",
  );
  const journal = readFileSync(`${path}-journal`);
  const torn = readFileSync(path);
  killed.exec("ROLLBACK");
  killed.close();
  expect(torn.equals(whole)).toBe(false);
  writeFileSync(path, torn);
  writeFileSync(`${path}-journal`, journal);
  expect(open(dir, false).get("a")).toEqual(record("a", 1));
  expect(existsSync(`${path}-journal`)).toBe(false);
});

test.each([
  { damage: (path: string) => rmSync(path), what: "missing" },
  { damage: (path: string) => truncateSync(path, 0), what: "empty" },
  { damage: (path: string) => truncateSync(path, 5000), what: "cut off" },
  { damage: (path: string) => writeFileSync(path, "garbage ".repeat(2000)), what: "garbage" },
  { damage: (path: string) => writeFileSync(path, Buffer.alloc(readFileSync(path).length)), what: "zeroed" },
  {
    damage: (path: string) => {
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.fill(0, 4096));
    },
    what: "zeroed behind its first page",
  },
])("a database that is $what is damaged", ({ damage }) => {
  const dir = newManifest();
  const manifest = openSqliteManifest(dir, true);
  put(manifest, ...Array.from({ length: 200 }, (_, n) => record(`f${n}`, n + 1)));
  manifest.close();
  damage(join(dir, "manifest.sqlite"));
  for (const isWriter of [true, false]) {
    expect(() => open(dir, isWriter)).toThrow("index-damaged");
  }
});

test("a manifest that is deleted while it is open is damaged for who writes, and no question of permissions", () => {
  const dir = newManifest();
  const manifest = open(dir);
  rmSync(join(dir, "manifest.sqlite"));
  expect(() => put(manifest, record("a", 1))).toThrow("index-damaged");
});
