/** Indexes that are damaged, of another version or of another making: what the next writer does with them. */

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { INDEX_FORMAT_VERSION } from "../../../src/adapters/store/indexDirectory";
import { createLanceTable } from "../../../src/adapters/store/lanceTable";
import { createSqliteManifest } from "../../../src/adapters/store/sqliteManifest";
import { temporaryFolder } from "../../support/temporaryFolder";
import { type WriterIndex, writerIndex } from "../../support/writerIndex";

const FILES = { "a.txt": "alpha one", "b.txt": "alpha two", "c/d.txt": "alpha three" };

async function closedIndex() {
  const folder = temporaryFolder(FILES);
  const root = temporaryFolder();
  const index = writerIndex(folder, root);
  await index.refresh();
  await index.handle.close();
  return { indexDir: index.location.indexDir, reopen: () => writerIndex(folder, root) };
}

const quarantined = (index: WriterIndex) =>
  readdirSync(dirname(index.location.indexDir)).filter((name) => name.includes("-damaged-"));

const replaceByFolder = (path: string) => {
  rmSync(path);
  mkdirSync(path);
};

const eachFile = (dir: string, harm: (path: string) => void) => {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) {
      harm(join(entry.parentPath, entry.name));
    }
  }
};

test.each([
  { path: "index.json", harm: (path: string) => writeFileSync(path, "garbage"), what: "its marker is garbage" },
  { path: "index.json", harm: (path: string) => truncateSync(path, 0), what: "its marker is empty" },
  { path: "index.json", harm: replaceByFolder, what: "its marker is a folder" },
  { path: "manifest.sqlite", harm: replaceByFolder, what: "its manifest is a folder" },
  {
    path: "manifest.sqlite",
    harm: (path: string) => writeFileSync(path, Buffer.alloc(40_000)),
    what: "its manifest is zeroed",
  },
  { path: "manifest.sqlite", harm: (path: string) => truncateSync(path, 4_100), what: "its manifest is cut off" },
  { path: "manifest.sqlite", harm: (path: string) => rmSync(path), what: "its manifest is gone" },
  {
    path: "chunks.lance/data",
    harm: (path: string) => eachFile(path, (file) => rmSync(file)),
    what: "its data files are gone",
  },
  {
    path: "chunks.lance/_versions",
    harm: (path: string) => eachFile(path, (file) => writeFileSync(file, Buffer.alloc(500))),
    what: "its versions are zeroed",
  },
  { path: "chunks.lance", harm: (path: string) => rmSync(path, { recursive: true }), what: "its table is gone" },
])("moved aside and built anew: $what", async ({ path, harm }) => {
  const { indexDir, reopen } = await closedIndex();
  harm(join(indexDir, path));
  const index = reopen();
  await expect(index.search("alpha")).rejects.toThrow("index-damaged");
  expect(await index.refresh()).toMatchObject({ files: 3, filesIndexed: 3 });
  expect(await index.search("alpha")).toEqual(["a.txt", "b.txt", "c/d.txt"]);
  expect(quarantined(index)).toHaveLength(1);
  expect(index.repairs).not.toEqual([]);
  await index.handle.close();
  expect(await reopen().refresh()).toMatchObject({ chunksWritten: 0 });
});

test("mended without being built anew: the full-text index is gone", async () => {
  const { indexDir, reopen } = await closedIndex();
  rmSync(join(indexDir, "chunks.lance", "_indices"), { recursive: true });
  const index = reopen();
  expect(await index.refresh()).toMatchObject({ files: 3, filesIndexed: 0 });
  expect(await index.search("alpha")).toHaveLength(3);
  expect(quarantined(index)).toEqual([]);
});

test("mended without being built anew: rows of one file were lost", async () => {
  const { reopen } = await closedIndex();
  const first = reopen();
  const { store, manifest } = await first.handle.forWriting();
  await store.deleteFiles([manifest.get("a.txt")?.fileId ?? 0]);
  await first.handle.close();
  const index = reopen();
  expect(await index.refresh()).toMatchObject({ files: 3, filesIndexed: 1 });
  expect(await index.search("alpha")).toHaveLength(3);
});

test("a newer one is refused and left as it is, to the byte", async () => {
  const { indexDir, reopen } = await closedIndex();
  const marker = join(indexDir, "index.json");
  writeFileSync(marker, JSON.stringify({ ...JSON.parse(readFileSync(marker, "utf8")), formatVersion: 99 }));
  const fingerprint = () => {
    const hash = createHash("sha256");
    eachFile(indexDir, (path) => hash.update(path).update(readFileSync(path)));
    return hash.digest("hex");
  };
  const before = fingerprint();
  const index = reopen();
  await expect(index.refresh()).rejects.toThrow('"index-too-new"');
  await expect(index.search("alpha")).rejects.toThrow(`"found":99,"supported":${INDEX_FORMAT_VERSION}`);
  expect(fingerprint()).toBe(before);
});

test.each([
  { change: { formatVersion: 0 }, what: "an older format" },
  { change: { identity: { chunkerVersion: -1 } }, what: "another identity" },
])("one of $what is built anew, and nothing is kept of it", async ({ change }) => {
  const { indexDir, reopen } = await closedIndex();
  const marker = join(indexDir, "index.json");
  writeFileSync(marker, JSON.stringify({ ...JSON.parse(readFileSync(marker, "utf8")), ...change }));
  const index = reopen();
  expect(await index.search("alpha")).toEqual([]);
  expect(await index.refresh()).toMatchObject({ files: 3, filesIndexed: 3 });
  expect(quarantined(index)).toEqual([]);
});

test("one that was being made when its maker was killed is made anew, and nothing is kept of it", async () => {
  const index = writerIndex(temporaryFolder(FILES), temporaryFolder());
  const indexDir = index.handle.makeDirectory();
  createSqliteManifest(indexDir);
  await createLanceTable(indexDir);
  expect(await index.search("alpha")).toEqual([]);
  expect(await index.refresh()).toMatchObject({ files: 3, filesIndexed: 3 });
  expect(quarantined(index)).toEqual([]);
});

/** Names in the place where what is damaged was moved; there is one. */
function setAside(index: WriterIndex): string[] {
  const names = quarantined(index);
  expect(names).toHaveLength(1);
  return readdirSync(join(dirname(index.location.indexDir), names[0] ?? ""), { recursive: true, encoding: "utf8" });
}

test("one whose marker was deleted is moved aside and made anew", async () => {
  const { indexDir, reopen } = await closedIndex();
  rmSync(join(indexDir, "index.json"));
  const index = reopen();
  expect(await index.search("alpha")).toEqual([]);
  expect(await index.refresh()).toMatchObject({ files: 3, filesIndexed: 3 });
  expect(setAside(index)).toEqual(expect.arrayContaining(["manifest.sqlite", "chunks.lance"]));
});

test("one of another folder is not believed, but moved aside and made anew", async () => {
  const { indexDir, reopen } = await closedIndex();
  const folder = temporaryFolder({ "own.txt": "alpha" });
  const index = writerIndex(folder, dirname(indexDir));
  for (const name of ["settings.json", "paused"]) {
    writeFileSync(join(indexDir, name), "{}");
  }
  cpSync(indexDir, index.location.indexDir, { recursive: true });
  expect(index.handle.isPaused()).toBe(false);
  expect(await index.search("alpha")).toEqual([]);
  expect(await index.refresh()).toMatchObject({ files: 1, filesIndexed: 1 });
  expect(await index.search("alpha")).toEqual(["own.txt"]);
  expect(setAside(index)).toEqual(expect.arrayContaining(["index.json", "settings.json", "paused"]));
  expect(await reopen().search("alpha")).toHaveLength(3);
});

test("what one repair moves aside stays together", async () => {
  const { indexDir, reopen } = await closedIndex();
  const versions = join("chunks.lance", "_versions");
  const names = readdirSync(join(indexDir, versions)).filter((name) => name.endsWith(".manifest"));
  for (const name of names) {
    truncateSync(join(indexDir, versions, name), 0);
  }
  const index = reopen();
  index.handle.suspect();
  await index.refresh();
  const kept = setAside(index);
  expect(kept).toEqual(expect.arrayContaining(names.map((name) => join(versions, name))));
  expect(kept).toEqual(expect.arrayContaining(["manifest.sqlite", join("chunks.lance-2", "data")]));
});

test("what a repair moved aside that could not be ended outlasts the next one", async () => {
  const { indexDir, reopen } = await closedIndex();
  eachFile(join(indexDir, "chunks.lance", "_versions"), (path) => truncateSync(path, 0));
  const index = reopen();
  await expect(index.handle.forWriting("keep")).rejects.toThrow("index-damaged");
  await index.refresh();
  expect(quarantined(index)).toHaveLength(2);
});

test("what a killed writer left half written goes with the next one", async () => {
  const { indexDir, reopen } = await closedIndex();
  for (const name of ["index.json.tmp", "files.gz.tmp"]) {
    writeFileSync(join(indexDir, name), "half");
  }
  await reopen().refresh();
  expect(readdirSync(indexDir)).not.toEqual(expect.arrayContaining([expect.stringMatching(/tmp$/)]));
});
