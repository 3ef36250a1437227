/**
 * The chunk table in LanceDB.
 *
 * Every write goes through one queue and starts from the newest version of the table, since a handle with a stale view
 * can double rows. The full-text index alone is built beside that queue, by a handle of its own: it takes seconds, and
 * what is written meanwhile is found without it. Rows that are not in the full-text index yet are searched as they are;
 * `maintain` takes them in when there are enough to be felt. What a search reads is in `lanceChunkReader.ts`.
 */

import type { Connection, Table } from "@lancedb/lancedb";
import type { RecordBatch } from "apache-arrow";
import type {
  CheckedRow,
  ChunkHit,
  ChunkName,
  ChunkRow,
  ChunkStore,
  FoundRow,
  SearchNarrowing,
} from "../../core/ports";
import { EngineError } from "../../domain/errors";
import { STORED_COLUMNS, toArrowTable, toCheckedRows, toChunkRows } from "./chunkTable";
import { isOneOf, LanceChunkReader } from "./lanceChunkReader";
import { TableFiles } from "./lanceDurability";
import { classifyLanceError, toLanceEngineError, toLanceReadError } from "./lanceErrors";
import { compactIfWorthwhile, isIndexingWorthwhile, removeLitter, TERMS_INDEX } from "./lanceMaintenance";
import { type LanceModule, loadLance } from "./lanceModule";
import {
  buildTermsIndex,
  checkSchema,
  connectTo,
  recordSums,
  searchIndexOf,
  TABLE_NAME,
  tableDirectory,
} from "./lanceTable";
import { SearchIndexSums } from "./searchIndexSums";

export interface LanceChunkStoreOptions {
  /** Absolute path of the folder of the index. */
  readonly indexDir: string;
  /** Whether the folder is still the one that was opened; asked before each write. */
  readonly isIntact: () => boolean;
  /** Told when the full-text index was found broken, and built anew. */
  readonly onMended?: () => void;
}

/** @throws {EngineError} `index-damaged`, `index-unreadable`, `native-module-failed`. */
export async function openLanceChunkStore(options: LanceChunkStoreOptions): Promise<ChunkStore> {
  const lance = await loadLance();
  try {
    const connection = await connectTo(lance, options.indexDir);
    const table = await connection.openTable(TABLE_NAME);
    await checkSchema(table, options.indexDir);
    const files = await TableFiles.of(tableDirectory(options.indexDir));
    return new LanceChunkStore(lance, { connection, table }, files, options);
  } catch (error) {
    throw toLanceReadError(error, options.indexDir);
  }
}

/** One handle of the table. What it remembers goes with it. */
interface Opened {
  readonly connection: Connection;
  readonly table: Table;
}

class LanceChunkStore implements ChunkStore {
  /** The end of the last write that was asked for; never rejects. */
  #lastWrite: Promise<unknown> = Promise.resolve();
  /** The end of the last build or housekeeping that was asked for; never rejects. */
  #lastRebuild: Promise<unknown> = Promise.resolve();
  readonly #sums: SearchIndexSums;
  readonly #reader: LanceChunkReader;
  #opened: Opened;

  constructor(
    readonly lance: LanceModule,
    opened: Opened,
    readonly files: TableFiles,
    readonly options: LanceChunkStoreOptions,
  ) {
    this.#opened = opened;
    this.#reader = new LanceChunkReader(lance, (from) => this.#read(from), options.indexDir);
    this.#sums = new SearchIndexSums(options.indexDir, tableDirectory(options.indexDir));
  }

  async add(rows: readonly ChunkRow[]): Promise<void> {
    if (rows.length > 0) {
      await this.#write((table) => table.add(toArrowTable(rows)));
    }
  }

  async deleteFiles(fileIds: readonly number[]): Promise<void> {
    if (fileIds.length > 0) {
      await this.#write((table) => table.delete(isOneOf(fileIds)));
    }
  }

  countByFile(): Promise<Map<number, number>> {
    return this.#reader.countByFile();
  }

  search(terms: readonly string[], limit: number, narrow?: SearchNarrowing): Promise<FoundRow[]> {
    return this.#reader.search(terms, limit, narrow);
  }

  read(rows: readonly FoundRow[]): Promise<ChunkHit[]> {
    return this.#reader.read(rows);
  }

  chunksOfFiles(fileIds: readonly number[]): Promise<ChunkHit[]> {
    return this.#reader.chunksOfFiles(fileIds);
  }

  chunkNames(fileIds: readonly number[] | undefined): Promise<ChunkName[]> {
    return this.#reader.chunkNames(fileIds);
  }

  countRows(): Promise<number> {
    return this.#read((table) => table.countRows());
  }

  updateSearchIndex(signal: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#indexIfWorthwhile(signal, { isQuiet: false }));
  }

  merge(): Promise<void> {
    return this.#inTurn(() => this.#merge());
  }

  maintain(signal: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      await this.#merge();
      await this.#indexIfWorthwhile(signal, { isQuiet: true });
      signal.throwIfAborted();
      await this.#write(() => removeLitter(tableDirectory(this.options.indexDir)));
    });
  }

  scan(fileIds?: readonly number[]): AsyncIterable<readonly ChunkRow[]> {
    return this.#scan(toChunkRows, fileIds);
  }

  scanChecked(): AsyncIterable<readonly CheckedRow[]> {
    return this.#scan(toCheckedRows);
  }

  async *#scan<Rows>(toRows: (batch: RecordBatch) => Rows, fileIds?: readonly number[]): AsyncIterable<Rows> {
    try {
      const query = this.#opened.table.query().select([...STORED_COLUMNS]);
      for await (const batch of fileIds === undefined ? query : query.where(isOneOf(fileIds))) {
        yield toRows(batch);
      }
    } catch (error) {
      throw toLanceReadError(error, this.options.indexDir);
    }
  }

  async isSearchIndexIntact(): Promise<boolean> {
    const index = await this.#read(searchIndexOf);
    return index?.indexUuid !== undefined && index.numSegments === 1 && (await this.#sums.match(index.indexUuid));
  }

  async mendSearchIndex(): Promise<void> {
    if (!(await this.#hasTermsIndex())) {
      await this.rebuildSearchIndex();
      this.options.onMended?.();
    }
  }

  rebuildSearchIndex(): Promise<void> {
    return this.#inTurn(() => this.#buildSearchIndex());
  }

  async close(): Promise<void> {
    await this.#lastRebuild;
    await this.#lastWrite;
    await this.#reader.settled();
    close(this.#opened);
  }

  async #hasTermsIndex(): Promise<boolean> {
    try {
      const indices = await this.#read((table) => table.listIndices());
      await this.search(["probe"], 1);
      return indices.some((index) => index.name === TERMS_INDEX);
    } catch (error) {
      if (error instanceof EngineError && error.detail.code === "index-damaged") {
        return false;
      }
      throw error;
    }
  }

  /** Builds and housekeeping follow each other: of two that go on at once LanceDB may let one fail. */
  #inTurn<T>(rebuild: () => Promise<T>): Promise<T> {
    const result = this.#lastRebuild.then(rebuild);
    this.#lastRebuild = result.catch(() => undefined);
    return result;
  }

  async #merge(): Promise<void> {
    const tableDir = tableDirectory(this.options.indexDir);
    if (await this.#write((table) => compactIfWorthwhile(table, tableDir))) {
      await this.#replaceHandle(await this.#open());
    }
  }

  async #indexIfWorthwhile(signal: AbortSignal, { isQuiet }: { readonly isQuiet: boolean }): Promise<void> {
    signal.throwIfAborted();
    const isWorthwhile = await this.#write(async (table) => {
      const isOutgrown = await isIndexingWorthwhile(table, isQuiet);
      if (!isOutgrown) {
        await recordSums(table, this.#sums); // who built it may have been killed before that
      }
      return isOutgrown;
    });
    if (isWorthwhile) {
      await this.#buildSearchIndex();
    }
  }

  /** Rows are added and deleted meanwhile; LanceDB puts its commit after theirs. */
  async #buildSearchIndex(): Promise<void> {
    const fresh = await this.#open();
    try {
      await this.#guard(() => buildTermsIndex(this.lance, fresh.table));
    } catch (error) {
      close(fresh);
      throw error;
    }
    await this.#replaceHandle(fresh);
  }

  #open(): Promise<Opened> {
    return this.#guard(async () => {
      const connection = await connectTo(this.lance, this.options.indexDir, "write");
      try {
        return { connection, table: await connection.openTable(TABLE_NAME) };
      } catch (error) {
        connection.close();
        throw error;
      }
    });
  }

  /**
   * To be called after a build or a compaction. Optimising leaves a file descriptor with the handle that did it, and
   * what is remembered of a full-text index keeps that index's files open, and on the disk, after another has taken its place.
   */
  async #replaceHandle(fresh: Opened): Promise<void> {
    try {
      await this.#write(async () => {
        await fresh.table.checkoutLatest();
        await this.files.syncNew();
        await recordSums(fresh.table, this.#sums);
        close(this.#opened);
        this.#opened = fresh;
      });
    } finally {
      if (this.#opened !== fresh) {
        close(fresh);
      }
    }
  }

  /** Runs a write after those that were asked for before, on the newest version of the table. */
  #write<T>(write: (table: Table) => Promise<T>): Promise<T> {
    const result = this.#lastWrite.then(() =>
      this.#guard(async () => {
        await this.#opened.table.checkoutLatest();
        const written = await write(this.#opened.table);
        await this.files.syncNewRows();
        return written;
      }),
    );
    this.#lastWrite = result.catch(() => undefined); // the caller has the error; the queue goes on
    return result;
  }

  async #guard<T>(write: () => Promise<T>): Promise<T> {
    this.#assertIntact();
    try {
      return await write();
    } catch (error) {
      throw toLanceEngineError(error, this.options.indexDir, "write");
    }
  }

  #assertIntact(): void {
    const { indexDir, isIntact } = this.options;
    if (!isIntact()) {
      throw new EngineError({ code: "index-damaged", indexDir, problem: "it was deleted or replaced while in use" });
    }
  }

  /** Reads; if files were cleaned up or the handle was replaced meanwhile, once more from the newest version. */
  async #read<T>(read: (table: Table) => Promise<T>): Promise<T> {
    try {
      return await read(this.#opened.table);
    } catch (error) {
      const problem = classifyLanceError(error);
      if (problem !== "missing-file" && problem !== "closed") {
        throw toLanceReadError(error, this.options.indexDir);
      }
    }
    try {
      await this.#opened.table.checkoutLatest();
      return await read(this.#opened.table);
    } catch (error) {
      throw toLanceReadError(error, this.options.indexDir);
    }
  }
}

function close({ connection, table }: Opened): void {
  table.close();
  connection.close();
}
