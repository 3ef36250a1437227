/** What the commits of a folder's repository say of its files: read by git when there are new ones, and kept with the index. */

import { keepHistory, readHistory } from "../../adapters/store/historyFile";
import type { CommitHistory, Manifest, WorkspaceFiles } from "../../core/ports";
import { CommitIndex } from "../../core/retrieval/table/commitIndex";
import { toErrorDetail } from "../../domain/errors";

export interface FolderHistoryDeps {
  readonly indexDir: string;
  readonly files: WorkspaceFiles;
  readonly log: (level: "info" | "warn", message: string) => void;
}

export class FolderHistory {
  readonly #deps: FolderHistoryDeps;
  #head: string | undefined;
  #index: CommitIndex | undefined;

  constructor(deps: FolderHistoryDeps) {
    this.#deps = deps;
  }

  /** @returns what is new since it was kept last; undefined for nothing. @throws {DOMException} `AbortError`. */
  async look(signal: AbortSignal): Promise<CommitHistory | undefined> {
    const kept = readHistory(this.#deps.indexDir)?.head;
    const found = await this.#deps.files.history(kept, signal);
    if (kept !== this.#head) {
      this.#index = undefined; // another process has kept it
    }
    return found === "unchanged" ? undefined : found;
  }

  /** To be called by the holder of the lock. That it cannot be kept is no reason for a run to fail. */
  keep(history: CommitHistory | undefined): void {
    if (history === undefined) {
      return;
    }
    try {
      keepHistory(this.#deps.indexDir, history);
      this.#index = undefined;
    } catch (error) {
      const problem = JSON.stringify(toErrorDetail(error));
      this.#deps.log("warn", `What commits say could not be kept: ${problem}`);
    }
  }

  /** Read from the disk where it is asked for first, or has changed. */
  index(manifest: Manifest): CommitIndex {
    if (this.#index === undefined) {
      const history = readHistory(this.#deps.indexDir);
      this.#head = history?.head;
      this.#index = commitIndexOf(history, manifest);
    }
    return this.#index;
  }
}

/** @param manifest keeps paths in memory anyway. */
export function commitIndexOf(history: CommitHistory | undefined, manifest: Manifest): CommitIndex {
  return new CommitIndex(history?.commits ?? [], (path) => manifest.get(path)?.path);
}
