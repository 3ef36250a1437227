/** What an answer is checked against, before, while and after a folder is indexed; the files and the index are real. */

import { expect, onTestFinished, test } from "vitest";
import { indexLookUp } from "../../src/engine/searchSessions";
import { openFolderSession } from "../support/folderSession";
import { createInProcessPreparer } from "../support/inProcessPreparer";
import { temporaryFolder } from "../support/temporaryFolder";

const { signal } = new AbortController();

const FILES = {
  "src/cache.ts": "export class Cache {\n  flush(): void {}\n}\n",
  "notes/zoo.txt": "The wombat digs.\n",
};

/** Indexes nothing before it is let go on. */
function open() {
  const folder = temporaryFolder(FILES);
  const preparer = createInProcessPreparer(folder);
  const gate = Promise.withResolvers<void>();
  onTestFinished(() => gate.resolve());
  const { session } = openFolderSession(folder, {
    preparer: { ...preparer, prepare: (...all) => gate.promise.then(() => preparer.prepare(...all)) },
  });
  const run = session.index(false, signal);
  return { session, finish: () => Promise.resolve(gate.resolve()).then(() => run) };
}

test.each([
  ["before its files are indexed", false],
  ["once they are", true],
])("names, paths and lines of a folder are known %s", async (_, isIndexed) => {
  const { session, finish } = open();
  if (isIndexed) {
    await finish();
  } else {
    await expect.poll(async () => (await session.status().catch(() => undefined))?.health).toBe("partial");
  }
  expect((await session.status()).files).toBe(isIndexed ? 2 : 0);
  const index = indexLookUp([session], signal);
  const names = ["flush", "Cache", "wombat", "koala", "flus", "cache"];
  expect([...(await index.knownNames(names))].sort()).toEqual(["Cache", "flush", "wombat"]);
  expect(await index.knownNames(["koala"])).toEqual(new Set());
  const paths: [string, number | undefined][] = [
    ["src/cache.ts", undefined],
    ["cache.ts", 3],
    ["cache.ts", 4],
    ["zoo.txt", 1],
    ["zoo.txt", 2],
    ["ache.ts", undefined],
    ["src/gone.ts", undefined],
  ];
  const known = await Promise.all(paths.map(([path, endLine]) => index.hasPath(path, endLine)));
  expect(known).toEqual([true, true, false, true, false, false, false]);
  await finish();
});
