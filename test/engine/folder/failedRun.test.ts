/** What a run over the whole folder has left undone, when it failed. */

import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openFolderSession } from "../../support/folderSession";
import { temporaryFolder } from "../../support/temporaryFolder";

const neverStopped = new AbortController().signal;

test("is done after an update that succeeds, which knows its own paths alone", async () => {
  const folder = join(temporaryFolder({ "folder/a.txt": "alpha" }), "folder");
  const { session } = openFolderSession(folder);
  await session.follow([]);
  await vi.waitFor(async () => expect(await session.status()).toMatchObject({ files: 1, health: "ready" }));
  renameSync(folder, `${folder}-away`);
  await expect(session.index(false, neverStopped)).rejects.toThrow("folder-not-found");
  renameSync(`${folder}-away`, folder);
  for (const name of ["b", "c", "d"]) {
    writeFileSync(join(folder, `${name}.txt`), name);
  }
  await session.update(["b.txt"], neverStopped);
  await vi.waitFor(async () => expect(await session.status()).toMatchObject({ files: 4, problem: undefined }));
});
