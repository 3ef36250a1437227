/** While the full-text index is built, the table is written to. */

import { existsSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import type { IndexLocation } from "../../../src/adapters/store/indexDirectory";
import { createDiskIndex, openStore, rowsOf, searchIndexStats } from "../../support/diskIndex";

const neverStopped = new AbortController().signal;
const ids = (rows: readonly { readonly fileId: number; readonly ordinal: number }[]) =>
  rows.map(({ fileId, ordinal }) => `${fileId}.${ordinal}`);

const FILES = 70;
const ROWS = 1_000;
const words = (row: number) => Array.from({ length: 40 }, (_, n) => `w${(row * 7_919 + n * 104_729) % 200_003}`);
const bulk = (fileId: number) =>
  rowsOf(fileId, ...Array.from({ length: ROWS }, (_, n) => `all f${fileId} ${words(fileId * ROWS + n).join(" ")}`));

/** Files 1 to 70, two of them in a fragment: enough fragments to be merged. */
async function bigStore(location: IndexLocation) {
  const store = await openStore(location);
  for (let fileId = 1; fileId <= FILES; fileId += 2) {
    await store.add([...bulk(fileId), ...bulk(fileId + 1)]);
  }
  return store;
}

test("while the full-text index is built, rows are written and deleted, and all that are left are found once", {
  timeout: 60_000,
}, async () => {
  const location = await createDiskIndex();
  const store = await bigStore(location);
  let isBuilt = false;
  const building = store.updateSearchIndex(neverStopped).finally(() => {
    isBuilt = true;
  });
  const written: number[] = [];
  const deleted: number[] = [];
  for (let fileId = 1; !isBuilt && fileId <= FILES / 2; fileId += 1) {
    await store.add(rowsOf(100 + fileId, `late f${100 + fileId}`, "late all"));
    written.push(100 + fileId);
    if (fileId % 3 !== 0) {
      await store.deleteFiles([fileId]); // of some fragments half, and some whole
      deleted.push(fileId);
    }
  }
  const duringBuild = written.length;
  await building;
  expect(duringBuild).toBeGreaterThan(3);
  const kept = Array.from({ length: FILES }, (_, n) => n + 1).filter((fileId) => !deleted.includes(fileId));
  const counts = [...kept.map((fileId) => [fileId, ROWS]), ...written.map((fileId) => [fileId, 2])];
  expect([...(await store.countByFile())].sort(([a], [b]) => a - b)).toEqual(counts);
  const all = ids(await store.search(["all"], 100_000));
  expect(new Set(all).size).toBe(all.length);
  expect(all).toHaveLength(kept.length * ROWS + written.length);
  for (const fileId of [...kept, ...deleted, ...written]) {
    expect(await store.search([`f${fileId}`], 2_000)).toHaveLength(
      deleted.includes(fileId) ? 0 : fileId > 100 ? 1 : ROWS,
    );
  }
  const { numIndexedRows = 0, numUnindexedRows = 0 } = (await searchIndexStats(location)) ?? {};
  expect(numIndexedRows).toBeGreaterThanOrEqual(kept.length * ROWS);
  expect(numUnindexedRows).toBeGreaterThan(written.length); // most of the two rows of each
  expect(numIndexedRows + numUnindexedRows).toBe(kept.length * ROWS + 2 * written.length);
  expect(await store.isSearchIndexIntact()).toBe(true);
});

test("another build, a compaction and closing wait for a build", { timeout: 60_000 }, async () => {
  const location = await createDiskIndex();
  const store = await bigStore(location);
  const ended: string[] = [];
  const note = (what: string) => () => void ended.push(what);
  await Promise.all([
    store.updateSearchIndex(neverStopped).then(note("update")),
    store.rebuildSearchIndex().then(note("rebuild")),
    store.maintain(neverStopped).then(note("maintain")),
    store.add(rowsOf(200, "late")).then(note("add")),
    store.close().then(note("close")),
  ]);
  expect(ended).toEqual(["add", "update", "rebuild", "maintain", "close"]);
  const again = await openStore(location);
  expect(ids(await again.search(["late"], 3))).toEqual(["200.0"]);
  expect(await again.search(["f7"], 2_000)).toHaveLength(ROWS);
  expect(await again.isSearchIndexIntact()).toBe(true);
});

test("in a folder that is gone nothing is built", async () => {
  const location = await createDiskIndex();
  const store = await openStore(location);
  await store.add(bulk(1));
  rmSync(location.indexDir, { recursive: true });
  await expect(store.rebuildSearchIndex()).rejects.toThrow("deleted or replaced");
  expect(existsSync(location.indexDir)).toBe(false);
});
