/** What a session has ready before it is needed. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openTableFile } from "../../../src/adapters/store/tableFile";
import { openFolderSession } from "../../support/folderSession";
import { createInProcessPreparer } from "../../support/inProcessPreparer";
import { temporaryFolder } from "../../support/temporaryFolder";

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

test("the table that ranks files is kept once a folder is indexed; it is made anew where what was kept is damaged", async () => {
  const root = temporaryFolder();
  const files = Array.from({ length: 250 }, (_, at) => [`part${at}.txt`, `alpha beta${at}`] as const);
  const folder = temporaryFolder(Object.fromEntries(files));
  const { session, handle } = openFolderSession(folder, { root });
  await session.index(false, new AbortController().signal);
  const kept = join(handle.location.indexDir, "files.gz");
  const { paths } = openTableFile(handle.location.indexDir).read() as { readonly paths: readonly string[] };
  expect(paths.toSorted()).toEqual(files.map(([path]) => path).sort());

  const searched = () =>
    openFolderSession(folder, { root }).session.read(({ searcher }) => searcher.search("part7 beta7", 3));
  const expected = await session.read(({ searcher }) => searcher.search("part7 beta7", 3));
  expect(await searched()).toEqual(expected);
  writeFileSync(kept, "garbage");
  expect(await searched()).toEqual(expected);
});

test("a table that cannot be kept fails no run", async () => {
  const folder = temporaryFolder({ "first.txt": "alpha" });
  const { session, handle } = openFolderSession(folder);
  await session.index(false, new AbortController().signal);
  const inTheWay = join(handle.location.indexDir, "files.gz", "in the way");
  mkdirSync(inTheWay, { recursive: true });
  for (let at = 0; at < 250; at += 1) {
    writeFileSync(join(folder, `part${at}.txt`), `alpha beta${at}`);
  }
  expect((await session.index(false, new AbortController().signal)).files).toBe(251);
  expect(existsSync(inTheWay)).toBe(true);
});
