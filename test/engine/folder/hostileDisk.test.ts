/** An index on disks that are full, read-only or taken away. */

import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { smallDisk } from "../../support/smallDisk";
import { temporaryFolder } from "../../support/temporaryFolder";
import { writerIndex } from "../../support/writerIndex";

/** Text that cannot be compressed to nothing. */
const noise = (bytes: number) =>
  randomBytes(bytes / 2)
    .toString("hex")
    .replace(/.{60}/g, "$&\n");

test("a full disk: what was written stays and is found; with room again, the next run goes on", async (context) => {
  const disk = smallDisk(context, "2m");
  const folder = temporaryFolder({ "a-first.txt": "alpha first\n" });
  const index = writerIndex(folder, disk.path);
  await index.refresh();
  for (let n = 0; n < 6; n += 1) {
    writeFileSync(join(folder, `b${n}.txt`), `alpha number${n}\n${noise(400_000)}`);
  }
  await expect(index.refresh()).rejects.toThrow("disk-full");
  expect(await index.search("first")).toEqual(["a-first.txt"]);
  await expect(index.refresh()).rejects.toThrow("disk-full");
  expect(await index.search("first")).toEqual(["a-first.txt"]);

  disk.remount("size=300m");
  const summary = await index.refresh();
  expect(summary).toMatchObject({ files: 7 });
  expect(await index.search("alpha")).toHaveLength(7);
  expect(await index.refresh()).toMatchObject({ chunksWritten: 0, filesRemoved: 0 });
});

test("a disk that is full from the start says so", async (context) => {
  const disk = smallDisk(context, "64k");
  writeFileSync(join(disk.path, "ballast"), Buffer.alloc(60_000));
  const index = writerIndex(temporaryFolder({ "a.txt": "alpha" }), disk.path);
  await expect(index.refresh()).rejects.toThrow("disk-full");
  rmSync(join(disk.path, "ballast"));
  disk.remount("size=50m");
  expect(await index.refresh()).toMatchObject({ files: 1 });
});

test("a read-only disk is searched as it is, and writing says why it cannot", async (context) => {
  const disk = smallDisk(context, "50m");
  const folder = temporaryFolder({ "a.txt": "alpha" });
  const before = writerIndex(folder, disk.path);
  await before.refresh();
  await before.handle.close();
  disk.remount("ro");
  const index = writerIndex(folder, disk.path);
  expect(await index.search("alpha")).toEqual(["a.txt"]);
  await expect(index.refresh()).rejects.toThrow("index-unwritable");
  expect(await index.search("alpha")).toEqual(["a.txt"]);
  await index.handle.close();
  disk.remount("rw");
});

test("an index that is deleted while it is open is not written to, and made anew by the next run", async () => {
  const folder = temporaryFolder({ "a.txt": "alpha" });
  const index = writerIndex(folder, temporaryFolder());
  await index.refresh();
  rmSync(index.location.indexDir, { recursive: true });
  expect(await index.search("alpha")).toEqual([]);
  writeFileSync(join(folder, "b.txt"), "alpha too");
  expect(await index.refresh()).toMatchObject({ files: 2 });
  expect(await index.search("alpha")).toEqual(["a.txt", "b.txt"]);
});

test.each(["manifest.sqlite", "chunks.lance"])("a deleted %s is noticed while the index is open", async (name) => {
  const folder = temporaryFolder({ "a.txt": "alpha" });
  const index = writerIndex(folder, temporaryFolder());
  await index.refresh();
  rmSync(join(index.location.indexDir, name), { recursive: true });
  await expect(index.search("alpha")).rejects.toThrow("index-damaged");
  writeFileSync(join(folder, "b.txt"), "alpha too");
  expect(await index.refresh()).toMatchObject({ files: 2 });
  expect(await index.search("alpha")).toEqual(["a.txt", "b.txt"]);
});
