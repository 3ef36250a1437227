/** The end of a session, while its engine goes on: a folder has left the window, or has other settings. */

import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { openFolderSession } from "../../support/folderSession";
import { openFilesIn } from "../../support/openFiles";
import { temporaryFolder } from "../../support/temporaryFolder";

const neverStopped = new AbortController().signal;

async function openIndexed() {
  const root = temporaryFolder();
  const { session } = openFolderSession(temporaryFolder({ "a.txt": "alpha" }), { root });
  await session.index(false, neverStopped);
  expect(openFilesIn(root)).not.toEqual([]);
  return { root, session };
}

const onLinux = test.runIf(process.platform === "linux");

onLinux("leaves no file of the index open, whatever is told last", async () => {
  const { root, session } = await openIndexed();
  const run = session.index(true, neverStopped);
  await session.dispose();
  await run.catch(() => undefined);
  await setTimeout(200);
  expect(openFilesIn(root)).toEqual([]);
});

onLinux("nor does a search that was under way, which ends well", async () => {
  const { root, session } = await openIndexed();
  const held = Promise.withResolvers<void>();
  const reads = [0, 1].map(() =>
    session.read(async ({ manifest }) => {
      await held.promise;
      return [...manifest.all()].length;
    }),
  );
  await setTimeout(20);
  await session.dispose();
  held.resolve();
  expect(await Promise.all(reads)).toEqual([1, 1]);
  const late = [0, 1].map(() => session.read(async ({ manifest }) => [...manifest.all()].length));
  expect(await Promise.all(late)).toEqual([1, 1]);
  expect(openFilesIn(root)).toEqual([]);
});
