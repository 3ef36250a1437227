/**
 * Makes the chunk table readable again, keeping what can be kept.
 *
 * LanceDB opens a table whose files are damaged and fails when it comes to read them; and of a table with one such file
 * nothing can be deleted any more. So: versions that do not open are set aside until one does; if it cannot be read
 * from end to end, what can be read of it is copied into a new table, which takes its place. What was lost, or goes
 * back to an earlier version, shows when the manifest is compared.
 */

import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Connection, Table } from "@lancedb/lancedb";
import { chunkSchema, STORED_COLUMNS, toArrowTable, toChunkRows } from "./chunkTable";
import { errorCode } from "./fileErrors";
import { classifyLanceError, toLanceEngineError } from "./lanceErrors";
import { ALL_AT_ONCE, type LanceModule, loadLance } from "./lanceModule";
import { buildTermsIndex, checkSchema, connectTo, recordSums, TABLE_NAME, tableDirectory } from "./lanceTable";
import { SearchIndexSums } from "./searchIndexSums";

const SALVAGED_NAME = "salvaged";

const salvagedDirectory = (indexDir: string) => join(indexDir, `${SALVAGED_NAME}.lance`);

/** Rows read and copied at once. */
const BLOCK_ROWS = 2_000;

export interface TableSalvage {
  /** Versions that were set aside because they do not open. */
  readonly rolledBack: number;
  /** Rows that could not be read. */
  readonly rowsLost: number;
}

/**
 * To be called by the holder of the lock, with the table closed.
 *
 * @param setAside moves a file or folder of the index, named relative to its folder, out of the way; it is kept.
 * @returns undefined if there is nothing to be saved.
 * @throws {EngineError} `index-unwritable`, `disk-full`.
 */
export async function salvageTable(
  indexDir: string,
  setAside: (name: string) => void,
): Promise<TableSalvage | undefined> {
  finishTableSalvage(indexDir);
  const lance = await loadLance();
  const connection = await connectTo(lance, indexDir);
  try {
    for (let rolledBack = 0; ; rolledBack += 1) {
      const table = await openSound(connection, indexDir);
      if (table !== undefined && (await canReadAll(table))) {
        table.close();
        return { rolledBack, rowsLost: 0 };
      }
      if (table !== undefined && (await canReadAnything(table))) {
        const rowsLost = await copyReadable(lance, connection, table, indexDir);
        table.close();
        setAside(`${TABLE_NAME}.lance`);
        finishTableSalvage(indexDir);
        return { rolledBack, rowsLost };
      }
      table?.close();
      const newest = newestVersionFile(indexDir);
      if (newest === undefined) {
        return undefined;
      }
      setAside(newest);
    }
  } catch (error) {
    throw toLanceEngineError(error, indexDir, "write");
  } finally {
    connection.close();
  }
}

/** The copy is whole as soon as the old table is out of its way; before that it is litter. */
export function finishTableSalvage(indexDir: string): void {
  const salvaged = salvagedDirectory(indexDir);
  if (!existsSync(salvaged)) {
    return;
  }
  if (existsSync(tableDirectory(indexDir))) {
    rmSync(salvaged, { recursive: true, force: true });
  } else {
    renameSync(salvaged, tableDirectory(indexDir));
  }
}

/** @returns undefined if the newest version does not open, or has other columns than it was made with. */
async function openSound(connection: Connection, indexDir: string): Promise<Table | undefined> {
  try {
    const table = await connection.openTable(TABLE_NAME);
    await checkSchema(table, indexDir);
    return table;
  } catch (error) {
    throwIfCausedOutside(error);
    return undefined;
  }
}

/** Lance counts the names of version files down, so that the newest comes first in a listing. */
function newestVersionFile(indexDir: string): string | undefined {
  const folder = join(`${TABLE_NAME}.lance`, "_versions");
  try {
    const [newest] = readdirSync(join(indexDir, folder))
      .filter((name) => name.endsWith(".manifest"))
      .sort();
    return newest && join(folder, newest);
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

async function canReadAll(table: Table): Promise<boolean> {
  try {
    for await (const _ of table.query().select([...STORED_COLUMNS])) {
      // reading is all that is wanted
    }
    return true;
  } catch (error) {
    throwIfCausedOutside(error);
    return false;
  }
}

async function canReadAnything(table: Table): Promise<boolean> {
  const total = await table.countRows();
  return (await nextReadable(table, 0, total)) < total;
}

/** A full disk, or one that may not be written, says nothing about the table. */
function throwIfCausedOutside(error: unknown): void {
  const problem = classifyLanceError(error);
  if (problem === "disk-full" || problem === "refused") {
    throw error;
  }
}

/** @returns the number of rows that could not be read. */
async function copyReadable(
  lance: LanceModule,
  connection: Connection,
  from: Table,
  indexDir: string,
): Promise<number> {
  await connection.dropTable(SALVAGED_NAME).catch(() => undefined); // there is none, as a rule
  const to = await connection.createEmptyTable(SALVAGED_NAME, chunkSchema());
  const total = await from.countRows();
  let rowsLost = 0;
  for (let at = 0; at < total; ) {
    const count = Math.min(BLOCK_ROWS, total - at);
    const readable = await readablePrefix(from, at, count);
    if (readable > 0) {
      await to.add(toArrowTable(await read(from, at, readable)));
    }
    at += readable;
    if (readable < count) {
      const next = await nextReadable(from, at, total);
      rowsLost += next - at;
      at = next;
    }
  }
  await buildTermsIndex(lance, to);
  await recordSums(to, new SearchIndexSums(indexDir, salvagedDirectory(indexDir)));
  to.close();
  return rowsLost;
}

/** @returns how many of the `count` rows from `at` on can be read before the first that cannot. */
async function readablePrefix(table: Table, at: number, count: number): Promise<number> {
  if (await canRead(table, at, count)) {
    return count;
  }
  let good = 0;
  let bad = count;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (await canRead(table, at, middle)) {
      good = middle;
    } else {
      bad = middle;
    }
  }
  return good;
}

/**
 * Damage takes a page or a file, so it is stepped over in growing strides, and then its end is looked for.
 *
 * @returns the first row from `at` on that can be read; `total` if there is none.
 */
async function nextReadable(table: Table, at: number, total: number): Promise<number> {
  if (at >= total || (await canRead(table, at, 1))) {
    return at;
  }
  let bad = at;
  let stride = 1;
  while (bad + stride < total && !(await canRead(table, bad + stride, 1))) {
    bad += stride;
    stride *= 2;
  }
  let good = Math.min(bad + stride, total);
  while (good - bad > 1) {
    const middle = (good + bad) >> 1;
    if (await canRead(table, middle, 1)) {
      good = middle;
    } else {
      bad = middle;
    }
  }
  return good;
}

async function canRead(table: Table, at: number, count: number): Promise<boolean> {
  try {
    await read(table, at, count);
    return true;
  } catch {
    return false;
  }
}

async function read(table: Table, at: number, count: number) {
  const rows = await table
    .query()
    .select([...STORED_COLUMNS])
    .offset(at)
    .limit(count)
    .toArrow(ALL_AT_ONCE);
  return toChunkRows(rows);
}
