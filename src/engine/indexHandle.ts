/**
 * The index of one folder on disk: opened when it is first needed, made where there is none, opened anew when another
 * process has replaced it.
 */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  clearIndex,
  type IndexIdentity,
  type IndexLocation,
  inspectIndex,
  makeIndexDirectory,
  quarantineIndex,
  rememberIndex,
  writeMarker,
} from "../adapters/store/indexDirectory";
import { createLanceTable, openLanceChunkStore } from "../adapters/store/lanceChunkStore";
import { createSqliteManifest, openSqliteManifest } from "../adapters/store/sqliteManifest";
import { CHUNKER_VERSION } from "../core/indexing/chunking/chunkerVersion";
import { createFolderIndex, type FolderIndex } from "../core/indexing/folderIndex";
import type { ChunkStore, Clock, FilePreparer, Manifest, WorkspaceFiles } from "../core/ports";
import { ANALYZER_VERSION } from "../core/retrieval/query/terms";
import { createSearcher, type Searcher } from "../core/retrieval/searcher";
import { EngineError } from "../domain/errors";

const IDENTITY: IndexIdentity = { chunkerVersion: CHUNKER_VERSION, analyzerVersion: ANALYZER_VERSION };

/** There once a run over the whole folder has ended. */
const COMPLETE_FILE = "complete";

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

  constructor(deps: IndexHandleDeps) {
    this.#deps = deps;
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
   * To be called by the holder of the lock.
   *
   * A missing or outdated index is made anew; a damaged one is moved aside first.
   */
  forWriting(): Promise<OpenIndex> {
    return this.#next(async () => {
      if (!(this.#opened?.isWriter && this.#opened.isIntact())) {
        await this.#retire();
        await this.#prepareDirectory();
        await this.#openOrReplace();
      }
      return this.#opened;
    }) as Promise<OpenIndex>;
  }

  /** To be called by the holder of the lock. @returns an empty index in place of the old one. */
  rebuild(): Promise<OpenIndex> {
    return this.#next(async () => {
      await this.#retire();
      clearIndex(this.location);
      await this.#create();
      return this.#open(true);
    }) as Promise<OpenIndex>;
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
      this.#quarantine(error);
      condition = "missing";
    }
    if (condition !== "current") {
      clearIndex(this.location);
      await this.#create();
    }
  }

  async #openOrReplace(): Promise<void> {
    try {
      await this.#open(true);
    } catch (error) {
      this.#quarantine(error);
      await this.#create();
      await this.#open(true);
    }
  }

  /** @throws whatever is not damage. */
  #quarantine(error: unknown): void {
    if (!(error instanceof EngineError && error.detail.code === "index-damaged")) {
      throw error;
    }
    const aside = quarantineIndex(this.location, this.#deps.clock());
    this.#deps.log(
      "warn",
      `The index was damaged (${error.detail.problem}); it is built anew, the old one is in ${aside}`,
    );
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
    const isIntact = rememberIndex(this.location);
    const manifest = openSqliteManifest(indexDir, isWriter);
    try {
      const store = await openLanceChunkStore({ indexDir, isWriter, isIntact });
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

async function closeIfUnused({ isRetired, readers, manifest, store }: Opened): Promise<void> {
  if (isRetired && readers === 0) {
    manifest.close();
    await store.close();
  }
}
