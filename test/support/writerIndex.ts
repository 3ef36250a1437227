/** The index of a real folder as the engine's writer has it: the lock, then the handle, then a run. */

import { onTestFinished } from "vitest";
import { createWorkspaceFiles } from "../../src/adapters/files/workspaceFiles";
import { type IndexLocation, locateIndex } from "../../src/adapters/store/indexDirectory";
import { tryAcquireWriterLock } from "../../src/adapters/store/writerLock";
import type { FilePreparer } from "../../src/core/ports";
import type { IndexRepair } from "../../src/domain/indexRepair";
import type { IndexSummary } from "../../src/domain/indexStatus";
import { IndexHandle } from "../../src/engine/folder/indexHandle";
import { createInProcessPreparer } from "./inProcessPreparer";

export interface WriterIndex {
  readonly location: IndexLocation;
  readonly handle: IndexHandle;
  /** What the handle logged. */
  readonly log: readonly string[];
  readonly repairs: readonly IndexRepair[];
  /** One run over the whole folder, under the lock. @throws what the engine would report. */
  refresh(): Promise<IndexSummary>;
  /** The paths that a search for `words` finds, by the index as it is. */
  search(...words: string[]): Promise<string[]>;
}

/** @param onLog may throw, and the writer ends at that point as if it was killed there. */
export function writerIndex(
  folder: string,
  indexRoot: string,
  onLog?: (line: string) => void,
  preparer: FilePreparer = createInProcessPreparer(folder),
): WriterIndex {
  const location = locateIndex(folder, indexRoot);
  const files = createWorkspaceFiles({ folder, exclude: [], maxFileKiB: 1024 });
  const log: string[] = [];
  const handle = new IndexHandle({
    location,
    files,
    preparer,
    clock: Date.now,
    log: (_, line) => {
      log.push(line);
      onLog?.(line);
    },
  });
  const repairs: IndexRepair[] = [];
  handle.onRepair((repair) => repairs.push(repair));
  onTestFinished(() => handle.close());
  return {
    location,
    handle,
    log,
    repairs,
    refresh: async () => {
      const lock = tryAcquireWriterLock(handle.makeDirectory());
      if (lock === undefined) {
        throw new Error("another process has the lock");
      }
      try {
        const { folderIndex } = await handle.forWriting();
        const summary = await folderIndex.refresh(new AbortController().signal, () => undefined);
        handle.endRun();
        return summary;
      } finally {
        lock.release();
      }
    },
    search: (...words) =>
      handle.read(async (index) => {
        const hits = (await index?.store.read(await index.store.search(words, 1_000))) ?? [];
        const current = hits.filter((hit) => index?.manifest.get(hit.path)?.fileId === hit.fileId);
        return [...new Set(current.map(({ path }) => path))].sort();
      }),
  };
}
