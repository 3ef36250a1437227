/**
 * Prepares, once nothing else goes on, what the first question and the first save would wait for.
 *
 * The first search builds the table by which files are ranked, which takes a large folder a second. The first file of a kind
 * waits for a thread to start and a grammar to load; and V8 compiles what it runs first on a core that others need: half a
 * second for C++. Who has a file open may save it.
 */

import type { FolderPreparer } from "../../adapters/parsing/workerFilePreparer";
import { isAbort, toErrorDetail } from "../../domain/errors";
import type { IndexHandle } from "./indexHandle";

export interface ReadinessDeps {
  readonly preparer: FolderPreparer;
  readonly handle: IndexHandle;
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
}

export class Readiness {
  readonly #deps: ReadinessDeps;
  #hasSearched = false;
  /** Relative to the folder. */
  openPaths: readonly string[] = [];

  constructor(deps: ReadinessDeps) {
    this.#deps = deps;
  }

  /** Returns at once. */
  makeReady(): void {
    if (!this.#deps.signal.aborted) {
      Promise.all([this.#forQuestions(), this.#forSaves()]).catch((error: unknown) => {
        if (!isAbort(error)) {
          this.#deps.log(`not all is ready: ${JSON.stringify(toErrorDetail(error))}`);
        }
      });
    }
  }

  async #forQuestions(): Promise<void> {
    if (!this.#hasSearched) {
      this.#hasSearched = true;
      await this.#deps.handle.read(async (index) => index?.searcher.search("ready", 1, this.#deps.signal));
    }
  }

  async #forSaves(): Promise<void> {
    const { preparer, handle, signal } = this.#deps;
    const paths = await handle.read(async (index) =>
      this.openPaths.filter((path) => index?.manifest.get(path)?.state === "indexed"),
    );
    for (const path of paths) {
      await preparer.makeReadyFor(path, signal); // one after the other, so that one thread knows them all
    }
  }
}
