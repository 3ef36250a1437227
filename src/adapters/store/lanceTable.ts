/**
 * The chunk table of an index as LanceDB has it: where it lies, how it is reached and made, and its full-text index.
 */

import { join } from "node:path";
import type { Connection, Table } from "@lancedb/lancedb";
import { EngineError } from "../../domain/errors";
import { chunkSchema } from "./chunkTable";
import type { IndexAccess } from "./fileErrors";
import { toLanceConnectError, toLanceEngineError } from "./lanceErrors";
import { TERMS_INDEX } from "./lanceMaintenance";
import { type LanceModule, loadLance } from "./lanceModule";
import { SearchIndexSums } from "./searchIndexSums";
import { holdTemporaryFolder } from "./temporaryFolder";

export const TABLE_NAME = "chunks";

export const tableDirectory = (indexDir: string) => join(indexDir, `${TABLE_NAME}.lance`);

/**
 * What LanceDB may keep in memory of one index. Its own limits are 6 GB and 1 GB, and since each write makes a version with
 * files of its own, an engine at work would grow up to them.
 */
const INDEX_CACHE_BYTES = 192n * 1024n * 1024n;
const METADATA_CACHE_BYTES = 32n * 1024n * 1024n;

/**
 * Makes LanceDB ready, which needs a place for temporary files and says nothing about the index.
 *
 * Interval 0: each read looks for a newer version first, for another process may have written.
 *
 * @param access what the connection is for.
 * @throws {EngineError} `index-unreadable`, `index-unwritable`, `disk-full`, `temporary-folder-unwritable`.
 */
export async function connectTo(
  lance: LanceModule,
  indexDir: string,
  access: IndexAccess = "read",
): Promise<Connection> {
  holdTemporaryFolder();
  try {
    const session = new lance.Session(INDEX_CACHE_BYTES, METADATA_CACHE_BYTES);
    return await lance.connect(indexDir, { readConsistencyInterval: 0, session }); // as a third argument it is ignored
  } catch (error) {
    throw toLanceConnectError(error, indexDir, access);
  }
}

/** Makes the empty table and its full-text index. @throws {EngineError} `index-unwritable`, `disk-full`. */
export async function createLanceTable(indexDir: string): Promise<void> {
  const lance = await loadLance();
  try {
    const connection = await connectTo(lance, indexDir, "write");
    const table = await connection.createEmptyTable(TABLE_NAME, chunkSchema());
    await buildTermsIndex(lance, table);
    await recordSums(table, new SearchIndexSums(indexDir, tableDirectory(indexDir)));
    table.close();
    connection.close();
  } catch (error) {
    throw toLanceEngineError(error, indexDir, "write");
  }
}

/** A table whose newest version was lost to a power cut may open as one without columns. */
export async function checkSchema(table: Table, indexDir: string): Promise<void> {
  const found = (await table.schema()).fields.map((field) => `${field.name}:${String(field.type)}`).join();
  const expected = chunkSchema()
    .fields.map((field) => `${field.name}:${String(field.type)}`)
    .join();
  if (found !== expected) {
    throw new EngineError({ code: "index-damaged", indexDir, problem: `the chunk table has the columns ${found}` });
  }
}

/** Terms come split, folded and stemmed: the index takes them as they are, at every white space. */
export async function buildTermsIndex(lance: LanceModule, table: Table): Promise<void> {
  const config = lance.Index.fts({
    baseTokenizer: "whitespace",
    lowercase: false,
    stem: false,
    removeStopWords: false,
    asciiFolding: false,
    maxTokenLength: 256,
    withPosition: false, // phrases are not searched for, and positions double the index
  });
  await table.createIndex("terms", { config, replace: true, name: TERMS_INDEX });
}

export async function searchIndexOf(table: Table) {
  return (await table.listIndices()).find(({ name }) => name === TERMS_INDEX);
}

export async function recordSums(table: Table, sums: SearchIndexSums): Promise<void> {
  const index = await searchIndexOf(table);
  if (index?.indexUuid !== undefined && index.numSegments === 1) {
    await sums.record(index.indexUuid);
  }
}
