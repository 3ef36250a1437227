/**
 * Damage to every kind of file of an index, as a full check finds and repairs it: afterwards the index equals the
 * folder, and only files that the damage reached were indexed again.
 */

import { readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { loadLance } from "../../../src/adapters/store/lanceModule";
import { connectTo, TABLE_NAME } from "../../../src/adapters/store/lanceTable";
import { salvageManifest } from "../../../src/adapters/store/salvageManifest";
import { temporaryFolder } from "../../support/temporaryFolder";
import { type WriterIndex, writerIndex } from "../../support/writerIndex";

const GROUPS = ["a", "b", "c", "d"];
const FILES_IN_GROUP = 5;
const FILES = GROUPS.length * FILES_IN_GROUP;

const textOf = (path: string, version: number) =>
  Array.from({ length: 60 }, (_, n) => `export const alpha${n} = "${path} ${version} ${n * 7919}";`).join("\n");

/** Each group is written by a run of its own, so that it lies in a data file of its own; a part of the second twice. */
async function closedIndex() {
  const folder = temporaryFolder();
  const root = temporaryFolder();
  const index = writerIndex(folder, root);
  for (const [version, group] of [...GROUPS, "b"].entries()) {
    for (let n = version === GROUPS.length ? 2 : 0; n < FILES_IN_GROUP; n += 1) {
      writeFileSync(join(folder, `${group}${n}.ts`), `${textOf(`${group}${n}.ts`, version)}\n`);
    }
    await index.refresh();
  }
  await index.handle.close();
  const reopen = (onLog?: (line: string) => void) => writerIndex(folder, root, onLog);
  return { folder, indexDir: index.location.indexDir, reopen };
}

/** Files below a folder, oldest first. */
const filesIn = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => (statSync(a, { bigint: true }).mtimeNs < statSync(b, { bigint: true }).mtimeNs ? -1 : 1));

const zero = (path: string) => writeFileSync(path, Buffer.alloc(statSync(path).size));
const halve = (path: string) => truncateSync(path, statSync(path).size >> 1);
const flip = (path: string, at: number) => {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  writeFileSync(path, bytes);
};

async function indexedTexts(index: WriterIndex): Promise<Record<string, string>> {
  return index.handle.read(async (opened) => {
    const records = [...(opened?.manifest.all() ?? [])];
    const rows = (await opened?.store.chunksOfFiles(records.map(({ fileId }) => fileId))) ?? [];
    const byFile = Map.groupBy(rows, ({ fileId }) => fileId);
    return Object.fromEntries(
      records.map(({ path, fileId }) => [
        path,
        `${byFile
          .get(fileId)
          ?.map(({ text }) => text)
          .join("\n")}\n`,
      ]),
    );
  });
}

/** Has everything looked at, and the folder indexed. */
async function repair(index: WriterIndex) {
  index.handle.suspect();
  return index.refresh();
}

async function expectEqualToFolder(index: WriterIndex, folder: string): Promise<void> {
  const onDisk = readdirSync(folder).map((path) => [path, readFileSync(join(folder, path), "utf8")]);
  expect(await indexedTexts(index)).toEqual(Object.fromEntries(onDisk));
  expect(await index.search("alpha7")).toHaveLength(FILES);
}

const kinds = (index: WriterIndex) => index.repairs.map(({ kind }) => kind);

const data = (indexDir: string, nth: number) => filesIn(join(indexDir, "chunks.lance", "data"))[nth] ?? "";
/** Their names count down. */
const newestVersion = (indexDir: string) => filesIn(join(indexDir, "chunks.lance", "_versions")).sort()[0] ?? "";

const spoilManifest = (indexDir: string) => {
  const path = join(indexDir, "manifest.sqlite");
  const at = readFileSync(path).lastIndexOf("b3.ts");
  flip(path, at - 20);
  flip(path, at);
};

const changeRecord = (indexDir: string) => {
  const database = new DatabaseSync(join(indexDir, "manifest.sqlite"));
  database.exec("UPDATE files SET contentHash = 'f' || substr(contentHash, 2) WHERE path = 'a1.ts'");
  database.close();
};

test.each([
  { what: "a data file is gone", harm: (dir: string) => rmSync(data(dir, 2)), found: ["files-dropped"] },
  { what: "a data file is empty", harm: (dir: string) => truncateSync(data(dir, 2), 0), found: ["files-dropped"] },
  { what: "a data file is zeroed", harm: (dir: string) => zero(data(dir, 2)), found: ["files-dropped"] },
  { what: "a data file is cut off", harm: (dir: string) => halve(data(dir, 2)), found: ["files-dropped"] },
  {
    what: "the end of a data file is broken",
    harm: (dir: string) => flip(data(dir, 2), statSync(data(dir, 2)).size - 2),
    found: ["files-dropped"],
  },
  {
    what: "a byte of stored text is another",
    harm: (dir: string) => flip(data(dir, 2), readFileSync(data(dir, 2)).indexOf("export const")),
    found: ["files-dropped"],
  },
])("only its files are indexed again: $what", async ({ harm, found }) => {
  const { folder, indexDir, reopen } = await closedIndex();
  harm(indexDir);
  const index = reopen();
  const { filesIndexed } = await repair(index);
  expect(kinds(index)).toEqual(found);
  expect(filesIndexed).toBeGreaterThan(0);
  expect(filesIndexed).toBeLessThanOrEqual(FILES_IN_GROUP);
  await expectEqualToFolder(index, folder);
});

test.each([
  { what: "empty", harm: (path: string) => truncateSync(path, 0) },
  { what: "zeroed", harm: zero },
  { what: "cut off", harm: halve },
  { what: "garbage", harm: (path: string) => writeFileSync(path, "garbage") },
])("an earlier version serves where the newest is $what", async ({ harm }) => {
  const { folder, indexDir, reopen } = await closedIndex();
  harm(newestVersion(indexDir));
  const index = reopen();
  const { filesIndexed } = await repair(index);
  expect(kinds(index)[0]).toBe("rolled-back");
  expect(filesIndexed).toBeLessThanOrEqual(FILES_IN_GROUP);
  await expectEqualToFolder(index, folder);
});

test("an earlier version serves where the list of deleted rows is gone", async () => {
  const { folder, indexDir, reopen } = await closedIndex();
  rmSync(filesIn(join(indexDir, "chunks.lance", "_deletions"))[0] ?? "");
  const index = reopen();
  expect(await repair(index)).toMatchObject({ filesIndexed: 0 });
  expect(kinds(index)).toEqual(["rolled-back"]);
  await expectEqualToFolder(index, folder);
});

test.each([
  { what: "gone", harm: (path: string) => rmSync(path) },
  { what: "zeroed", harm: zero },
  { what: "flipped in one bit", harm: (path: string) => flip(path, statSync(path).size >> 1) },
])("the full-text index is built anew where a file of it is $what", async ({ harm }) => {
  const { folder, indexDir, reopen } = await closedIndex();
  harm(filesIn(join(indexDir, "chunks.lance", "_indices")).at(-1) ?? "");
  const index = reopen();
  expect(await repair(index)).toMatchObject({ filesIndexed: 0 });
  expect(kinds(index)).toEqual(["search-index-rebuilt"]);
  await expectEqualToFolder(index, folder);
});

test("a record of the manifest that was changed is dropped, its file indexed again", async () => {
  const { folder, indexDir, reopen } = await closedIndex();
  changeRecord(indexDir);
  const index = reopen();
  expect(await repair(index)).toMatchObject({ filesIndexed: 1 });
  expect(index.repairs).toEqual([{ kind: "files-dropped", paths: ["a1.ts"] }]);
  await expectEqualToFolder(index, folder);
});

test("what can be read of a broken manifest is kept", async () => {
  const { folder, indexDir, reopen } = await closedIndex();
  spoilManifest(indexDir);
  const index = reopen();
  const { filesIndexed } = await repair(index);
  expect(kinds(index)).not.toContain("rebuilt");
  expect(filesIndexed).toBeLessThan(FILES);
  await expectEqualToFolder(index, folder);
});

test("a search that meets a changed text fails, so that nothing is made of it", async () => {
  const { indexDir, reopen } = await closedIndex();
  flip(data(indexDir, 2), readFileSync(data(indexDir, 2)).indexOf("export const"));
  await expect(reopen().search("alpha7")).rejects.toThrow("index-damaged");
});

test("a row whose checksum was changed is found, and its file indexed again", async () => {
  const { folder, indexDir, reopen } = await closedIndex();
  const connection = await connectTo(await loadLance(), indexDir);
  const query = (await connection.openTable(TABLE_NAME)).query().where("path = 'c1.ts'").select(["checksum"]);
  const [row] = await query.limit(1).toArray();
  connection.close();
  const checksum = Buffer.alloc(4);
  checksum.writeInt32LE(row?.["checksum"]);
  const file = data(indexDir, 2);
  flip(file, readFileSync(file).indexOf(checksum));
  const index = reopen();
  expect(await repair(index)).toMatchObject({ filesIndexed: 1 });
  expect(kinds(index)).toEqual(["files-dropped"]);
  await expectEqualToFolder(index, folder);
});

test("a run that was cut off has the next one look at everything", async () => {
  const { folder, indexDir, reopen } = await closedIndex();
  flip(data(indexDir, 2), readFileSync(data(indexDir, 2)).indexOf("export const"));
  writeFileSync(join(indexDir, "running"), "");
  const index = reopen();
  await index.refresh();
  expect(kinds(index)).toEqual(["files-dropped"]);
  await expectEqualToFolder(index, folder);
});

test("bits flipped anywhere are found, and what is served afterwards is right", async () => {
  const { folder, indexDir, reopen } = await closedIndex();
  const files = filesIn(indexDir).filter((path) => !path.includes("writer.lock") && !path.includes("_transactions"));
  for (let n = 0; n < 24; n += 1) {
    const path = files[(n * 7) % files.length] ?? "";
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > 0) {
      flip(path, (n * 7919 + 1013) % size);
    }
    const index = reopen();
    await repair(index);
    await expectEqualToFolder(index, folder);
    await index.handle.close();
  }
}, 60_000);

// ---------------------------------------------------------------- what lacks files does not count as complete

/** The same, after a run over the whole folder. */
async function completeIndex() {
  const rig = await closedIndex();
  const index = rig.reopen();
  index.handle.markComplete();
  await index.handle.close();
  return rig;
}

test.each([
  { what: "the manifest is broken", harm: spoilManifest },
  { what: "a record of the manifest was changed", harm: changeRecord },
  { what: "a data file is gone", harm: (dir: string) => rmSync(data(dir, 2)) },
  { what: "the newest version is zeroed", harm: (dir: string) => zero(newestVersion(dir)) },
])(
  "a repair alone leaves an index that is not complete, and the next run brings the files back: $what",
  async ({ harm }) => {
    const { folder, indexDir, reopen } = await completeIndex();
    harm(indexDir);
    const repairing = reopen();
    repairing.handle.suspect();
    await repairing.handle.forWriting("keep");
    expect(repairing.handle.isComplete()).toBe(false);
    await repairing.handle.close();
    const index = reopen();
    await index.refresh();
    await expectEqualToFolder(index, folder);
  },
);

test("nothing that was repaired without a loss makes an index less complete", async () => {
  const { indexDir, reopen } = await completeIndex();
  flip(filesIn(join(indexDir, "chunks.lance", "_indices")).at(-1) ?? "", 40);
  const index = reopen();
  index.handle.suspect();
  await index.handle.forWriting("keep");
  expect(index.repairs).toEqual([{ kind: "search-index-rebuilt" }]);
  expect(index.handle.isComplete()).toBe(true);
});

test("files whose rows are gone are missed by any run, which says so", async () => {
  const { reopen } = await completeIndex();
  const first = reopen();
  const { store, manifest } = await first.handle.forWriting();
  await store.deleteFiles([manifest.get("a1.ts")?.fileId ?? 0]);
  first.handle.endRun();
  await first.handle.close();
  const index = reopen();
  await index.handle.forWriting();
  expect(index.repairs).toEqual([{ kind: "files-dropped", paths: ["a1.ts"] }]);
  expect(index.handle.isComplete()).toBe(false);
});

test("an index stops counting as complete before files are dropped", async () => {
  const { indexDir, reopen } = await completeIndex();
  changeRecord(indexDir);
  const index = reopen();
  const seen: unknown[] = [];
  index.handle.onRepair(() => {
    const database = new DatabaseSync(join(indexDir, "manifest.sqlite"));
    seen.push([index.handle.isComplete(), database.prepare("SELECT count(*) AS n FROM files").get()?.["n"]]);
    database.close();
  });
  index.handle.suspect();
  await index.handle.forWriting("keep");
  expect(seen).toEqual([[false, FILES]]);
});

// ---------------------------------------------------------------- repairs that are cut off

test("a repair that was killed when the new table was in its place is ended by the next writer", async () => {
  const { folder, indexDir, reopen } = await completeIndex();
  rmSync(data(indexDir, 2));
  const killed = reopen((line) => {
    if (line.startsWith("The index was damaged. What could not be kept")) {
      throw new Error("killed");
    }
  });
  await expect(killed.handle.forWriting("keep")).rejects.toThrow("killed");
  killed.handle.endRun(); // as after any error that is no damage
  await killed.handle.close();
  expect(readdirSync(indexDir)).toContain("running"); // so that the next one looks at everything
  const index = reopen();
  expect(index.handle.isComplete()).toBe(false);
  const { filesIndexed } = await index.refresh();
  expect(filesIndexed).toBeLessThanOrEqual(FILES_IN_GROUP);
  await expectEqualToFolder(index, folder);
});

test.each([
  { when: "before the old manifest was moved", isMoved: false },
  { when: "before the new manifest took its place", isMoved: true },
])("a repair that was killed $when is ended by the next writer", async ({ isMoved }) => {
  const { folder, indexDir, reopen } = await completeIndex();
  spoilManifest(indexDir);
  const kill = () =>
    salvageManifest(indexDir, (name) => {
      if (isMoved) {
        renameSync(join(indexDir, name), join(indexDir, "..", name));
      }
      throw new Error("killed");
    });
  expect(kill).toThrow("killed");
  const index = reopen();
  const { filesIndexed } = await repair(index);
  expect(kinds(index)).toEqual(isMoved ? [] : ["manifest-salvaged"]);
  expect(filesIndexed).toBeLessThan(FILES);
  await expectEqualToFolder(index, folder);
  expect(readdirSync(indexDir).filter((name) => name.includes("salvaged"))).toEqual([]);
});
