/**
 * The index of one folder on disk: opened when it is first needed, made where there is none, opened anew when another
 * process has replaced it, and repaired by its next writer where it is damaged (`docs/adr/0011`).
 */

import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toFileEngineError } from "../adapters/store/fileErrors";
import {
  clearIndex,
  type IndexIdentity,
  type IndexLocation,
  inspectIndex,
  makeIndexDirectory,
  openQuarantine,
  rememberIndex,
  writeMarker,
} from "../adapters/store/indexDirectory";
import { createLanceTable, openLanceChunkStore } from "../adapters/store/lanceChunkStore";
import { finishInterrupted, salvageTable } from "../adapters/store/lanceSalvage";
import { salvageManifest } from "../adapters/store/salvageManifest";
import { createSqliteManifest, openSqliteManifest } from "../adapters/store/sqliteManifest";
import { textHash } from "../adapters/store/textHash";
import { CHUNKER_VERSION } from "../core/indexing/chunking/chunkerVersion";
import { createFolderIndex, type FolderIndex } from "../core/indexing/folderIndex";
import { verifyIndex } from "../core/indexing/verifyIndex";
import type { ChunkStore, Clock, FilePreparer, Manifest, WorkspaceFiles } from "../core/ports";
import { ANALYZER_VERSION } from "../core/retrieval/query/terms";
import { createSearcher, type Searcher } from "../core/retrieval/searcher";
import { EngineError } from "../domain/errors";
import type { IndexRepair } from "../domain/indexRepair";

const IDENTITY: IndexIdentity = { chunkerVersion: CHUNKER_VERSION, analyzerVersion: ANALYZER_VERSION };

/** There once a run over the whole folder has ended. */
const COMPLETE_FILE = "complete";

/** There while a run goes on; one that is found tells of a run that was cut off. */
const RUNNING_FILE = "running";

export interface OpenIndex {
  readonly manifest: Manifest;
  readonly store: ChunkStore;
  readonly folderIndex: FolderIndex;
  readonly searcher: Searcher;
}

export interface IndexHandleDeps {
  readonly location: IndexLocation;
  readonly files: WorkspaceFiles;
  readonly preparer: FilePreparer;
  readonly clock: Clock;
  readonly log: (level: "info" | "warn", message: string) => void;
}

interface Opened extends OpenIndex {
  readonly isWriter: boolean;
  /** False once the index was deleted or replaced. */
  readonly isIntact: () => boolean;
  /** How many reads use it; it is closed after the last one. */
  readers: number;
  isRetired: boolean;
}

export class IndexHandle {
  readonly #deps: IndexHandleDeps;
  #opened: Opened | undefined;
  #opening: Promise<Opened | undefined> = Promise.resolve(undefined);
  #isSuspect = false;
  #onRepair: (repair: IndexRepair) => void = () => undefined;

  constructor(deps: IndexHandleDeps) {
    this.#deps = deps;
  }

  /** @param listener told of each repair; there is one. */
  onRepair(listener: (repair: IndexRepair) => void): void {
    this.#onRepair = listener;
  }

  get location(): IndexLocation {
    return this.#deps.location;
  }

  /** True once the whole folder was indexed; until then answers know a part of it. */
  isComplete(): boolean {
    return existsSync(join(this.location.indexDir, COMPLETE_FILE));
  }

  /** Called by the holder of the lock. */
  markComplete(): void {
    if (!this.isComplete()) {
      writeFileSync(join(this.location.indexDir, COMPLETE_FILE), "");
    }
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
   */
  forWriting(): Promise<OpenIndex> {
    return this.#next(async () => {
      const isToBeVerified = this.#isSuspect || existsSync(this.#runningFile);
      if (isToBeVerified || !(this.#opened?.isWriter && this.#opened.isIntact())) {
        await this.#retire();
        await this.#prepareDirectory();
        await this.#openOrRepair(isToBeVerified);
        this.#isSuspect = false;
      }
      this.#markRunning();
      return this.#opened;
    }) as Promise<OpenIndex>;
  }

  /** Has the next writer look at every byte. */
  suspect(): void {
    this.#isSuspect = true;
  }

  /** To be called by the holder of the lock before it gives it up, unless the index proved to be damaged. */
  endRun(): void {
    try {
      rmSync(this.#runningFile, { force: true });
    } catch {
      // where nothing can be written a mark that stays only has the next writer look at everything
    }
  }

  /** To be called by the holder of the lock. @returns an empty index in place of the old one. */
  rebuild(): Promise<OpenIndex> {
    return this.#next(async () => {
      await this.#retire();
      clearIndex(this.location);
      await this.#create();
      this.#markRunning();
      return this.#open(true);
    }) as Promise<OpenIndex>;
  }

  get #runningFile(): string {
    return join(this.location.indexDir, RUNNING_FILE);
  }

  #markRunning(): void {
    try {
      writeFileSync(this.#runningFile, "", { mode: 0o600 });
    } catch (error) {
      throw toFileEngineError(error, this.location.indexDir, "write");
    }
  }

  async close(): Promise<void> {
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

  async #prepareDirectory(): Promise<void> {
    let condition: ReturnType<typeof inspectIndex>;
    try {
      condition = inspectIndex(this.location, IDENTITY);
    } catch (error) {
      this.#setAllAside(problemOf(error));
      condition = "missing";
    }
    if (condition !== "current") {
      clearIndex(this.location);
      await this.#create();
    }
  }

  async #openOrRepair(isToBeVerified: boolean): Promise<void> {
    try {
      await this.#open(true);
      if (isToBeVerified) {
        await this.#verify();
      }
    } catch (error) {
      await this.#repair(problemOf(error));
    }
  }

  /** Keeps what can be kept; where that is nothing, begins anew. */
  async #repair(problem: string): Promise<void> {
    this.#deps.log("warn", `The index is damaged (${problem}); it is being repaired.`);
    await this.#retire();
    try {
      await this.#salvage();
      await this.#open(true);
      await this.#verify();
    } catch (error) {
      problemOf(error);
      await this.#retire();
      this.#setAllAside(problem);
      await this.#create();
      await this.#open(true);
    }
  }

  /** Makes manifest and table readable again. @throws {EngineError} `index-damaged` if one of them cannot be. */
  async #salvage(): Promise<void> {
    const { indexDir } = this.location;
    const { clock, log } = this.#deps;
    const quarantine = openQuarantine(this.location, clock());
    if (!isManifestSound(indexDir)) {
      if (!salvageManifest(indexDir, quarantine.setAside)) {
        throw new EngineError({ code: "index-damaged", indexDir, problem: "the manifest cannot be read" });
      }
      this.#onRepair({ kind: "manifest-salvaged" });
    }
    const table = await salvageTable(indexDir, quarantine.setAside);
    if (table === undefined) {
      throw new EngineError({ code: "index-damaged", indexDir, problem: "no version of the chunk table opens" });
    }
    if (table.rolledBack > 0) {
      this.#onRepair({ kind: "rolled-back", versions: table.rolledBack });
    }
    log("info", `What could not be kept of the index lies in ${quarantine.path}; ${table.rowsLost} rows were lost.`);
    writeMarker(this.location, IDENTITY, clock()); // whoever has the index open opens it anew
  }

  /** Compares everything with what was written. @throws {EngineError} `index-damaged` where it cannot be read. */
  async #verify(): Promise<void> {
    const { manifest, store } = this.#opened as Opened;
    const paths = await verifyIndex({ manifest, store }, textHash);
    if (paths.length > 0) {
      rmSync(join(this.location.indexDir, COMPLETE_FILE), { force: true });
      this.#onRepair({ kind: "files-dropped", paths });
    }
    if (!(await store.isSearchIndexIntact())) {
      await store.rebuildSearchIndex();
      this.#onRepair({ kind: "search-index-rebuilt" });
    }
  }

  #setAllAside(problem: string): void {
    const quarantine = openQuarantine(this.location, this.#deps.clock());
    quarantine.setAllAside();
    this.#deps.log(
      "warn",
      `The index is built anew, because it was damaged (${problem}); it lies in ${quarantine.path}`,
    );
    this.#onRepair({ kind: "rebuilt", problem });
  }

  async #create(): Promise<void> {
    const { indexDir } = this.location;
    createSqliteManifest(indexDir);
    await createLanceTable(indexDir);
    writeMarker(this.location, IDENTITY, this.#deps.clock());
  }

  async #open(isWriter: boolean): Promise<Opened> {
    const { indexDir } = this.location;
    const { files, preparer, clock } = this.#deps;
    if (isWriter) {
      finishInterrupted(indexDir);
    }
    const isIntact = rememberIndex(this.location);
    const manifest = openSqliteManifest(indexDir, isWriter);
    try {
      const onMended = () => this.#onRepair({ kind: "search-index-rebuilt" });
      const store = await openLanceChunkStore({ indexDir, isWriter, isIntact, onMended });
      const folderIndex = createFolderIndex({ folder: this.location.folder, files, preparer, manifest, store, clock });
      const searcher = createSearcher({ manifest, store });
      this.#opened = { manifest, store, folderIndex, searcher, isWriter, isIntact, readers: 0, isRetired: false };
      return this.#opened;
    } catch (error) {
      manifest.close();
      throw error;
    }
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

/** @returns what is wrong. @throws whatever is not damage. */
function problemOf(error: unknown): string {
  if (error instanceof EngineError && error.detail.code === "index-damaged") {
    return error.detail.problem;
  }
  throw error;
}

function isManifestSound(indexDir: string): boolean {
  try {
    const manifest = openSqliteManifest(indexDir, true);
    try {
      manifest.verify();
      return true;
    } finally {
      manifest.close();
    }
  } catch (error) {
    problemOf(error);
    return false;
  }
}

async function closeIfUnused({ isRetired, readers, manifest, store }: Opened): Promise<void> {
  if (isRetired && readers === 0) {
    manifest.close();
    await store.close();
  }
}
