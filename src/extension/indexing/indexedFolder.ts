/**
 * One workspace folder and its index: follows it, passes on what changed, and remembers the last status and problem.
 *
 * One request is under way at a time; what changes meanwhile is collected and sent after it, so a storm of events
 * can never become a storm of requests.
 */

import type { RequestType } from "vscode-jsonrpc";
import type { EngineClient } from "../../client/engineClient";
import { type EngineErrorDetail, isAbort, toErrorDetail } from "../../domain/errors";
import type { IndexProgress, IndexStatus, IndexSummary } from "../../domain/indexStatus";
import { type FolderRef, requests } from "../../protocol/engine";
import { type Change, ChangeHints, mergeChanges, type Urgency } from "./changeHints";
import { pathInFolder } from "./pathInFolder";

export interface FolderSpec {
  readonly ref: FolderRef;
  /** As the workspace calls it. */
  readonly name: string;
  /** Indexed on opening and kept up to date; otherwise only when asked. */
  readonly isAutomatic: boolean;
}

export interface FolderState {
  readonly folder: string;
  readonly name: string;
  readonly status: IndexStatus | undefined;
  /** Why the index could not be opened, or brought up to date the last time. */
  readonly problem: EngineErrorDetail | undefined;
}

export interface IndexedFolderDeps {
  readonly engine: Pick<EngineClient, "request">;
  readonly onChange: () => void;
  /** Absolute paths of what is open in the editor. */
  readonly openFiles?: () => readonly string[];
  readonly onProblem: (folder: string, problem: EngineErrorDetail) => void;
}

/** The time between two scans that nobody asked for. */
const RECONCILE_EVERY_MS = 10_000;

/**
 * As many paths at once were changed by a program, and the watcher misses some of what programs do: on Linux it does not see
 * what happens in a directory that came within a new one before it was watched, then or later (parcel-bundler/watcher#97).
 */
const BURST_PATHS = 20;
/** A burst is over when it has been quiet for so long. */
const AFTER_BURST_MS = 3_000;

export class IndexedFolder {
  readonly #deps: IndexedFolderDeps;
  readonly #hints = new ChangeHints((change) => this.#changed(change));
  readonly #life = new AbortController();
  #spec: FolderSpec;
  #status: IndexStatus | undefined;
  #problem: EngineErrorDetail | undefined;
  #pending: Change | undefined;
  #isSending = false;
  #scannedAt = Number.NEGATIVE_INFINITY;
  #afterBurst: NodeJS.Timeout | undefined;

  constructor(deps: IndexedFolderDeps, spec: FolderSpec) {
    this.#deps = deps;
    this.#spec = spec;
  }

  get spec(): FolderSpec {
    return this.#spec;
  }

  get state(): FolderState {
    const { ref, name } = this.#spec;
    return { folder: ref.folder, name, status: this.#status, problem: this.#problem ?? this.#status?.problem };
  }

  /** Starts, or starts again with other settings or after the engine did; a pause outlives both. */
  async open(spec: FolderSpec = this.#spec): Promise<void> {
    const wasAutomatic = this.#spec.isAutomatic;
    const wasPaused = this.#isPaused;
    this.#spec = spec;
    this.#scannedAt = Date.now();
    await this.#try(async () => {
      if (wasAutomatic && !spec.isAutomatic) {
        await this.#request(requests.unfollow, { folder: spec.ref.folder });
      }
      const { ref: folder } = spec;
      this.showStatus(
        spec.isAutomatic
          ? await this.#request(requests.follow, { folder, openPaths: this.#openPaths() })
          : await this.#request(requests.status, { folder }),
      );
      if (wasPaused) {
        await this.#request(requests.pause, { folder: spec.ref.folder });
      }
    });
  }

  /** @param path relative to the folder, with `/`. */
  hint(path: string, urgency: Urgency): void {
    if (this.#spec.isAutomatic) {
      this.#hints.add(path, urgency);
    }
  }

  /** Looks for changes that no event told of, unless that was done a moment ago. */
  reconcile(): void {
    if (this.#spec.isAutomatic && this.#untilNextScanMs() <= 0) {
      this.#enqueue("everything");
    }
  }

  prefer(): void {
    if (this.#spec.isAutomatic) {
      void this.#try(async () => {
        await this.#request(requests.prefer, { folder: this.#spec.ref.folder, paths: this.#openPaths() });
      }, this.#problem);
    }
  }

  /** @throws {EngineError} */
  async embed(): Promise<void> {
    await this.#request(requests.embed, { folder: this.#spec.ref.folder });
  }

  /** @throws {EngineError} so that the person who asked is told. */
  async index(rebuild: boolean): Promise<IndexSummary> {
    try {
      const summary = await this.#request(requests.index, { folder: this.#spec.ref, rebuild });
      this.#settle(undefined);
      return summary;
    } catch (error) {
      if (!isAbort(error)) {
        this.#settle(toErrorDetail(error));
      }
      throw error;
    } finally {
      await this.#refreshStatus();
    }
  }

  /** @throws {EngineError} */
  async pause(): Promise<void> {
    await this.#request(requests.pause, { folder: this.#spec.ref.folder });
    await this.#refreshStatus();
  }

  /** @throws {EngineError} */
  async resume(): Promise<void> {
    await this.#request(requests.resume, { folder: this.#spec.ref.folder });
    await this.#refreshStatus();
  }

  /** The engine goes on trying after a failure; a status without a problem says that it has got over it. */
  showStatus(status: IndexStatus): void {
    if (status.problem === undefined && this.#status?.problem !== undefined) {
      this.#problem = undefined;
    }
    this.#status = status;
    this.#deps.onChange();
  }

  showProgress(progress: IndexProgress): void {
    if (this.#status) {
      this.showStatus({ ...this.#status, progress });
    }
  }

  /** The folder has left the window. */
  close(): void {
    this.dispose();
    const { ref, isAutomatic } = this.#spec;
    if (isAutomatic) {
      // An engine that ends meanwhile has stopped following as well, so a failure means nothing.
      this.#deps.engine.request(requests.unfollow, { folder: ref.folder }).catch(() => undefined);
    }
  }

  dispose(): void {
    this.#hints.dispose();
    clearTimeout(this.#afterBurst);
    this.#pending = undefined;
    this.#life.abort();
  }

  #openPaths(): string[] {
    const { folder } = this.#spec.ref;
    return (this.#deps.openFiles?.() ?? []).flatMap((path) => pathInFolder(folder, path) ?? []);
  }

  get #isPaused(): boolean {
    return this.#status?.progress.phase === "paused";
  }

  #changed(change: Change): void {
    this.#enqueue(change);
    if (change === "everything" || change.size >= BURST_PATHS) {
      this.#reconcileAfterBurst();
    }
  }

  #reconcileAfterBurst(): void {
    clearTimeout(this.#afterBurst);
    this.#afterBurst = setTimeout(
      () => (this.#untilNextScanMs() > 0 ? this.#reconcileAfterBurst() : this.reconcile()),
      Math.max(AFTER_BURST_MS, this.#untilNextScanMs()),
    );
  }

  #untilNextScanMs(): number {
    return this.#scannedAt + RECONCILE_EVERY_MS - Date.now();
  }

  /** A pause loses nothing: going on looks at everything. */
  #enqueue(change: Change): void {
    if (this.#isPaused) {
      return;
    }
    this.#pending = mergeChanges(this.#pending, change);
    void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    if (this.#isSending) {
      return;
    }
    this.#isSending = true;
    while (this.#pending !== undefined && !this.#life.signal.aborted) {
      const change = this.#pending;
      this.#pending = undefined;
      await this.#try(() => this.#send(change));
    }
    this.#isSending = false;
  }

  async #send(change: Change): Promise<void> {
    const { ref } = this.#spec;
    if (change === "everything") {
      this.#scannedAt = Date.now();
      await this.#request(requests.index, { folder: ref, rebuild: false });
    } else {
      await this.#request(requests.update, { folder: ref.folder, paths: [...change] });
    }
  }

  /** Manual folders are not followed, so nobody sends their status. */
  async #refreshStatus(): Promise<void> {
    if (!this.#life.signal.aborted) {
      await this.#try(async () => {
        this.showStatus(await this.#request(requests.status, { folder: this.#spec.ref }));
      }, this.#problem);
    }
  }

  /** Work nobody waits for: its failure becomes the folder's problem, and its success ends one. */
  async #try(work: () => Promise<void>, problemAfter?: EngineErrorDetail): Promise<void> {
    try {
      await work();
      this.#settle(problemAfter);
    } catch (error) {
      if (!isAbort(error)) {
        this.#fail(toErrorDetail(error));
      }
    }
  }

  #settle(problem: EngineErrorDetail | undefined): void {
    if (this.#problem !== problem) {
      this.#problem = problem;
      this.#deps.onChange();
    }
  }

  #fail(problem: EngineErrorDetail): void {
    if (problem.code === "index-busy") {
      return; // another window writes this index and keeps it up to date
    }
    this.#deps.onProblem(this.#spec.ref.folder, problem);
    this.#settle(problem);
  }

  #request<P, R>(type: RequestType<P, R, EngineErrorDetail>, params: P): Promise<R> {
    return this.#deps.engine.request(type, params, this.#life.signal);
  }
}
