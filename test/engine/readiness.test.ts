/** What a session has ready before it is needed. */

import { expect, test } from "vitest";
import { openFolderSession } from "../support/folderSession";
import { createInProcessPreparer } from "../support/inProcessPreparer";
import { temporaryFolder } from "../support/temporaryFolder";

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
