/**
 * The vectors of one identity, in a LanceDB table of their own beside the chunks.
 *
 * A row is a key and a vector and nothing else: which chunks it belongs to is looked up by key, so files may be renamed,
 * moved and switched between branches without a write here. Vectors take two bytes a number. Under 50,000 of them every
 * search looks at each and misses none; above, an IVF_FLAT index is built at maintenance.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Connection, Table } from "@lancedb/lancedb";
import {
  Table as ArrowTable,
  Field,
  FixedSizeList,
  Float16,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { isOfUnitLength } from "../../core/embedding/unitVector";
import type { StoredVector, VectorHit, VectorStore } from "../../core/ports";
import { EngineError } from "../../domain/errors";
import { toFileEngineError } from "./fileErrors";
import { fromFloat16Bits, toFloat16Bits } from "./float16";
import { TableFiles } from "./lanceDurability";
import { classifyLanceError, toLanceReadError } from "./lanceErrors";
import { compactIfWorthwhile, removeLitter } from "./lanceMaintenance";
import { ALL_AT_ONCE, type LanceModule, loadLance } from "./lanceModule";
import { connectTo } from "./lanceTable";
import { descriptorPath, vectorsDirectory } from "./vectorSets";

/** From here on an index pays; it is built anew when a fifth of the vectors is not in it. */
const MIN_INDEXED_VECTORS = 50_000;
const MAX_UNINDEXED_SHARE = 0.2;
const VECTOR_INDEX = "vector_idx";

/** Vectors that a part of the index holds, and parts that a search looks into: all of them up to 160,000 vectors. More and smaller ones lose recall and save no time (ADR 14). */
const VECTORS_PER_PARTITION = 8_192;
const PROBES = 20;

/** Keys that one filter names. */
const MAX_KEYS_PER_DELETE = 1_000;

const KEY = /^[0-9a-f]{32}$/;

export interface LanceVectorStoreOptions {
  /** Absolute path of the folder of the index. */
  readonly indexDir: string;
  /** Of the set, which has a descriptor: see vectorSets.ts. */
  readonly id: string;
  readonly dimensions: number;
}

/**
 * Opens the table of a set, and makes it where there is none yet.
 *
 * @throws {EngineError} `index-damaged`, `index-unwritable`, `disk-full`, `native-module-failed`.
 */
export async function openLanceVectorStore(options: LanceVectorStoreOptions): Promise<VectorStore> {
  const lance = await loadLance();
  const directory = vectorsDirectory(options.indexDir);
  try {
    const connection = await connectTo(lance, directory);
    const table = await openOrCreate(connection, options);
    const files = await TableFiles.of(join(directory, `${options.id}.lance`));
    const store = new LanceVectorStore(lance, connection, table, files, options);
    await store.refresh();
    return store;
  } catch (error) {
    throw toLanceReadError(error, options.indexDir);
  }
}

async function openOrCreate(
  connection: Connection,
  { id, dimensions, indexDir }: LanceVectorStoreOptions,
): Promise<Table> {
  if (!(await connection.tableNames()).includes(id)) {
    return connection.createEmptyTable(id, vectorSchema(dimensions));
  }
  const table = await connection.openTable(id);
  const found = (await table.schema()).fields.map(({ name, type }) => `${name}:${String(type)}`).join();
  const expected = vectorSchema(dimensions)
    .fields.map(({ name, type }) => `${name}:${String(type)}`)
    .join();
  if (found !== expected) {
    throw damaged(indexDir, `the vectors have the columns ${found}`);
  }
  return table;
}

function vectorSchema(dimensions: number): Schema {
  return new Schema([
    new Field("key", new Utf8(), false),
    new Field("vector", new FixedSizeList(dimensions, new Field("item", new Float16(), true)), false),
  ]);
}

class LanceVectorStore implements VectorStore {
  readonly #keys = new Set<string>();
  /** The end of the last write that was asked for; never rejects. */
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(
    readonly lance: LanceModule,
    readonly connection: Connection,
    readonly table: Table,
    readonly files: TableFiles,
    readonly options: LanceVectorStoreOptions,
  ) {}

  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  async add(vectors: readonly StoredVector[]): Promise<void> {
    const rows = new Map(vectors.map((row) => [row.key, this.#checked(row)]));
    await this.#write(async (table) => {
      const fresh = [...rows.values()].filter(({ key }) => !this.#keys.has(key));
      if (fresh.length > 0) {
        await table.add(toArrowTable(fresh, this.options.dimensions));
        for (const { key } of fresh) {
          this.#keys.add(key);
        }
      }
    });
  }

  async remove(keys: readonly string[]): Promise<void> {
    keys.forEach(assertKey);
    for (let start = 0; start < keys.length; start += MAX_KEYS_PER_DELETE) {
      const some = keys.slice(start, start + MAX_KEYS_PER_DELETE);
      await this.#write((table) => table.delete(`key IN (${some.map((key) => `'${key}'`).join(",")})`));
    }
    for (const key of keys) {
      this.#keys.delete(key);
    }
  }

  async nearest(vector: Float32Array, limit: number): Promise<VectorHit[]> {
    if (this.#keys.size === 0) {
      return [];
    }
    const found = await this.#read((table) => search(table, vector, limit, PROBES));
    const keys = found.getChild("key");
    const distances = found.getChild("_distance");
    return Array.from({ length: found.numRows }, (_, row) => ({
      key: String(keys?.get(row)),
      similarity: 1 - Number(distances?.get(row)),
    }));
  }

  async refresh(): Promise<void> {
    const rows = await this.#read((table) => table.query().select(["key"]).toArrow(ALL_AT_ONCE));
    this.#keys.clear();
    for (const key of rows.getChild("key") ?? []) {
      this.#keys.add(key);
    }
  }

  async verify(signal: AbortSignal): Promise<void> {
    const { indexDir, dimensions } = this.options;
    await this.#read(async (table) => {
      for await (const batch of table.query().select(["key", "vector"])) {
        signal.throwIfAborted();
        if (!holdsWhatWasStored(batch, dimensions)) {
          throw damaged(indexDir, "its vectors are not as they were written");
        }
      }
    });
    if (await this.#read(hasVectorIndex)) {
      const anyVector = Float32Array.from({ length: dimensions }, (_, index) => Number(index === 0));
      await this.#read((table) => search(table, anyVector, 1, this.#keys.size)); // looks into all parts of the index
    }
  }

  async rebuildIndex(): Promise<void> {
    if (await this.#read(hasVectorIndex)) {
      await this.#write((table) => this.#buildIndex(table));
    }
  }

  async maintain(signal: AbortSignal): Promise<void> {
    const tableDir = join(vectorsDirectory(this.options.indexDir), `${this.options.id}.lance`);
    await this.#write((table) => compactIfWorthwhile(table, tableDir));
    signal.throwIfAborted();
    await this.#write((table) => this.#indexIfWorthwhile(table));
    signal.throwIfAborted();
    await this.#write(() => removeLitter(tableDir));
  }

  async close(): Promise<void> {
    await this.#lastWrite;
    this.table.close();
    this.connection.close();
  }

  async #indexIfWorthwhile(table: Table): Promise<void> {
    if (this.#keys.size < MIN_INDEXED_VECTORS) {
      return;
    }
    const stats = await table.indexStats(VECTOR_INDEX);
    if ((stats?.numUnindexedRows ?? this.#keys.size) > this.#keys.size * MAX_UNINDEXED_SHARE) {
      await this.#buildIndex(table);
    }
  }

  async #buildIndex(table: Table): Promise<void> {
    const numPartitions = Math.ceil(this.#keys.size / VECTORS_PER_PARTITION);
    const config = this.lance.Index.ivfFlat({ distanceType: "cosine", numPartitions });
    await table.createIndex("vector", { config, replace: true, name: VECTOR_INDEX });
  }

  #checked(row: StoredVector): StoredVector {
    assertKey(row.key);
    if (row.vector.length !== this.options.dimensions || !isOfUnitLength(row.vector)) {
      throw new TypeError(`no unit vector of ${this.options.dimensions} numbers`);
    }
    return row;
  }

  /** Runs a write after those that were asked for before, on the newest version of the table. */
  #write<T>(write: (table: Table) => Promise<T>): Promise<T> {
    const { indexDir, id } = this.options;
    const result = this.#lastWrite.then(async () => {
      if (!existsSync(descriptorPath(indexDir, id))) {
        throw damaged(indexDir, "its vectors were deleted while in use");
      }
      try {
        await this.table.checkoutLatest();
        const written = await write(this.table);
        await this.files.syncNew();
        return written;
      } catch (error) {
        throw toFileEngineError(toLanceReadError(error, indexDir, "write"), indexDir, "write");
      }
    });
    this.#lastWrite = result.catch(() => undefined); // the caller has the error; the queue goes on
    return result;
  }

  /** Reads; if files were cleaned up meanwhile, once more from the newest version. */
  async #read<T>(read: (table: Table) => Promise<T>): Promise<T> {
    try {
      return await read(this.table);
    } catch (error) {
      if (classifyLanceError(error) !== "missing-file") {
        throw toLanceReadError(error, this.options.indexDir);
      }
    }
    try {
      await this.table.checkoutLatest();
      return await read(this.table);
    } catch (error) {
      throw toLanceReadError(error, this.options.indexDir);
    }
  }
}

function search(table: Table, vector: Float32Array, limit: number, parts: number): Promise<ArrowTable> {
  return table
    .vectorSearch(vector)
    .distanceType("cosine")
    .nprobes(parts)
    .select(["key", "_distance"])
    .limit(limit)
    .toArrow(ALL_AT_ONCE);
}

async function hasVectorIndex(table: Table): Promise<boolean> {
  return (await table.listIndices()).some(({ name }) => name === VECTOR_INDEX);
}

/** Looks at what no checksum tells: keys are keys, and vectors are of unit length. Zeroed and random bytes are neither. */
function holdsWhatWasStored(rows: RecordBatch, dimensions: number): boolean {
  const keys = rows.getChild("key");
  const vectors = rows.getChild("vector") as Vector<FixedSizeList<Float16>> | null;
  const numbers = new Float32Array(dimensions);
  for (let row = 0; row < rows.numRows; row += 1) {
    const bits: Uint16Array = vectors?.get(row)?.toArray() ?? new Uint16Array(dimensions);
    for (let index = 0; index < dimensions; index += 1) {
      numbers[index] = fromFloat16Bits(bits[index] ?? 0);
    }
    if (!KEY.test(String(keys?.get(row))) || !isOfUnitLength(numbers)) {
      return false;
    }
  }
  return true;
}

const damaged = (indexDir: string, problem: string): EngineError =>
  new EngineError({ code: "index-damaged", indexDir, problem });

function assertKey(key: string): void {
  if (!KEY.test(key)) {
    throw new TypeError("a key has 32 hexadecimal digits"); // it becomes part of a filter
  }
}

function toArrowTable(rows: readonly StoredVector[], dimensions: number): ArrowTable {
  const schema = vectorSchema(dimensions);
  const [keyField, vectorField] = schema.fields;
  const bits = new Uint16Array(rows.length * dimensions);
  rows.forEach(({ vector }, row) => {
    vector.forEach((value, index) => {
      bits[row * dimensions + index] = toFloat16Bits(value);
    });
  });
  const numbers = makeData({ type: new Float16(), length: bits.length, nullCount: 0, data: bits });
  const vectors = makeData({
    type: vectorField?.type as FixedSizeList,
    length: rows.length,
    nullCount: 0,
    child: numbers,
  });
  const keys = vectorFromArray(
    rows.map(({ key }) => key),
    keyField?.type as Utf8,
  ).data[0];
  const children = keys === undefined ? [] : [keys, vectors];
  const data = makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children });
  return new ArrowTable(schema, [new RecordBatch(schema, data)]);
}
