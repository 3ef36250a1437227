/** A pause, over the life of an engine. */

import { expect, test } from "vitest";
import { openFolderSession } from "../../support/folderSession";
import { temporaryFolder } from "../../support/temporaryFolder";

const neverStopped = new AbortController().signal;

test("outlives the engine, and ends when somebody goes on", async () => {
  const folder = temporaryFolder({ "a.txt": "alpha" });
  const root = temporaryFolder();
  const openSession = () => openFolderSession(folder, { root }).session;
  const first = openSession();
  await first.index(false, neverStopped);
  first.pause();
  await first.dispose();

  const second = openSession();
  expect((await second.follow([])).progress.phase).toBe("paused");
  expect(await second.update(["a.txt"], neverStopped)).toMatchObject({ files: 0 });
  await second.index(false, neverStopped);
  await second.dispose();

  expect((await openSession().status()).progress.phase).toBe("idle");
});
