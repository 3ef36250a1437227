/**
 * Which chunk each row of the table is, kept in memory: LanceDB finds a thousand rows in six milliseconds and takes three
 * more to read the two numbers that say what they are of, and for the rows of one file it goes through the whole table.
 *
 * Rows of a file version lie side by side in the order of its chunks. A row that is written or moved gets a larger number
 * than any before it; so what was read once stays true, and a row that came afterwards is told by its number.
 */

import type { Table } from "@lancedb/lancedb";
import type { ChunkPlace } from "../../core/chunkPlace";
import { type ReadableTable, rowIdsOf } from "./chunkTable";
import { ALL_AT_ONCE } from "./lanceModule";

export const PLACE_COLUMNS = ["fileId", "ordinal"] as const;

/** The places of all rows, or of some. */
export class RowPlaces {
  /** The row of each file version's first chunk, growing. */
  readonly #firstRows: Float64Array;
  readonly #fileIds: Int32Array;
  readonly #counts: Int32Array;

  /** @param table of the place columns and `_rowid`, its rows in the order of their numbers. */
  constructor(table: ReadableTable) {
    const runs = runsOf(table);
    this.#firstRows = Float64Array.from(runs, ({ firstRow }) => firstRow);
    this.#fileIds = Int32Array.from(runs, ({ fileId }) => fileId);
    this.#counts = Int32Array.from(runs, ({ count }) => count);
  }

  /** @returns undefined for a row that is not known. */
  at(rowId: number): ChunkPlace | undefined {
    const run = lastNotAbove(this.#firstRows, rowId);
    const ordinal = rowId - (this.#firstRows[run] ?? 0);
    return ordinal < (this.#counts[run] ?? 0) ? { fileId: this.#fileIds[run] ?? 0, ordinal } : undefined;
  }

  /** @returns the row of a chunk; undefined for one that is not known, or whose file a compaction has parted. */
  rowOf({ fileId, ordinal }: ChunkPlace): number | undefined {
    const run = this.#runOf(fileId);
    return run !== undefined && ordinal < (this.#counts[run] ?? 0) ? (this.#firstRows[run] ?? 0) + ordinal : undefined;
  }

  /** @returns the rows of a file version; undefined for one that is not known, or that a compaction has parted. */
  rowsOf(fileId: number): number[] | undefined {
    const run = this.#runOf(fileId);
    if (run === undefined) {
      return undefined;
    }
    const first = this.#firstRows[run] ?? 0;
    return Array.from({ length: this.#counts[run] ?? 0 }, (_, ordinal) => first + ordinal);
  }

  /** @returns undefined unless there is one run of this file version. */
  #runOf(fileId: number): number | undefined {
    const run = this.#fileIds.indexOf(fileId);
    return run < 0 || this.#fileIds.includes(fileId, run + 1) ? undefined : run;
  }
}

const NO_PLACES = new RowPlaces({ numRows: 0, getChild: () => null });

/** Reads the newest version of the table. */
export type ReadTable = <T>(from: (table: Table) => Promise<T>) => Promise<T>;

/** A save brings a few: those of thirty saves are sooner looked up than all is read. */
const MANY_UNKNOWN = 100;

/**
 * What is known of one table. All is read when a search meets rows that are not known and earlier ones have met many: one
 * search alone, as the first after a start, is sooner done without.
 */
export class KnownPlaces {
  #known = NO_PLACES;
  /** How many rows were looked up since all was read. */
  #lookedUp = 0;
  #learning: Promise<void> | undefined;

  constructor(readonly read: ReadTable) {}

  /** @returns the place of each of the rows; undefined for one that is gone. */
  async of(rowIds: Float64Array): Promise<(ChunkPlace | undefined)[]> {
    const places = Array.from(rowIds, (rowId) => this.#known.at(rowId));
    const unknown = rowIds.filter((_, at) => places[at] === undefined);
    if (unknown.length === 0) {
      return places;
    }
    if (this.#lookedUp >= MANY_UNKNOWN) {
      this.#learning ??= this.#learn();
    }
    this.#lookedUp += unknown.length;
    const inOrder = [...unknown.sort()];
    const taken = await this.read((table) => {
      const query = table.takeRowIds(inOrder).select([...PLACE_COLUMNS]);
      return query.withRowId().toArrow(ALL_AT_ONCE);
    });
    const others = new RowPlaces(taken);
    return places.map((place, at) => place ?? others.at(rowIds[at] ?? 0));
  }

  /** @returns undefined for one that is not known. */
  rowOf(place: ChunkPlace): number | undefined {
    return this.#known.rowOf(place);
  }

  /** @returns the rows of all these file versions; undefined unless all are known. */
  rowsOf(fileIds: readonly number[]): number[] | undefined {
    const rows = fileIds.map((fileId) => this.#known.rowsOf(fileId));
    return rows.includes(undefined) ? undefined : rows.flatMap((own) => own ?? []);
  }

  /** To be called where rows are no longer where they were. */
  forget(): void {
    this.#known = NO_PLACES;
  }

  /** Resolves when nothing is being read any more. */
  async settled(): Promise<void> {
    await this.#learning;
  }

  async #learn(): Promise<void> {
    try {
      const all = await this.read((table) => {
        const query = table.query().select([...PLACE_COLUMNS]);
        return query.withRowId().toArrow(ALL_AT_ONCE);
      });
      this.#known = new RowPlaces(all);
      this.#lookedUp = 0;
    } catch {
      // What is asked next meets the same problem, and tells of it.
    } finally {
      this.#learning = undefined;
    }
  }
}

/** Chunks of one file version that lie side by side. */
interface Run {
  /** Of its first chunk, which a compaction may have put elsewhere. */
  readonly firstRow: number;
  readonly fileId: number;
  /** One more than the position of the last chunk. */
  count: number;
}

function runsOf(table: ReadableTable): Run[] {
  const rows = rowIdsOf(table);
  const [fileIds, ordinals] = PLACE_COLUMNS.map((name) => (table.getChild(name)?.toArray() ?? []) as Int32Array);
  const runs: Run[] = [];
  for (let at = 0; at < rows.length; at += 1) {
    const fileId = fileIds?.[at] ?? 0;
    const ordinal = ordinals?.[at] ?? 0;
    const firstRow = (rows[at] ?? 0) - ordinal;
    const run = runs.at(-1);
    if (run?.fileId === fileId && run.firstRow === firstRow) {
      run.count = ordinal + 1;
    } else {
      runs.push({ firstRow, fileId, count: ordinal + 1 });
    }
  }
  return runs;
}

/** @param values growing. @returns where the last one is that is not above `value`; -1 for none. */
function lastNotAbove(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
