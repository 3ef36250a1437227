/** A pause, over the life of an engine. */

import { rmSync } from "node:fs";
import { join } from "node:path";
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

test("goes on while the index is checked, which repairs it all the same", async () => {
  const folder = temporaryFolder({ "a.txt": "alpha", "b.txt": "beta" });
  const { session, handle } = openFolderSession(folder);
  await session.index(false, neverStopped);
  session.pause();
  rmSync(join(handle.location.indexDir, "chunks.lance"), { recursive: true });
  const { repairs, problem, status } = await session.checkUp(neverStopped);
  expect([repairs.map(({ kind }) => kind), problem]).toEqual([["rebuilt"], undefined]);
  expect(status).toMatchObject({ health: "ready", files: 2, progress: { phase: "paused" } });
  expect(handle.isPaused()).toBe(true);
});
