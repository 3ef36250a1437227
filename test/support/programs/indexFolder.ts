/**
 * Brings the index of a folder up to date as the engine does: first file by file, as if each had just been saved, then
 * wholly.
 *
 * Arguments: folder, index root. Prints the summary as JSON at the end.
 */

import { setTimeout as delay } from "node:timers/promises";
import { createWorkspaceFiles } from "../../../src/adapters/files/workspaceFiles";
import { locateIndex } from "../../../src/adapters/store/indexDirectory";
import { tryAcquireWriterLock } from "../../../src/adapters/store/writerLock";
import { planRefresh } from "../../../src/core/indexing/planChanges";
import { IndexHandle, type OpenIndex } from "../../../src/engine/indexHandle";
import { createInProcessPreparer } from "../inProcessPreparer";

/** Files that are saved at once. */
const SAVED_TOGETHER = 5;

const neverStopped = new AbortController().signal;

async function main([folder = "", indexRoot = ""]: readonly string[]): Promise<void> {
  const location = locateIndex(folder, indexRoot);
  const files = createWorkspaceFiles({ folder, exclude: [], maxFileKiB: 1024 });
  const preparer = createInProcessPreparer(folder);
  const handle = new IndexHandle({
    location,
    files,
    preparer,
    clock: Date.now,
    log: (_, message) => console.error(message),
  });
  const indexDir = handle.makeDirectory();
  let lock = tryAcquireWriterLock(indexDir);
  while (lock === undefined) {
    await delay(5);
    lock = tryAcquireWriterLock(indexDir);
  }
  const index = await handle.forWriting();
  await saveChangedFiles(index, await files.scan(neverStopped));
  const summary = await index.folderIndex.refresh(neverStopped, () => undefined);
  await index.store.maintain(neverStopped);
  await handle.close();
  lock.release();
  console.log(JSON.stringify(summary));
}

async function saveChangedFiles({ folderIndex, manifest }: OpenIndex, scan: Parameters<typeof planRefresh>[0]) {
  await folderIndex.sweep();
  const plan = planRefresh(scan, manifest);
  const paths = [...plan.toPrepare.map(({ file }) => file.path), ...plan.toRemove.map(({ path }) => path)];
  for (let start = 0; start < paths.length; start += SAVED_TOGETHER) {
    await folderIndex.update(paths.slice(start, start + SAVED_TOGETHER), neverStopped);
  }
}

void main(process.argv.slice(2)); // what it throws ends the process, and is printed
