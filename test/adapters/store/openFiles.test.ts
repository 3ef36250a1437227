/** Which files of an index stay open. */

import { expect, test } from "vitest";
import { collectGarbage } from "../../support/collectGarbage";
import { createDiskIndex, openStore, rowsOf } from "../../support/diskIndex";
import { openFilesIn } from "../../support/openFiles";

test.skipIf(process.platform !== "linux")("none of a full-text index that another has replaced", async () => {
  const location = await createDiskIndex();
  const store = await openStore(location);
  const neverStopped = new AbortController().signal;
  for (let round = 1; round <= 8; round += 1) {
    const words = Array.from({ length: 500 + 600 * round }, (_, n) => `w${n}`); // enough to be worth indexing
    await store.add(rowsOf(round, ...words));
    await Promise.all([store.updateSearchIndex(neverStopped), store.add(rowsOf(100 + round, "late"))]);
    expect(await store.search(["w7"], 50)).toHaveLength(round);
  }
  collectGarbage(); // and with it what closed handles remember
  await expect.poll(() => openFilesIn(`${location.indexDir}/chunks.lance`).length).toBeLessThanOrEqual(2);
});
