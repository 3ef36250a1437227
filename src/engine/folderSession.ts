/**
 * One indexed folder within the engine: its index, its runs, its status.
 *
 * Whoever writes takes the index's lock for that run alone (`docs/adr/0003`), so a second process waits for a run to end and
 * never for a window to close. Runs follow each other; searching never waits for a run.
 */

import type { FolderPreparer } from "../adapters/parsing/workerFilePreparer";
import { measureIndex } from "../adapters/store/indexDirectory";
import { acquireWriterLock, type WriterLock } from "../adapters/store/writerLock";
import { isIgnoreFile } from "../core/indexing/selecting/ignoreRules";
import type { Clock, CommitHistory, FolderScan, WorkspaceFiles } from "../core/ports";
import { EngineError, type EngineErrorDetail, isAbort, toErrorDetail } from "../domain/errors";
import type { IndexRepair } from "../domain/indexRepair";
import type { FileReport, IndexProgress, IndexStatus, IndexSummary } from "../domain/indexStatus";
import type { FolderSettings } from "../protocol/engine";
import { type CutFile, cutFile } from "./cutFile";
import type { Checkup } from "./doctor";
import { isSameSettings, keepFolderSettings } from "./folderSettingsFile";
import { folderStatus, type SessionState } from "./folderStatus";
import { count, emptySummary } from "./indexCounts";
import type { IndexHandle, OpenIndex } from "./indexHandle";
import { ProgressReports } from "./progressReports";
import { Readiness } from "./readiness";
import { RetryWhenCured } from "./retryWhenCured";
import { SerialQueue } from "./serialQueue";
import { TidyWhenQuiet } from "./tidyWhenQuiet";
import { noteTrouble } from "./troubleLog";
import type { Embeddings } from "./vectors/embeddings";
import { FolderVectors } from "./vectors/folderVectors";

const LOCK_RETRY_MS = 100;

/** What a repair does not cure is not cured by the next one either. */
const REPAIR_INTERVAL_MS = 60_000;

const MAX_PATHS_LOGGED = 20;

export interface FolderSessionDeps {
  /** Absolute path. */
  readonly folder: string;
  readonly settings: FolderSettings;
  readonly handle: IndexHandle;
  readonly files: WorkspaceFiles;
  readonly preparer: FolderPreparer;
  readonly embeddings: Embeddings;
  readonly clock: Clock;
  readonly onStatus: (status: IndexStatus) => void;
  readonly log: (level: "info" | "warn" | "error", message: string) => void;
}

export class FolderSession {
  readonly #deps: FolderSessionDeps;
  readonly #queue = new SerialQueue();
  readonly #life = new AbortController();
  readonly vectors: FolderVectors;
  #run: AbortController | undefined;
  readonly #reports: ProgressReports;
  #problem: EngineErrorDetail | undefined;
  #diskBytes: Promise<number> | undefined;
  #isPaused: boolean;
  readonly #readiness: Readiness;
  /** Nobody waits for its runs, so they are its own to try again. */
  #isFollowed = false;
  readonly #retry: RetryWhenCured;
  /** Files were dropped from a damaged index: a run over the whole folder has to bring them back. */
  #isLacking = false;
  #repairedAt = Number.NEGATIVE_INFINITY;
  readonly #tidying: TidyWhenQuiet;

  constructor(deps: FolderSessionDeps) {
    this.#deps = deps;
    this.#isPaused = deps.handle.isPaused();
    const { clock, onStatus } = deps;
    const log = (message: string) => deps.log("info", `${deps.folder}: ${message}`);
    this.#reports = new ProgressReports({ status: () => this.status(), onStatus, clock, log }, this.#isPaused);
    deps.handle.onRepair((repair) => this.#noteRepair(repair));
    this.#retry = new RetryWhenCured(deps.handle.location, () => this.#indexInBackground());
    this.#tidying = new TidyWhenQuiet(() => this.#tidy(), deps.clock);
    this.#readiness = new Readiness({
      preparer: deps.preparer,
      handle: deps.handle,
      signal: this.#life.signal,
      log: (message) => deps.log("warn", `${deps.folder}: ${message}`),
    });
    this.vectors = new FolderVectors({
      indexDir: deps.handle.location.indexDir,
      embeddings: deps.embeddings,
      read: (use) => this.read(use),
      clock: deps.clock,
      onChange: (isNewState) => this.#reports.sendStatus(isNewState),
      log: (level, message) => deps.log(level, `${deps.folder}: ${message}`),
    });
  }

  get folder(): string {
    return this.#deps.folder;
  }

  get files(): WorkspaceFiles {
    return this.#deps.files;
  }

  hasSettings(settings: FolderSettings): boolean {
    return isSameSettings(this.#deps.settings, settings);
  }

  /** Called at every step of a run; `onStatus` is called less often. */
  onProgress(listener: (progress: IndexProgress) => void): { dispose(): void } {
    return this.#reports.onProgress(listener);
  }

  /**
   * Brings the index up to date behind the caller's back, and goes on doing so when told of changes.
   *
   * @param openPaths relative to the folder: what somebody is at work on is indexed first.
   */
  async follow(openPaths: readonly string[]): Promise<IndexStatus> {
    this.#isFollowed = true;
    this.#noteOpen(openPaths);
    if (!this.#isPaused) {
      this.#indexInBackground();
    }
    return this.status();
  }

  unfollow(): void {
    this.#run?.abort();
  }

  /** @param openPaths relative to the folder, the one in front first: what somebody is at work on comes first. */
  prefer(openPaths: readonly string[]): void {
    this.#noteOpen(openPaths);
    if (this.#run === undefined && this.#deps.handle.isComplete()) {
      this.#readiness.makeReady();
    }
  }

  #noteOpen(paths: readonly string[]): void {
    this.#readiness.openPaths = paths;
    this.vectors.prefer(paths);
  }

  /** Outlives the engine. */
  pause(): void {
    this.#isPaused = true;
    this.#deps.handle.keepPaused(true);
    this.#retry.stop();
    this.#run?.abort();
    void this.vectors.pause();
    this.#reports.reportPhase("paused");
  }

  resume(): void {
    this.#endPause();
    this.#reports.reportAnew("idle");
    this.#indexInBackground();
  }

  /** The settings of the models have changed. */
  reconsiderVectors(): void {
    if (this.#isFollowed && !this.#isPaused) {
      void this.vectors.pause().then(() => this.vectors.fillSoon());
    }
  }

  /**
   * Brings the whole index up to date. Ends a pause, since someone asked.
   *
   * @throws {EngineError} `folder-…`, `index-…`, `disk-full`, `native-module-failed`.
   * @throws {DOMException} `AbortError`; what was indexed is kept.
   */
  index(rebuild: boolean, signal: AbortSignal): Promise<IndexSummary> {
    this.#endPause();
    const { files, handle } = this.#deps;
    let scan: Promise<FolderScan> | undefined;
    let news: Promise<CommitHistory | undefined> | undefined;
    const refresh = async (index: OpenIndex, runSignal: AbortSignal) => {
      if (rebuild) {
        index = await handle.rebuild();
      }
      const onProgress = (progress: IndexProgress) => this.#reports.report(progress);
      const first = new Set(this.#readiness.openPaths);
      const summary = await index.folderIndex.refresh(runSignal, onProgress, { first, scan });
      this.#isLacking = false;
      handle.history.keep(await news);
      if (!handle.isComplete() || summary.chunksWritten > 0) {
        this.#reports.reportPhase("finishing");
        await index.store.updateSearchIndex(runSignal);
        handle.markComplete();
        await this.#keepTable(index);
      }
      this.#tidying.note(summary);
      return summary;
    };
    return this.#write(signal, refresh, (runSignal) => {
      scan = files.scan(runSignal); // git lists the files while the index is opened
      scan.catch(() => undefined); // whoever waits for it is told; nobody does where the index does not open
      news = handle.history.look(runSignal);
      news.catch(() => undefined); // likewise
      return handle.forWriting("replace");
    });
  }

  /** Brings the index up to date for these paths alone. While paused it does nothing: `resume` looks at everything. */
  async update(paths: readonly string[], signal: AbortSignal): Promise<IndexSummary> {
    if (this.#isPaused) {
      return emptySummary(this.folder);
    }
    if (paths.some(isIgnoreFile)) {
      return this.index(false, signal); // it decides about files that no event names
    }
    const summary = await this.#write(signal, async (index, runSignal) => {
      const written = await index.folderIndex.update(paths, runSignal);
      this.#tidying.note(written);
      return written;
    });
    if (this.#isLacking) {
      this.#indexInBackground();
    }
    return summary;
  }

  /**
   * Lends the index to `use`, up to date with other processes. If it proves to be damaged, it is repaired and `use` called
   * once more.
   *
   * @throws {EngineError} `index-missing`, `index-too-new`, `index-damaged`, `native-module-failed`.
   */
  async read<T>(use: (index: OpenIndex) => Promise<T>): Promise<T> {
    const readOnce = () =>
      this.#deps.handle.read((index) => {
        if (index === undefined) {
          this.#remake();
          throw new EngineError({ code: "index-missing", folder: this.folder });
        }
        return use(index);
      });
    try {
      return await readOnce();
    } catch (error) {
      const now = this.#deps.clock();
      if (!isDamage(error) || now - this.#repairedAt < REPAIR_INTERVAL_MS) {
        throw error;
      }
      this.#repairedAt = now;
      await this.#repair(this.#life.signal);
      if (this.#isLacking && !this.#isPaused) {
        this.#indexInBackground();
      }
      return readOnce();
    }
  }

  /** True while something goes on, whether or not somebody waits for it. */
  isAtWork(): boolean {
    return this.#run !== undefined || this.vectors.status.state === "filling";
  }

  /** True where there is no index, or a part of one that nobody is at work on: a run was stopped, or failed. */
  async needsRun(): Promise<boolean> {
    const isThere = await this.#deps.handle.read(async (index) => index !== undefined);
    return !isThere || (this.isUnfinished() && this.#run === undefined);
  }

  /** True while a part of the folder is still to be indexed, unless someone has paused that. */
  isUnfinished(): boolean {
    return !this.#isPaused && !this.#deps.handle.isComplete();
  }

  /**
   * Looks at every byte of the index, repairs what is damaged, and indexes again what was dropped for it. A folder without an
   * index stays without.
   *
   * @throws {DOMException} `AbortError`. What cannot be done is part of the result.
   */
  async checkUp(signal: AbortSignal): Promise<Checkup> {
    const startedAt = this.#deps.clock();
    const repairs: IndexRepair[] = [];
    const listening = this.#deps.handle.onRepair((repair) => repairs.push(repair));
    try {
      if (this.#deps.handle.exists()) {
        this.#deps.handle.suspect();
        await this.index(false, signal);
      }
      return { repairs, problem: undefined, checkedMs: this.#deps.clock() - startedAt, status: await this.status() };
    } catch (error) {
      signal.throwIfAborted();
      const checkedMs = this.#deps.clock() - startedAt;
      const diskBytes = (await this.#diskBytes?.catch(() => undefined)) ?? 0; // the error that is told came first
      return { repairs, problem: toErrorDetail(error), checkedMs, status: this.#statusWith(diskBytes, undefined) };
    } finally {
      listening.dispose();
    }
  }

  async status(): Promise<IndexStatus> {
    this.#diskBytes ??= measureIndex(this.#deps.handle.location.indexDir);
    const diskBytes = await this.#diskBytes;
    return this.#statusWith(
      diskBytes,
      await this.#deps.handle.read(
        async (index) => index && { counts: count(index.manifest.all()), vectors: await this.vectors.describe(index) },
      ),
    );
  }

  #statusWith(diskBytes: number, found: SessionState["found"]): IndexStatus {
    const { handle } = this.#deps;
    return folderStatus({
      folder: this.folder,
      indexDir: handle.location.indexDir,
      diskBytes,
      isComplete: handle.isComplete(),
      found,
      vectors: this.vectors.status,
      progress: this.#reports.progress,
      problem: this.#problem,
    });
  }

  listFiles(): Promise<FileReport[]> {
    return this.read(async ({ manifest }) =>
      Array.from(manifest.all(), ({ path, state, reason, chunks }) => ({ path, state, reason, chunks })).sort((a, b) =>
        a.path < b.path ? -1 : 1,
      ),
    );
  }

  /** @throws {EngineError} as `cutFile`. */
  cut(path: string, signal: AbortSignal): Promise<CutFile> {
    return cutFile(this.#deps.preparer, { folder: this.folder, path }, signal);
  }

  async dispose(): Promise<void> {
    this.#retry.stop();
    this.#life.abort();
    await this.vectors.dispose();
    await this.#queue.idle();
    this.#tidying.stop(); // the last run may have asked for it
    await this.#deps.handle.close();
  }

  /** Somebody has deleted the index of a folder that is followed. */
  #remake(): void {
    if (this.#isFollowed && !this.#isPaused && this.#run === undefined && this.#problem === undefined) {
      this.#indexInBackground();
    }
  }

  /**
   * Looks at every byte of the index and repairs what is damaged.
   *
   * @throws as `index`; `index-damaged` where nothing can be kept, which only a run may throw away.
   */
  #repair(signal: AbortSignal): Promise<void> {
    this.#deps.handle.suspect();
    return this.#write(
      signal,
      async () => undefined,
      () => this.#deps.handle.forWriting("keep"),
    );
  }

  #endPause(): void {
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#deps.handle.keepPaused(false);
    }
  }

  #indexInBackground(): void {
    this.index(false, this.#life.signal).catch((error: unknown) => {
      if (!isAbort(error)) {
        this.#deps.log("error", `${this.folder}: ${JSON.stringify(toErrorDetail(error))}`);
      }
    });
  }

  /** Runs `work` as the index's only writer, when its turn comes. */
  #write<T>(
    signal: AbortSignal,
    work: (index: OpenIndex, signal: AbortSignal) => Promise<T>,
    open: (signal: AbortSignal) => Promise<OpenIndex> = () => this.#deps.handle.forWriting("replace"),
  ): Promise<T> {
    this.#tidying.stop();
    return this.#queue.run(async () => {
      const run = new AbortController();
      this.#run = run;
      const runSignal = AbortSignal.any([signal, run.signal, this.#life.signal]);
      let lock: WriterLock | undefined;
      try {
        lock = await this.#waitForLock(runSignal);
        const result = await this.#workOn(await open(runSignal), work, runSignal);
        this.#problem = undefined;
        this.#deps.handle.endRun();
        this.#retry.succeeded();
        return result;
      } catch (error) {
        this.#noteProblem(error);
        throw error;
      } finally {
        lock?.release();
        this.#run = undefined;
        this.#diskBytes = undefined;
        if (this.#isPaused) {
          this.#reports.reportPhase("paused");
        } else {
          this.#reports.reportAnew("idle");
          this.#tidying.quiet();
        }
        if (this.#isFollowed && !this.#isPaused && this.#deps.handle.isComplete()) {
          this.#readiness.makeReady();
          this.vectors.fillSoon();
        }
      }
    }, signal);
  }

  /** If the index proves to be damaged, it is repaired and the work begun anew. */
  async #workOn<T>(
    index: OpenIndex,
    work: (index: OpenIndex, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const { handle, settings } = this.#deps;
    keepFolderSettings(handle.location.indexDir, settings);
    try {
      return await work(index, signal);
    } catch (error) {
      if (!isDamage(error)) {
        throw error;
      }
      handle.suspect();
      return work(await handle.forWriting("replace"), signal);
    }
  }

  #noteProblem(error: unknown): void {
    if (!isAbort(error)) {
      this.#problem = toErrorDetail(error);
      this.#noteTrouble(JSON.stringify(this.#problem));
      if (this.#isFollowed && !this.#isPaused) {
        this.#retry.failed(this.#problem);
      }
    }
    if (!isDamage(error)) {
      this.#deps.handle.endRun(); // the run was stopped or failed, but it was not cut off
    }
  }

  #noteRepair(repair: IndexRepair): void {
    this.#isLacking ||= repair.kind !== "search-index-rebuilt";
    const shown =
      repair.kind === "files-dropped" ? { ...repair, paths: repair.paths.slice(0, MAX_PATHS_LOGGED) } : repair;
    this.#deps.log("info", `${this.folder}: the index was repaired: ${JSON.stringify(shown)}`);
    this.#noteTrouble(JSON.stringify(shown));
  }

  #noteTrouble(what: string): void {
    noteTrouble(this.#deps.handle.location.indexDir, { at: this.#deps.clock(), what });
  }

  #waitForLock(signal: AbortSignal): Promise<WriterLock> {
    const onWait = () => this.#reports.reportAnew("waiting");
    return acquireWriterLock(this.#deps.handle.makeDirectory(), { retryMs: LOCK_RETRY_MS, onWait, signal });
  }

  /** That it cannot be kept is no reason for a run to fail. */
  async #keepTable({ searcher }: OpenIndex): Promise<void> {
    try {
      await searcher.keepTable();
    } catch (error) {
      const problem = JSON.stringify(toErrorDetail(error));
      this.#deps.log("warn", `${this.folder}: the table of files could not be kept: ${problem}`);
    }
  }

  #tidy(): void {
    const { history } = this.#deps.handle;
    this.#write(this.#life.signal, async (index, signal) => {
      history.keep(await history.look(signal));
      await index.store.maintain(signal);
      await this.#keepTable(index);
    }).catch((error: unknown) => {
      if (!isAbort(error)) {
        this.#deps.log("warn", `${this.folder}: tidying the index failed: ${JSON.stringify(toErrorDetail(error))}`);
      }
    });
  }
}

const isDamage = (error: unknown): boolean => error instanceof EngineError && error.detail.code === "index-damaged";
