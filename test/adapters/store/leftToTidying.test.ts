/** How far the full-text index may lag behind the table: behind a run by more than when all is quiet. */

import { expect, test } from "vitest";
import { createDiskIndex, openStore, rowsOf, searchIndexStats } from "../../support/diskIndex";

const neverStopped = new AbortController().signal;

test("a tenth of the rows is left by runs, however many, and taken in when all is quiet", async () => {
  const location = await createDiskIndex();
  const store = await openStore(location);
  let fileId = 0;
  /** @returns rows outside of the index after a run has written so many. */
  const run = async (rows: number) => {
    fileId += 1;
    await store.add(rowsOf(fileId, ...Array.from({ length: rows }, (_, n) => `w${n}`)));
    await store.updateSearchIndex(neverStopped);
    return (await searchIndexStats(location))?.numUnindexedRows;
  };
  expect(await run(18_000), "none has an index yet").toBe(0);
  expect(await run(1_100)).toBe(1_100);
  expect(await run(700)).toBe(1_800);
  expect(await run(700), "together more than a tenth").toBe(0);
  expect(await run(2_000)).toBe(2_000);
  await store.maintain(neverStopped);
  expect((await searchIndexStats(location))?.numUnindexedRows).toBe(0);
});
