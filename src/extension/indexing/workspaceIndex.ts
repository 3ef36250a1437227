/**
 * The indexes of all folders of this window.
 *
 * Knows nothing of VS Code: it is told which folders there are and what may have changed, and tells when its view of
 * them changes. After the engine was started again the folders are followed anew.
 */

import type { EngineClient, EngineState } from "../../client/engineClient";
import type { EngineErrorDetail } from "../../domain/errors";
import type { FolderRef } from "../../protocol/engine";
import { type Disposable, DisposableStore } from "../disposables";
import { Listeners } from "../listeners";
import type { Urgency } from "./changeHints";
import { type FolderSpec, type FolderState, IndexedFolder } from "./indexedFolder";
import { pathInFolder } from "./pathInFolder";

export interface WorkspaceIndexDeps {
  readonly engine: Pick<EngineClient, "request" | "onStatus" | "onAskEvent" | "onStateChange">;
  /** Absolute paths of what is open in the editor; it is indexed first. */
  readonly openFiles?: () => readonly string[];
  /** A problem of background work; nobody waits for it, so it belongs into the log. */
  readonly onProblem: (folder: string, problem: EngineErrorDetail) => void;
}

export class WorkspaceIndex implements Disposable {
  readonly #deps: WorkspaceIndexDeps;
  readonly #folders = new Map<string, IndexedFolder>();
  readonly #changes = new Listeners<void>();
  readonly #disposables = new DisposableStore();
  #engineProblem: EngineErrorDetail | undefined;
  #hasRun = false;

  constructor(deps: WorkspaceIndexDeps) {
    this.#deps = deps;
    const { engine } = deps;
    this.#disposables.add(engine.onStatus((status) => this.#folders.get(status.folder)?.showStatus(status)));
    this.#disposables.add(engine.onStateChange((state, cause) => this.#onEngineState(state, cause)));
    this.#disposables.add(
      engine.onAskEvent(({ event }) => {
        if (event.type === "indexing") {
          this.#folders.get(event.folder)?.showProgress(event.progress);
        }
      }),
    );
  }

  /** Says which folders the window has now; what is new is opened, what is gone is closed. */
  setFolders(specs: readonly FolderSpec[]): void {
    const wanted = new Map(specs.map((spec) => [spec.ref.folder, spec]));
    for (const [folder, indexed] of this.#folders) {
      if (!wanted.has(folder)) {
        this.#folders.delete(folder);
        indexed.close();
      }
    }
    for (const spec of wanted.values()) {
      this.#openIfChanged(spec);
    }
    this.#changes.emit();
  }

  /** Opens every folder again, after a setting that concerns all of them. */
  reopen(): void {
    for (const folder of this.#folders.values()) {
      void folder.open();
    }
  }

  /** @param path absolute; may lie in several folders of the window, or in none. */
  hint(path: string, urgency: Urgency): void {
    for (const [folder, indexed] of this.#folders) {
      const inside = pathInFolder(folder, path);
      if (inside !== undefined) {
        indexed.hint(inside, urgency);
      }
    }
  }

  reconcile(): void {
    for (const folder of this.#folders.values()) {
      folder.reconcile();
    }
  }

  /** Says that other files are open now, or another one is in front. */
  prefer(): void {
    for (const folder of this.#folders.values()) {
      folder.prefer();
    }
  }

  /** Fills in vectors, also where that replaces those of another model. @throws {EngineError} */
  embed(folder?: string): Promise<void> {
    return this.#each(async (other) => {
      if (folder === undefined || other.spec.ref.folder === folder) {
        await other.embed();
      }
    });
  }

  /** @throws {EngineError} of the first folder that failed, after all were tried. */
  index(rebuild: boolean): Promise<void> {
    return this.#each((folder) => folder.index(rebuild));
  }

  /** @throws {EngineError} */
  pause(): Promise<void> {
    return this.#each((folder) => folder.pause());
  }

  /** @throws {EngineError} */
  resume(): Promise<void> {
    return this.#each((folder) => folder.resume());
  }

  get folders(): readonly FolderRef[] {
    return [...this.#folders.values()].map((folder) => folder.spec.ref);
  }

  get states(): readonly FolderState[] {
    return [...this.#folders.values()].map((folder) => folder.state);
  }

  /** Why no folder can be indexed: the engine does not run. */
  get engineProblem(): EngineErrorDetail | undefined {
    return this.#engineProblem;
  }

  onChange(listener: () => void): Disposable {
    return this.#changes.add(listener);
  }

  dispose(): void {
    this.#disposables.dispose();
    for (const folder of this.#folders.values()) {
      folder.dispose();
    }
    this.#folders.clear();
  }

  #openIfChanged(spec: FolderSpec): void {
    const known = this.#folders.get(spec.ref.folder);
    if (known && JSON.stringify(known.spec) === JSON.stringify(spec)) {
      return;
    }
    const folder = known ?? new IndexedFolder({ ...this.#deps, onChange: () => this.#changes.emit() }, spec);
    this.#folders.set(spec.ref.folder, folder);
    void folder.open(spec);
  }

  #onEngineState(state: EngineState, cause: EngineErrorDetail | undefined): void {
    this.#engineProblem = state === "failed" ? cause : undefined;
    if (state === "running") {
      if (this.#hasRun) {
        this.reopen();
      }
      this.#hasRun = true;
    }
    this.#changes.emit();
  }

  async #each(work: (folder: IndexedFolder) => Promise<unknown>): Promise<void> {
    const outcomes = await Promise.allSettled([...this.#folders.values()].map(work));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) {
      throw failed.reason;
    }
  }
}
