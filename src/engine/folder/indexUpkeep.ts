/** What a run does for the whole index once its files are written. Called by the holder of the lock. */

import { toErrorDetail } from "../../domain/errors";
import type { IndexHandle } from "./indexHandle";
import type { OpenIndex } from "./openIndex";

export interface UpkeepDeps {
  readonly handle: IndexHandle;
  readonly warn: (message: string) => void;
}

/** Makes what was written searchable and says that the whole folder is indexed. @throws as `ChunkStore.updateSearchIndex`. */
export async function completeIndex(deps: UpkeepDeps, index: OpenIndex, signal: AbortSignal): Promise<void> {
  const isKept = keepTable(deps, index); // takes one core, and so does the build
  await index.store.updateSearchIndex(signal).finally(() => isKept);
  deps.handle.markComplete();
}

/** Looks for new commits and tidies what many small runs have left. @throws as `ChunkStore.maintain`. */
export async function tidyIndex(deps: UpkeepDeps, index: OpenIndex, signal: AbortSignal): Promise<void> {
  const { history } = deps.handle;
  history.keep(await history.look(signal));
  await index.store.maintain(signal);
  await keepTable(deps, index);
}

/** That it cannot be kept is no reason for a run to fail. */
async function keepTable({ warn }: UpkeepDeps, { searcher }: OpenIndex): Promise<void> {
  try {
    await searcher.keepTable();
  } catch (error) {
    warn(`the table of files could not be kept: ${JSON.stringify(toErrorDetail(error))}`);
  }
}
