/** A pause, over the life of an engine. */

import { expect, onTestFinished, test } from "vitest";
import { createWorkspaceFiles } from "../../src/adapters/files/workspaceFiles";
import { FolderSession } from "../../src/engine/folderSession";
import { Embeddings } from "../../src/engine/vectors/embeddings";
import { ModelTraffic } from "../../src/engine/vectors/modelTraffic";
import { DEFAULT_FOLDER_SETTINGS } from "../../src/protocol/defaultSettings";
import { createInProcessPreparer } from "../support/inProcessPreparer";
import { temporaryFolder } from "../support/temporaryFolder";
import { writerIndex } from "../support/writerIndex";

const neverStopped = new AbortController().signal;

function openSession(folder: string, root: string): FolderSession {
  const session = new FolderSession({
    folder,
    settings: DEFAULT_FOLDER_SETTINGS,
    handle: writerIndex(folder, root).handle,
    files: createWorkspaceFiles({ folder, ...DEFAULT_FOLDER_SETTINGS }),
    preparer: createInProcessPreparer(folder),
    embeddings: new Embeddings({
      server: () => undefined,
      wanted: () => undefined,
      traffic: new ModelTraffic(),
      clock: Date.now,
    }),
    clock: Date.now,
    onStatus: () => undefined,
    log: () => undefined,
  });
  onTestFinished(() => session.dispose());
  return session;
}

test("outlives the engine, and ends when somebody goes on", async () => {
  const folder = temporaryFolder({ "a.txt": "alpha" });
  const root = temporaryFolder();
  const first = openSession(folder, root);
  await first.index(false, neverStopped);
  first.pause();
  await first.dispose();

  const second = openSession(folder, root);
  expect((await second.follow([])).progress.phase).toBe("paused");
  expect(await second.update(["a.txt"], neverStopped)).toMatchObject({ files: 0 });
  await second.index(false, neverStopped);
  await second.dispose();

  expect((await openSession(folder, root).status()).progress.phase).toBe("idle");
});
