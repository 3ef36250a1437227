/**
 * One indexed folder within the engine: its index, its runs, its status.
 *
 * Runs follow each other (`indexWriter.ts`), and a second process waits for a run to end, never for a window to close.
 * Searching never waits for a run.
 */

import type { FolderPreparer } from "../../adapters/parsing/workerFilePreparer";
import { textHash } from "../../adapters/store/textHash";
import { isIgnoreFile } from "../../core/indexing/selecting/ignoreRules";
import type { Clock, CommitHistory, FileScanner, FolderScan, WorkspaceFiles } from "../../core/ports";
import { EngineError, isAbort, toErrorDetail } from "../../domain/errors";
import type { FileReport, IndexProgress, IndexStatus, IndexSummary } from "../../domain/indexStatus";
import type { FolderSettings } from "../../protocol/engine";
import type { Checkup } from "../doctor";
import type { Embeddings } from "../vectors/embeddings";
import { FolderVectors } from "../vectors/folderVectors";
import { checkUp } from "./checkUp";
import { type CutFile, cutFile } from "./cutFile";
import { isAsAsked, requireSettings } from "./folderSettingsFile";
import { FolderStatus } from "./folderStatus";
import { emptySummary, fileReports } from "./indexCounts";
import type { IndexHandle } from "./indexHandle";
import { completeIndex, tidyIndex, type UpkeepDeps } from "./indexUpkeep";
import { IndexWriter, isDamage } from "./indexWriter";
import type { OpenIndex } from "./openIndex";
import { ProgressReports } from "./progressReports";
import { Readiness } from "./readiness";
import { RetryWhenCured } from "./retryWhenCured";
import { TidyWhenQuiet } from "./tidyWhenQuiet";
import { UnindexedFiles } from "./unindexedFiles";

/** What a repair does not cure is not cured by the next one either. */
const REPAIR_INTERVAL_MS = 60_000;

export interface FolderSessionDeps {
  /** Absolute path. */
  readonly folder: string;
  readonly settings: FolderSettings;
  /** Those that somebody named; the others were kept with the index, or are the defaults. */
  readonly settingsAskedFor: Partial<FolderSettings>;
  readonly handle: IndexHandle;
  readonly files: WorkspaceFiles;
  readonly preparer: FolderPreparer;
  readonly scanner: FileScanner;
  readonly embeddings: Embeddings;
  readonly clock: Clock;
  readonly onStatus: (status: IndexStatus) => void;
  readonly log: (level: "info" | "warn" | "error", message: string) => void;
}

export class FolderSession {
  readonly #deps: FolderSessionDeps;
  readonly #life = new AbortController();
  readonly vectors: FolderVectors;
  readonly unindexed: UnindexedFiles;
  readonly #writer: IndexWriter;
  readonly #reports: ProgressReports;
  readonly #status: FolderStatus;
  #isPaused: boolean;
  readonly #readiness: Readiness;
  /** Nobody waits for its runs, so they are its own to try again. */
  #isFollowed = false;
  readonly #retry: RetryWhenCured;
  #repairedAt = Number.NEGATIVE_INFINITY;
  readonly #tidying: TidyWhenQuiet;
  readonly #upkeep: UpkeepDeps;

  constructor(deps: FolderSessionDeps) {
    this.#deps = deps;
    const { folder, handle, settings, settingsAskedFor, preparer, clock, onStatus } = deps;
    this.#isPaused = handle.isPaused();
    const { signal } = this.#life;
    const log = (message: string) => deps.log("info", `${folder}: ${message}`);
    this.#status = new FolderStatus({
      folder,
      handle,
      vectors: () => this.vectors,
      progress: () => this.#reports.progress,
      problem: () => this.#writer.problem,
    });
    this.#reports = new ProgressReports({ status: () => this.status(), onStatus, clock, log }, this.#isPaused);
    this.#writer = new IndexWriter({
      handle,
      settings,
      settingsAskedFor,
      clock,
      log,
      onAsked: () => this.#tidying.stop(),
      onWait: () => this.#reports.reportAnew("waiting"),
      onSuccess: () => this.#retry.succeeded(),
      onFailure: (problem) => this.#isFollowed && !this.#isPaused && this.#retry.failed(problem),
      onDropped: () => this.#tidying.quiet(),
      onEnd: () => this.#afterRun(),
      life: signal,
    });
    this.unindexed = new UnindexedFiles({
      files: { scan: this.#scan },
      scanner: deps.scanner,
      hashText: textHash,
      clock,
      isComplete: () => handle.isComplete(),
      isHeldUp: () => this.#isPaused || this.#reports.progress.phase === "waiting",
      life: signal,
      warn: this.#warn,
    });
    this.#retry = new RetryWhenCured(handle.location, () => this.#indexInBackground());
    this.#upkeep = { handle, warn: this.#warn };
    const tidy = (giveWay: AbortSignal) => tidyIndex(this.#upkeep, this.#writer, AbortSignal.any([signal, giveWay]));
    this.#tidying = new TidyWhenQuiet(tidy, clock);
    this.#readiness = new Readiness({ preparer, handle, signal, log: this.#warn });
    this.vectors = new FolderVectors({
      indexDir: handle.location.indexDir,
      embeddings: deps.embeddings,
      read: (use) => this.read(use),
      clock,
      onChange: (isNewState) => this.#reports.sendStatus(isNewState),
      onDamage: () => this.reconsiderVectors(),
      log: (level, message) => deps.log(level, `${folder}: ${message}`),
    });
  }

  readonly #warn = (message: string): void => this.#deps.log("warn", `${this.folder}: ${message}`);

  get folder(): string {
    return this.#deps.folder;
  }

  get files(): WorkspaceFiles {
    return this.#deps.files;
  }

  hasSettings(asked: Partial<FolderSettings>): boolean {
    return isAsAsked(this.#deps.settings, asked);
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
    this.#writer.stop();
  }

  /** @param openPaths relative to the folder, the one in front first: what somebody is at work on comes first. */
  prefer(openPaths: readonly string[]): void {
    this.#noteOpen(openPaths);
    if (!this.#writer.isAtWork && this.#deps.handle.isComplete()) {
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
    this.#writer.stop();
    void this.vectors.pause();
    this.#reports.reportPhase("paused");
  }

  resume(): void {
    this.#endPause();
    this.#reports.reportAnew("idle");
    this.#indexInBackground();
  }

  /** The settings of the models have changed, or vectors proved to be damaged. */
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
    return this.#refresh(rebuild, signal);
  }

  #refresh(rebuild: boolean, signal: AbortSignal): Promise<IndexSummary> {
    const { handle } = this.#deps;
    let scan: Promise<FolderScan> | undefined;
    let news: Promise<CommitHistory | undefined> | undefined;
    const refresh = async (index: OpenIndex, runSignal: AbortSignal) => {
      if (rebuild) {
        index = await handle.rebuild();
      }
      const onProgress = (progress: IndexProgress) => this.#reports.report(progress);
      const first = new Set(this.#readiness.openPaths);
      const summary = await index.folderIndex.refresh(runSignal, onProgress, { first, scan });
      this.#writer.isLacking = false;
      handle.history.keep(await news);
      if (!handle.isComplete() || summary.chunksWritten > 0) {
        this.#reports.reportPhase("finishing");
        await completeIndex(this.#upkeep, index, runSignal);
      }
      this.unindexed.settle();
      this.#tidying.note(summary);
      return summary;
    };
    this.unindexed.expect();
    const run = this.#writer.write(signal, refresh, (runSignal) => {
      scan = this.#scan(runSignal); // git lists the files while the index is opened
      scan.catch(() => undefined); // whoever waits for it is told; nobody does where the index does not open
      this.unindexed.begin(scan);
      news = handle.history.look(runSignal);
      news.catch(() => undefined); // likewise
      return handle.forWriting("replace");
    });
    return run.catch((error: unknown) => {
      this.#writer.isLacking ||= !isAbort(error);
      throw error;
    });
  }

  /** @throws {EngineError} `settings-damaged` where it is not known what is to be left out; and as `WorkspaceFiles.scan`. */
  readonly #scan = async (signal: AbortSignal): Promise<FolderScan> => {
    requireSettings(this.#deps.handle.location, this.#deps.settingsAskedFor);
    return this.#deps.files.scan(signal);
  };

  /** Brings the index up to date for these paths alone. While paused it does nothing: `resume` looks at everything. */
  async update(paths: readonly string[], signal: AbortSignal): Promise<IndexSummary> {
    if (this.#isPaused) {
      return emptySummary(this.folder);
    }
    if (paths.some(isIgnoreFile)) {
      return this.index(false, signal); // it decides about files that no event names
    }
    const update = async (index: OpenIndex, runSignal: AbortSignal) => {
      const written = await index.folderIndex.update(paths, runSignal);
      this.#tidying.note(written);
      return written;
    };
    const summary = await this.#writer.write(signal, update).catch((error: unknown) => {
      this.unindexed.suspect();
      throw error;
    });
    if (this.#writer.isLacking) {
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
      await this.#writer.repair(this.#life.signal);
      if (this.#writer.isLacking && !this.#isPaused) {
        this.#indexInBackground();
      }
      return readOnce();
    }
  }

  /** True while something goes on, whether or not somebody waits for it. */
  isAtWork(): boolean {
    return this.#writer.isAtWork || this.vectors.status.state === "filling";
  }

  /** True where there is no index, or a part of one that nobody is at work on: a run was stopped, or failed. */
  async needsRun(): Promise<boolean> {
    const isThere = await this.#deps.handle.read(async (index) => index !== undefined);
    return !isThere || (this.isUnfinished() && !this.#writer.isAtWork);
  }

  /** True of an index that nobody keeps up to date. */
  isUnwatched(): boolean {
    return !this.#isFollowed && !this.#isPaused && !this.#writer.isAtWork && this.#deps.handle.isComplete();
  }

  /** True while a part of the folder is still to be indexed, unless someone has paused that. */
  isUnfinished(): boolean {
    return !this.#isPaused && !this.#deps.handle.isComplete();
  }

  /** As `doctor` asks for it; a pause goes on. @throws {DOMException} `AbortError`. What cannot be done is part of the result. */
  checkUp(signal: AbortSignal): Promise<Checkup> {
    const { handle, clock } = this.#deps;
    const refresh = (runSignal: AbortSignal) => this.#refresh(false, runSignal);
    const checkVectors = (runSignal: AbortSignal) => this.vectors.checkUp(runSignal);
    return checkUp({ handle, clock, checkVectors, refresh, status: this.#status }, signal);
  }

  status(): Promise<IndexStatus> {
    return this.#status.read();
  }

  listFiles(): Promise<FileReport[]> {
    return this.read(async ({ manifest }) => fileReports(manifest.all()));
  }

  /** @throws {EngineError} as `cutFile`. */
  cut(path: string, signal: AbortSignal): Promise<CutFile> {
    return cutFile(this.#deps.preparer, { folder: this.folder, path }, signal);
  }

  async dispose(): Promise<void> {
    this.#retry.stop();
    this.#life.abort();
    await this.vectors.dispose();
    await this.#writer.idle();
    this.#reports.stop();
    this.#tidying.stop(); // the last run may have asked for it
    await this.#deps.handle.close();
  }

  /** Somebody has deleted the index of a folder that is followed. */
  #remake(): void {
    if (this.#isFollowed && !this.#isPaused && !this.#writer.isAtWork && this.#writer.problem === undefined) {
      this.#indexInBackground();
    }
  }

  #endPause(): void {
    if (this.#isPaused) {
      this.unindexed.suspect();
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

  #afterRun(): void {
    this.#status.forget();
    this.unindexed.end();
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

  /** Merges what many runs have left, for an engine that does not live to see a quiet moment. @throws as `index`. */
  merge(signal: AbortSignal): Promise<void> {
    return this.#writer.write(signal, (index) => index.store.merge());
  }
}
