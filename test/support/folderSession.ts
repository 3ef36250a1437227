/** A session of a real folder, which prepares files in this process and has no model. */

import { onTestFinished } from "vitest";
import { createWorkspaceFiles } from "../../src/adapters/files/workspaceFiles";
import type { FolderPreparer } from "../../src/adapters/parsing/workerFilePreparer";
import { FolderSession } from "../../src/engine/folder/folderSession";
import type { IndexHandle } from "../../src/engine/folder/indexHandle";
import { Embeddings } from "../../src/engine/vectors/embeddings";
import { ModelTraffic } from "../../src/engine/vectors/modelTraffic";
import { DEFAULT_FOLDER_SETTINGS } from "../../src/protocol/defaultSettings";
import { createInProcessPreparer } from "./inProcessPreparer";
import { createInProcessScanner } from "./inProcessScanner";
import { temporaryFolder } from "./temporaryFolder";
import { writerIndex } from "./writerIndex";

interface SessionOptions {
  /** In place of a folder of its own for the index. */
  readonly root?: string;
  readonly embeddings?: Embeddings;
  readonly preparer?: FolderPreparer;
  readonly clock?: () => number;
}

export function openFolderSession(
  folder: string,
  {
    root = temporaryFolder(),
    embeddings = noModel(),
    preparer = createInProcessPreparer(folder),
    clock = Date.now,
  }: SessionOptions = {},
): { readonly session: FolderSession; readonly handle: IndexHandle } {
  const { handle } = writerIndex(folder, root, undefined, preparer);
  const session = new FolderSession({
    folder,
    settings: DEFAULT_FOLDER_SETTINGS,
    settingsAskedFor: {},
    handle,
    files: createWorkspaceFiles({ folder, ...DEFAULT_FOLDER_SETTINGS }),
    preparer,
    scanner: createInProcessScanner(folder),
    embeddings,
    clock,
    onStatus: () => undefined,
    log: () => undefined,
  });
  onTestFinished(() => session.dispose());
  return { session, handle };
}

const noModel = () =>
  new Embeddings({
    server: () => undefined,
    wanted: () => undefined,
    traffic: new ModelTraffic(),
    clock: Date.now,
  });
