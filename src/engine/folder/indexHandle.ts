/**
 * The index of one folder on disk: opened when it is first needed, made where there is none, opened anew when another
 * process has replaced it, and repaired by its next writer where it is damaged (`docs/adr/0011`).
 */

import {
  clearIndex,
  type IndexIdentity,
  type IndexLocation,
  inspectIndex,
  isForeign,
  KEPT_OF_FOREIGN,
  makeIndexDirectory,
  removeTemporaries,
  writeMarker,
} from "../../adapters/store/indexDirectory";
import { createLanceTable } from "../../adapters/store/lanceTable";
import { openQuarantine, type Quarantine } from "../../adapters/store/quarantine";
import { holdsRecords } from "../../adapters/store/salvageManifest";
import { createSqliteManifest } from "../../adapters/store/sqliteManifest";
import { textHash } from "../../adapters/store/textHash";
import { CHUNKER_VERSION } from "../../core/indexing/chunking/chunkerVersion";
import { verifyIndex } from "../../core/indexing/verifyIndex";
import type { Clock, FilePreparer, WorkspaceFiles } from "../../core/ports";
import { ANALYZER_VERSION } from "../../core/retrieval/query/terms";
import type { IndexRepair } from "../../domain/indexRepair";
import { FolderHistory } from "./folderHistory";
import { IndexMarks } from "./indexMarks";
import { type OpenIndex, openIndex } from "./openIndex";
import { finishSalvage, problemOf, salvageIndex } from "./salvageIndex";

const IDENTITY: IndexIdentity = { chunkerVersion: CHUNKER_VERSION, analyzerVersion: ANALYZER_VERSION };

/** An index that is in use. */
interface Opened extends OpenIndex {
  /** How many reads use it; it is closed after the last one. */
  readers: number;
  isRetired: boolean;
}

/** What to do with an index of which nothing can be kept. */
type BeyondRepair = "replace" | "keep";

export interface IndexHandleDeps {
  readonly location: IndexLocation;
  readonly files: WorkspaceFiles;
  readonly preparer: FilePreparer;
  readonly clock: Clock;
  readonly log: (level: "info" | "warn", message: string) => void;
}

export class IndexHandle {
  readonly #deps: IndexHandleDeps;
  readonly history: FolderHistory;
  readonly #marks: IndexMarks;
  #opened: Opened | undefined;
  #opening: Promise<Opened | undefined> = Promise.resolve(undefined);
  #isSuspect = false;
  #isClosed = false;
  readonly #repairListeners = new Set<(repair: IndexRepair) => void>();

  constructor(deps: IndexHandleDeps) {
    this.#deps = deps;
    this.#marks = new IndexMarks(deps.location.indexDir);
    this.history = new FolderHistory({ indexDir: deps.location.indexDir, files: deps.files, log: deps.log });
  }

  onRepair(listener: (repair: IndexRepair) => void): { dispose(): void } {
    this.#repairListeners.add(listener);
    return { dispose: () => void this.#repairListeners.delete(listener) };
  }

  /** True for an index of any version and in any state. */
  exists(): boolean {
    try {
      return inspectIndex(this.location, IDENTITY) !== "missing";
    } catch {
      return true;
    }
  }

  /** True for an index of another version than this program's, which its next writer makes anew. */
  isOutdated(): boolean {
    try {
      return inspectIndex(this.location, IDENTITY) === "outdated";
    } catch {
      return false;
    }
  }

  get location(): IndexLocation {
    return this.#deps.location;
  }

  /** True once the whole folder was indexed; until then, and while files are missing, answers know a part of it. */
  isComplete(): boolean {
    return this.#marks.isComplete;
  }

  /** True if indexing was paused, perhaps by an engine that has ended since. */
  isPaused(): boolean {
    return this.#marks.isPaused && !isForeign(this.location);
  }

  keepPaused(isPaused: boolean): void {
    this.#marks.keepPaused(isPaused);
  }

  /** Called by the holder of the lock. */
  markComplete(): void {
    this.#marks.setComplete();
  }

  /** @returns the folder of the index, which exists now. @throws {EngineError} `index-unwritable`, `disk-full`. */
  makeDirectory(): string {
    makeIndexDirectory(this.location);
    return this.location.indexDir;
  }

  /**
   * Lends the index to `use`, as other processes have left it; it stays open until `use` has ended.
   *
   * @param use gets undefined where there is no index that this program can read.
   * @throws {EngineError} `index-too-new`, `index-damaged`, `native-module-failed`.
   */
  async read<T>(use: (index: OpenIndex | undefined) => Promise<T>): Promise<T> {
    const opened = await this.#next(() => this.#forReading());
    if (opened === undefined) {
      return use(undefined);
    }
    opened.readers += 1;
    try {
      opened.manifest.refresh();
      return await use(opened);
    } finally {
      opened.readers -= 1;
      await closeIfUnused(opened);
      if (this.#isClosed) {
        await this.close();
      }
    }
  }

  async #forReading(): Promise<Opened | undefined> {
    if (this.#opened?.isIntact()) {
      return this.#opened;
    }
    await this.#retire();
    return inspectIndex(this.location, IDENTITY) === "current" ? this.#open(false) : undefined;
  }

  /**
   * To be called by the holder of the lock, who calls `endRun` when it is done.
   *
   * A missing or outdated index is made anew. One that is damaged is repaired; one whose last run was cut off, or that is
   * suspected, is looked through for damage first.
   *
   * @param beyondRepair what to do with an index of which nothing can be kept: replace it by an empty one, or keep it.
   * @throws {EngineError} `index-damaged` for one that is to be kept; `index-too-new`, `index-unwritable`, `disk-full`, …
   */
  forWriting(beyondRepair: BeyondRepair = "replace"): Promise<OpenIndex> {
    return this.#next(async () => {
      const isToBeVerified = this.#isSuspect || this.#marks.isRunning;
      if (isToBeVerified || !(this.#opened?.isWriter && this.#opened.isIntact())) {
        await this.#retire();
        await this.#prepareDirectory(beyondRepair);
        await this.#openOrRepair(isToBeVerified, beyondRepair);
        this.#isSuspect = false;
      }
      this.#marks.setRunning();
      return this.#opened;
    }) as Promise<OpenIndex>;
  }

  /** Has the next writer look at every byte. */
  suspect(): void {
    this.#isSuspect = true;
  }

  /** To be called by the holder of the lock before it gives it up, unless the index proved to be damaged. */
  endRun(): void {
    if (!this.#isSuspect) {
      this.#marks.clearRunning(); // else it stays, so that the next writer looks, whichever process that is
    }
  }

  /** To be called by the holder of the lock. @returns an empty index in place of the old one. */
  rebuild(): Promise<OpenIndex> {
    return this.#next(async () => {
      await this.#retire();
      clearIndex(this.location);
      await this.#create();
      this.#marks.setRunning();
      return this.#open(true);
    }) as Promise<OpenIndex>;
  }

  /** What reads later, having begun before, opens the index for itself. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#next(async () => {
      await this.#retire();
      return undefined;
    });
  }

  /** Opening and closing follow each other, so that nobody gets a handle that is about to be closed. */
  #next(step: () => Promise<Opened | undefined>): Promise<Opened | undefined> {
    this.#opening = this.#opening.catch(() => undefined).then(step);
    return this.#opening;
  }

  async #prepareDirectory(beyondRepair: BeyondRepair): Promise<void> {
    try {
      const condition = inspectIndex(this.location, IDENTITY);
      if (condition === "current") {
        removeTemporaries(this.location);
        return;
      }
      if (condition === "foreign") {
        this.#setAllAside(this.#openQuarantine(), "it is of another folder", KEPT_OF_FOREIGN);
      } else if (condition === "missing" && holdsRecords(this.location.indexDir)) {
        this.#setAllAside(this.#openQuarantine(), "its marker is missing");
      }
    } catch (error) {
      const problem = problemOf(error);
      if (beyondRepair === "keep") {
        throw error;
      }
      this.#setAllAside(this.#openQuarantine(), problem);
    }
    clearIndex(this.location);
    await this.#create();
  }

  async #openOrRepair(isToBeVerified: boolean, beyondRepair: BeyondRepair): Promise<void> {
    try {
      const { folderIndex } = await this.#open(true);
      await (isToBeVerified ? this.#verify() : folderIndex.sweep()); // a table with files missing opens all the same
    } catch (error) {
      await this.#repair(error, beyondRepair);
    }
  }

  /** Keeps what can be kept. One that is cut off, or fails, leaves an index that the next writer looks through. */
  async #repair(damage: unknown, beyondRepair: BeyondRepair): Promise<void> {
    const problem = problemOf(damage);
    this.#deps.log("info", `The index is damaged (${problem}); it is being repaired.`);
    await this.#retire();
    this.#isSuspect = true;
    this.#marks.setRunning();
    const quarantine = this.#openQuarantine();
    try {
      await this.#salvage(quarantine);
      await this.#open(true);
      await this.#verify();
    } catch (error) {
      problemOf(error);
      await this.#retire();
      if (beyondRepair === "keep") {
        throw damage;
      }
      this.#setAllAside(quarantine, problem);
      await this.#create();
      await this.#open(true);
    }
  }

  #openQuarantine(): Quarantine {
    return openQuarantine(this.location, this.#deps.clock());
  }

  /** Makes manifest and table readable again. @throws {EngineError} `index-damaged` if one of them cannot be. */
  async #salvage(quarantine: Quarantine): Promise<void> {
    const rowsLost = await salvageIndex({
      indexDir: this.location.indexDir,
      setAside: (name) => {
        this.#marks.clearComplete(); // what takes its place may know fewer files
        quarantine.setAside(name);
      },
      tellOf: (repair) => this.#tellOf(repair),
    });
    this.#deps.log(
      "warn",
      `The index was damaged. What could not be kept of the index lies in ${quarantine.path}; ${rowsLost} rows were lost.`,
    );
    writeMarker(this.location, IDENTITY, this.#deps.clock()); // whoever has the index open opens it anew
  }

  /** Compares everything with what was written. @throws {EngineError} `index-damaged` where it cannot be read. */
  async #verify(): Promise<void> {
    const { manifest, store } = this.#opened as Opened;
    await verifyIndex({ manifest, store }, textHash, this.#noteDropped);
    await store.mendSearchIndex(); // one that is broken cannot be compared
    if (!(await store.isSearchIndexIntact())) {
      await store.rebuildSearchIndex();
      this.#tellOf({ kind: "search-index-rebuilt" });
    }
  }

  readonly #noteDropped = (paths: readonly string[]): void => {
    this.#marks.clearComplete();
    this.#tellOf({ kind: "files-dropped", paths });
  };

  #tellOf(repair: IndexRepair): void {
    for (const listener of this.#repairListeners) {
      listener(repair);
    }
  }

  #setAllAside(quarantine: Quarantine, problem: string, kept?: ReadonlySet<string>): void {
    quarantine.setAllAside(kept);
    this.#deps.log(
      "warn",
      `The index was damaged (${problem}); it is built anew, the old one is in ${quarantine.path}`,
    );
    this.#tellOf({ kind: "rebuilt", problem });
  }

  async #create(): Promise<void> {
    const { indexDir } = this.location;
    createSqliteManifest(indexDir);
    await createLanceTable(indexDir);
    writeMarker(this.location, IDENTITY, this.#deps.clock());
  }

  async #open(isWriter: boolean): Promise<Opened> {
    if (isWriter) {
      finishSalvage(this.location.indexDir);
    }
    const onMended = () => this.#tellOf({ kind: "search-index-rebuilt" });
    const deps = { ...this.#deps, history: this.history, onMended, onDrop: this.#noteDropped };
    const opened = await openIndex(deps, isWriter);
    this.#opened = { ...opened, readers: 0, isRetired: false };
    return this.#opened;
  }

  async #retire(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened !== undefined) {
      opened.isRetired = true;
      await closeIfUnused(opened);
    }
  }
}

async function closeIfUnused({ isRetired, readers, manifest, store }: Opened): Promise<void> {
  if (isRetired && readers === 0) {
    manifest.close();
    await store.close();
  }
}
