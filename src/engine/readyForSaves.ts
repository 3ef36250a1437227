/**
 * Makes threads ready for the files that somebody has open, who may save one. The first file of a kind waits for a thread to
 * start and a grammar to load; and V8 compiles what it runs first on a core that others need: half a second for C++.
 */

import type { FolderPreparer } from "../adapters/parsing/workerFilePreparer";
import { isAbort, toErrorDetail } from "../domain/errors";
import type { IndexHandle } from "./indexHandle";

export interface ReadyForSavesDeps {
  readonly preparer: FolderPreparer;
  readonly handle: IndexHandle;
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
}

export class ReadyForSaves {
  readonly #deps: ReadyForSavesDeps;
  /** Relative to the folder. */
  openPaths: readonly string[] = [];

  constructor(deps: ReadyForSavesDeps) {
    this.#deps = deps;
  }

  /** To be called when nothing else goes on. Returns at once. */
  makeReady(): void {
    if (this.openPaths.length > 0 && !this.#deps.signal.aborted) {
      this.#makeReady().catch((error: unknown) => {
        if (!isAbort(error)) {
          this.#deps.log(`no thread is ready for saves: ${JSON.stringify(toErrorDetail(error))}`);
        }
      });
    }
  }

  async #makeReady(): Promise<void> {
    const { preparer, handle, signal } = this.#deps;
    const paths = await handle.read(async (index) =>
      this.openPaths.filter((path) => index?.manifest.get(path)?.state === "indexed"),
    );
    for (const path of paths) {
      await preparer.makeReadyFor(path, signal); // one after the other, so that one thread knows them all
    }
  }
}
