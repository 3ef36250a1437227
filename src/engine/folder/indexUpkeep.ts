/** What is done for the whole index once files are written. */

import { isAbort, toErrorDetail } from "../../domain/errors";
import type { IndexHandle } from "./indexHandle";
import type { IndexWriter } from "./indexWriter";
import type { OpenIndex } from "./openIndex";

export interface UpkeepDeps {
  readonly handle: IndexHandle;
  readonly warn: (message: string) => void;
}

/** Makes what was written searchable and says that the whole folder is indexed. Called by the holder of the lock. @throws as `ChunkStore.updateSearchIndex`. */
export async function completeIndex(deps: UpkeepDeps, index: OpenIndex, signal: AbortSignal): Promise<void> {
  const isKept = keepTable(deps, index); // takes one core, and so does the build
  await index.store.updateSearchIndex(signal).finally(() => isKept);
  deps.handle.markComplete();
}

/** Looks for new commits and tidies what many small runs have left. Never rejects, since nobody has asked for it. */
export async function tidyIndex(
  deps: UpkeepDeps,
  writer: Pick<IndexWriter, "write">,
  signal: AbortSignal,
): Promise<void> {
  const { history } = deps.handle;
  try {
    await writer.write(signal, async (index, runSignal) => {
      history.keep(await history.look(runSignal));
      await index.store.maintain(runSignal);
      await keepTable(deps, index);
    });
  } catch (error) {
    if (!isAbort(error)) {
      deps.warn(`tidying the index failed: ${JSON.stringify(toErrorDetail(error))}`);
    }
  }
}

/** That it cannot be kept is no reason for a run to fail. */
async function keepTable({ warn }: UpkeepDeps, { searcher }: OpenIndex): Promise<void> {
  try {
    await searcher.keepTable();
  } catch (error) {
    warn(`the table of files could not be kept: ${JSON.stringify(toErrorDetail(error))}`);
  }
}
