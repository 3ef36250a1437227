/**
 * What is read of the chunk table for a search: rows by their terms, and what they hold.
 *
 * Filters name files by number only, so no file name is ever part of an SQL string.
 */

import { placeKey } from "../../core/chunkPlace";
import type { ChunkHit, ChunkName, FoundRow, SearchNarrowing } from "../../core/ports";
import { EngineError } from "../../domain/errors";
import {
  BrokenRow,
  CHUNK_COLUMNS,
  NAME_COLUMNS,
  type ReadableTable,
  rowIdsOf,
  toChunkHits,
  toChunkNames,
  toFoundRows,
} from "./chunkTable";
import { ALL_AT_ONCE, type LanceModule } from "./lanceModule";
import { KnownPlaces, type ReadTable } from "./lanceRowPlaces";

/** More files than these are found by one look at the whole table. */
const FEW_FILES = 16;

/** As `ChunkStore` has it. */
export class LanceChunkReader {
  readonly #places: KnownPlaces;

  constructor(
    readonly lance: LanceModule,
    readonly readTable: ReadTable,
    readonly indexDir: string,
  ) {
    this.#places = new KnownPlaces(readTable);
  }

  async search(terms: readonly string[], limit: number, narrow: SearchNarrowing = {}): Promise<FoundRow[]> {
    const words = terms.join(" ").trim();
    if (words === "") {
      return [];
    }
    const { And, Or } = this.lance.Operator;
    const match = new this.lance.MatchQuery(words, "terms", { operator: narrow.mustHoldAll === true ? And : Or });
    const found = await this.readTable((table) => {
      const query = table.query().fullTextSearch(match).select(["_score"]).withRowId().limit(limit);
      return (narrow.fileIds === undefined ? query : query.where(isOneOf(narrow.fileIds))).toArrow(ALL_AT_ONCE);
    });
    return toFoundRows(found, await this.#places.of(rowIdsOf(found)));
  }

  async read(rows: readonly FoundRow[]): Promise<ChunkHit[]> {
    if (rows.length === 0) {
      return [];
    }
    const rowIds = rows.map((row) => row.rowId ?? this.#places.rowOf(row));
    const taken = await this.#take(rowIds.flatMap((rowId) => rowId ?? []));
    const hits = new Map(taken.map((hit) => [placeKey(hit), hit]));
    const isMoved = (row: FoundRow, at: number) => rowIds[at] !== undefined && !hits.has(placeKey(row));
    if (rows.some(isMoved)) {
      this.#places.forget(); // the table was compacted, or the file is no longer this one
    }
    const others = rows.filter((row) => !hits.has(placeKey(row)));
    for (const hit of await this.chunksOfFiles([...new Set(others.map(({ fileId }) => fileId))])) {
      hits.set(placeKey(hit), hit);
    }
    return rows.flatMap((row) => {
      const hit = hits.get(placeKey(row));
      return hit === undefined ? [] : [{ ...hit, score: row.score }];
    });
  }

  async chunksOfFiles(fileIds: readonly number[]): Promise<ChunkHit[]> {
    if (fileIds.length === 0) {
      return [];
    }
    const hits = (await this.#takeFiles(fileIds)) ?? (await this.#findFiles(fileIds));
    const order = new Map(fileIds.map((fileId, index) => [fileId, index]));
    const place = (hit: ChunkHit) => order.get(hit.fileId) ?? order.size;
    return hits.sort((a, b) => place(a) - place(b) || a.ordinal - b.ordinal);
  }

  async chunkNames(fileIds: readonly number[] | undefined): Promise<ChunkName[]> {
    if (fileIds?.length === 0) {
      return [];
    }
    const rows = await this.readTable((table) => {
      const query = table.query().select([...NAME_COLUMNS]);
      return (fileIds === undefined ? query : query.where(isOneOf(fileIds))).toArrow(ALL_AT_ONCE);
    });
    return toChunkNames(rows);
  }

  async countByFile(): Promise<Map<number, number>> {
    const rows = await this.readTable((table) => table.query().select(["fileId"]).toArrow(ALL_AT_ONCE));
    const fileIds = (rows.getChild("fileId")?.toArray() ?? new Int32Array()) as Int32Array;
    const counts = new Map<number, number>();
    for (let start = 0; start < fileIds.length; ) {
      const fileId = fileIds[start] ?? 0;
      let end = start + 1;
      while (fileIds[end] === fileId) {
        end += 1; // rows of a file lie side by side
      }
      counts.set(fileId, (counts.get(fileId) ?? 0) + end - start);
      start = end;
    }
    return counts;
  }

  /** Resolves when nothing is being read but what was asked for. */
  settled(): Promise<void> {
    return this.#places.settled();
  }

  async #findFiles(fileIds: readonly number[]): Promise<ChunkHit[]> {
    const found = await this.readTable((table) => {
      const query = table.query().where(isOneOf(fileIds));
      return query.select([...CHUNK_COLUMNS]).toArrow(ALL_AT_ONCE);
    });
    return this.#hits(found);
  }

  /** The same without a look at the whole table; undefined where it is not known where all their rows are. */
  async #takeFiles(fileIds: readonly number[]): Promise<ChunkHit[] | undefined> {
    const rowIds = fileIds.length > FEW_FILES ? undefined : this.#places.rowsOf(fileIds);
    if (rowIds === undefined) {
      return undefined;
    }
    const asked = new Set(fileIds);
    const hits = await this.#take(rowIds);
    if (hits.length === rowIds.length && hits.every(({ fileId }) => asked.has(fileId))) {
      return hits;
    }
    this.#places.forget(); // the table was compacted, or a file is no longer the one it was
    return undefined;
  }

  async #take(rowIds: readonly number[]): Promise<ChunkHit[]> {
    if (rowIds.length === 0) {
      return [];
    }
    const taken = await this.readTable((table) => {
      const query = table.takeRowIds(rowIds);
      return query.select([...CHUNK_COLUMNS]).toArrow(ALL_AT_ONCE);
    });
    return this.#hits(taken);
  }

  /** @throws {EngineError} `index-damaged` if a row is not as it was written. */
  #hits(table: ReadableTable): ChunkHit[] {
    try {
      return toChunkHits(table);
    } catch (error) {
      if (!(error instanceof BrokenRow)) {
        throw error;
      }
      throw new EngineError(
        { code: "index-damaged", indexDir: this.indexDir, problem: error.message },
        { cause: error },
      );
    }
  }
}

export function isOneOf(fileIds: readonly number[]): string {
  const stray = fileIds.find((fileId) => !Number.isSafeInteger(fileId));
  if (stray !== undefined) {
    throw new TypeError(`${stray} is no fileId`);
  }
  return `fileId IN (${fileIds.join(",")})`;
}
