/**
 * The index of one folder, as its writer sees it: brings it up to date with the folder, wholly or for some paths.
 *
 * Runs must not overlap, and the caller holds the writer's lock throughout each of them. Another process may have
 * written, or have been killed, since the last run; so each begins by catching up. A folder that did not change costs
 * no write.
 */

import type { IndexProgress, IndexSummary } from "../../domain/indexStatus";
import type { Clock, FilePreparer, FolderScan, FoundFile, HashText, WorkspaceFiles } from "../ports";
import { indexFiles, type RunCounts } from "./indexFiles";
import { type ChangePlan, planRefresh, planUpdate } from "./planChanges";
import { isBalanced, type OnDrop, sweepIndex } from "./sweepIndex";
import type { IndexTarget } from "./writeBatch";

/** Files that count as recent. */
const RECENT_FILES = 200;

/** Progress is reported at most this often, and at each new phase. */
const PROGRESS_INTERVAL_MS = 200;

export interface FolderIndexDeps extends IndexTarget {
  /** Absolute path; only named in reports. */
  readonly folder: string;
  readonly files: WorkspaceFiles;
  readonly preparer: FilePreparer;
  readonly clock: Clock;
  readonly hashText: HashText;
  readonly onDrop: OnDrop;
}

export type OnProgress = (progress: IndexProgress) => void;

export interface RefreshOptions {
  /** Paths that somebody is at work on: these come first, then the files that were changed last. */
  readonly first?: ReadonlySet<string>;
  /** Of the whole folder, where it was begun while the index was opened. */
  readonly scan?: Promise<FolderScan> | undefined;
}

/**
 * Every method throws {EngineError} `folder-…`, `disk-full`, `index-unwritable` or `index-damaged`, and {DOMException}
 * `AbortError` when its signal fires; what was written until then stays.
 */
export interface FolderIndex {
  /** Reads what another process wrote, and mends what a killed one left. Each run begins with it. */
  sweep(): Promise<void>;
  /** Makes the index equal to the folder. */
  refresh(signal: AbortSignal, onProgress: OnProgress, options?: RefreshOptions): Promise<IndexSummary>;
  /** The same for some paths, each a file or a folder that may have come, changed or gone. */
  update(paths: readonly string[], signal: AbortSignal): Promise<IndexSummary>;
}

export function createFolderIndex(deps: FolderIndexDeps): FolderIndex {
  return new LocalFolderIndex(deps);
}

class LocalFolderIndex implements FolderIndex {
  readonly #deps: FolderIndexDeps;
  /** Whether every row's file id, and the search index, were looked at since the index was opened. */
  #isSwept = false;

  constructor(deps: FolderIndexDeps) {
    this.#deps = deps;
  }

  async sweep(): Promise<void> {
    const { manifest, store, onDrop } = this.#deps;
    manifest.refresh();
    if (!this.#isSwept) {
      const both = [sweepIndex(this.#deps, onDrop), store.mendSearchIndex()];
      await Promise.allSettled(both); // neither may go on behind the caller's back
      await Promise.all(both);
      this.#isSwept = true;
    } else if (!(await isBalanced(this.#deps))) {
      await sweepIndex(this.#deps, onDrop);
    }
  }

  async refresh(
    signal: AbortSignal,
    onProgress: OnProgress,
    { first = new Set(), scan: begun }: RefreshOptions = {},
  ): Promise<IndexSummary> {
    const { files, manifest, clock } = this.#deps;
    const progress = new ProgressReporter(clock, onProgress);
    progress.enter("scanning");
    await this.sweep();
    const plan = urgentFirst(planRefresh(await (begun ?? files.scan(signal)), manifest), first);
    if (plan.toPrepare.length > 0) {
      progress.start(plan);
    }
    const counts = await this.#carryOut(plan, signal, progress);
    return this.#summary(counts, progress.elapsedMs);
  }

  async update(paths: readonly string[], signal: AbortSignal): Promise<IndexSummary> {
    const { files, manifest, clock } = this.#deps;
    const progress = new ProgressReporter(clock, () => undefined);
    await this.sweep();
    const isListed = (path: string) => manifest.get(path)?.state === "indexed";
    const scan = await files.look(paths, signal, isListed);
    const counts = await this.#carryOut(planUpdate(scan, paths, manifest), signal, progress);
    return this.#summary(counts, progress.elapsedMs);
  }

  #carryOut(plan: ChangePlan, signal: AbortSignal, progress: ProgressReporter): Promise<RunCounts> {
    return indexFiles(this.#deps, plan, (file) => progress.done(file), signal);
  }

  #summary(counts: RunCounts, elapsedMs: number): IndexSummary {
    let files = 0;
    let skipped = 0;
    let chunks = 0;
    for (const record of this.#deps.manifest.all()) {
      files += Number(record.state === "indexed");
      skipped += Number(record.state === "skipped");
      chunks += record.chunks;
    }
    return {
      folder: this.#deps.folder,
      files,
      chunks,
      skipped,
      bytes: counts.bytesIndexed,
      filesIndexed: counts.filesIndexed,
      filesRemoved: counts.filesRemoved,
      chunksWritten: counts.chunksWritten,
      embedded: 0,
      reused: chunks - counts.chunksWritten,
      elapsedMs,
    };
  }
}

/** The rest stays in order of path: files that lie together share their language and repeat each other's words. */
function urgentFirst(plan: ChangePlan, first: ReadonlySet<string>): ChangePlan {
  const open = plan.toPrepare.filter(({ file }) => first.has(file.path));
  const recent = plan.toPrepare.toSorted((a, b) => b.file.mtimeMs - a.file.mtimeMs).slice(0, RECENT_FILES);
  return { ...plan, toPrepare: [...new Set([...open, ...recent, ...plan.toPrepare])] };
}

class ProgressReporter {
  readonly #startedAt: number;
  #phaseStartedAt: number;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #phase: IndexProgress["phase"] = "idle";
  #filesDone = 0;
  #filesTotal = 0;
  #bytesDone = 0;
  #bytesTotal = 0;

  constructor(
    readonly clock: Clock,
    readonly report: OnProgress,
  ) {
    this.#startedAt = clock();
    this.#phaseStartedAt = this.#startedAt;
  }

  get elapsedMs(): number {
    return this.clock() - this.#startedAt;
  }

  enter(phase: IndexProgress["phase"]): void {
    this.#phase = phase;
    this.#send();
  }

  start({ toPrepare }: ChangePlan): void {
    this.#phaseStartedAt = this.clock();
    this.#filesDone = 0;
    this.#bytesDone = 0;
    this.#filesTotal = toPrepare.length;
    this.#bytesTotal = toPrepare.reduce((sum, { file }) => sum + file.sizeBytes, 0);
    this.enter("indexing");
  }

  done(file: FoundFile): void {
    this.#filesDone += 1;
    this.#bytesDone += file.sizeBytes;
    if (this.#filesDone === this.#filesTotal) {
      this.enter("finishing");
    } else if (this.clock() - this.#reportedAt >= PROGRESS_INTERVAL_MS) {
      this.#send();
    }
  }

  #send(): void {
    this.#reportedAt = this.clock();
    this.report({
      phase: this.#phase,
      filesDone: this.#filesDone,
      filesTotal: this.#filesTotal,
      bytesDone: this.#bytesDone,
      bytesTotal: this.#bytesTotal,
      elapsedMs: this.clock() - this.#phaseStartedAt,
    });
  }
}
