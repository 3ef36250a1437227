/** What a session does besides its runs: what it leaves for later, and what it has ready before it is needed. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { IndexHandle } from "../../src/engine/indexHandle";
import { openFolderSession } from "../support/folderSession";
import { createInProcessPreparer } from "../support/inProcessPreparer";
import { temporaryFolder } from "../support/temporaryFolder";

const neverStopped = new AbortController().signal;

/** How often runs from now on bring the full-text index up to date. */
function countBuilds(handle: IndexHandle): () => number {
  let builds = 0;
  const forWriting = handle.forWriting.bind(handle);
  vi.spyOn(handle, "forWriting").mockImplementation(async (beyondRepair) => {
    const index = await forWriting(beyondRepair);
    const update = index.store.updateSearchIndex.bind(index.store);
    vi.spyOn(index.store, "updateSearchIndex").mockImplementation((signal) => {
      builds += 1;
      return update(signal);
    });
    return index;
  });
  return () => builds;
}

test.each([
  { changed: 3, builds: 0 },
  { changed: 10, builds: 1 },
])(
  "a run that writes $changed of 40 chunks brings the full-text index up to date $builds times",
  async ({ changed, builds }) => {
    const path = (n: number) => `f${n}.txt`;
    const folder = temporaryFolder(Object.fromEntries(Array.from({ length: 40 }, (_, n) => [path(n), "alpha"])));
    const { session, handle } = openFolderSession(folder);
    await session.index(false, neverStopped);
    const builtNow = countBuilds(handle);
    for (let n = 0; n < changed; n += 1) {
      writeFileSync(join(folder, path(n)), "beta beta");
    }
    expect(await session.index(false, neverStopped)).toMatchObject({ chunksWritten: changed });
    expect(builtNow()).toBe(builds);
  },
);

test("a first run brings the full-text index up to date, however little it writes", async () => {
  const { session, handle } = openFolderSession(temporaryFolder({ "a.txt": "alpha" }));
  const builds = countBuilds(handle);
  await session.index(false, neverStopped);
  expect(builds()).toBe(1);
});

test("the first question finds the table that ranks files built", async () => {
  const { session, handle } = openFolderSession(temporaryFolder({ "a.txt": "alpha", "b.txt": "beta" }));
  await session.follow([]);
  await expect.poll(() => handle.read(async (index) => index?.searcher.table.size)).toBe(2);
});

test("a thread is made ready for open files that are indexed: after the first run, and when they are opened", async () => {
  const folder = temporaryFolder({ "a.go": "package a", "b.py": "b = 1", "c.png": "c" });
  const madeReady: string[] = [];
  const preparer = {
    ...createInProcessPreparer(folder),
    makeReadyFor: async (path: string) => void madeReady.push(path),
  };
  const { session } = openFolderSession(folder, { preparer });
  await session.follow(["a.go", "c.png", "gone.go"]);
  await expect.poll(() => madeReady).toEqual(["a.go"]);
  session.prefer(["b.py"]);
  await expect.poll(() => madeReady).toEqual(["a.go", "b.py"]);
});
