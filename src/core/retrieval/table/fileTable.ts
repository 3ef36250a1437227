/**
 * What is known of every indexed file without opening it: its path and the names it defines, ready to be searched.
 *
 * Built from the manifest at the first search, or of what an earlier engine has kept, and brought up to date before each
 * further one; only files that changed are read again. It nominates files that the full-text query misses and gives the
 * features that a chunk alone lacks.
 */

import type { SearchedManifest } from "../../ports";
import type { FileTraits } from "../ranking/weights";
import { digestOf } from "./digestGroups";
import type { Bm25Parameters } from "./fieldIndex";
import { FileRows, type KeptFileRows } from "./fileRows";
import type { PathMatch } from "./pathIndex";
import type { DefinitionSite } from "./symbolTable";

/** Removed files that the table may carry along before it is built anew, as a share of the files and at least. */
const MAX_REMOVED_SHARE = 0.25;
const MIN_REMOVED = 200;

/** Rows that may differ from those that were kept, as a share of the files and at least: few are soon made. */
const MAX_CHANGED_SHARE = 0.05;
const MIN_CHANGED = 200;

/** A few milliseconds. */
const FILES_A_STEP = 100;

export interface FileTable {
  /** Brings the table up to date with the manifest. */
  sync(manifest: SearchedManifest): void;
  /** The same in steps, which leave others their turn; it may be used meanwhile. */
  syncInSteps(manifest: SearchedManifest, nextTurn: () => Promise<unknown>): Promise<void>;
  /**
   * To be called right after `sync`.
   *
   * @returns what another table is soon made of; undefined where it would save too little. Valid until the next `sync`.
   */
  toKeep(manifest: SearchedManifest): KeptFileRows | undefined;
  readonly size: number;
  /** Of the manifest as it was at the last `sync`: with another one slots may be of other files. */
  readonly revision: number | undefined;
  /** One more than the largest slot. */
  readonly slots: number;
  /** @returns undefined for a slot whose file is gone. */
  pathOf(slot: number): string | undefined;
  slotOf(path: string): number | undefined;
  /** Files whose path is `ending` or ends with `/` and it. */
  slotsEndingWith(ending: string): number[];
  /** The paths of the same. */
  pathsEndingWith(ending: string): string[];
  /** True for a file beside the package that the folder is called after, if that holds most of the code. */
  isBesideMain(path: string): boolean;
  /** Files that lie in a directory whose path is `part` or ends with `/` and it. */
  slotsWithin(part: string): number[];
  /** What is said of a file whatever is asked. */
  traitsOf(slot: number): FileTraits;
  /** One site for each file that defines `name` in any spelling. */
  sitesOf(name: string): DefinitionSite[];
  /** The weight of a term by its rarity among paths and definition names. */
  rarity(term: string): number;
  /** BM25 by slot over the names that files define, and over their types and top-level definitions alone. */
  scoreDefinitions(terms: readonly string[], parameters: Bm25Parameters): Float64Array;
  scoreTopDefinitions(terms: readonly string[], parameters: Bm25Parameters): Float64Array;
  matchPaths(terms: readonly string[]): PathMatch;
}

/**
 * @param folderName the last part of the folder's path.
 * @param readKept what `toKeep` gave and was kept, or anything else.
 */
export function createFileTable(folderName: string, readKept: () => unknown = () => undefined): FileTable {
  const synced = new SyncedRows(folderName, readKept);

  return {
    sync: (manifest) => synced.sync(manifest),
    syncInSteps: (manifest, nextTurn) => synced.syncInSteps(manifest, nextTurn),
    toKeep: (manifest) => {
      const { rows } = synced;
      const isWorthKeeping = rows.changes > Math.max(MIN_CHANGED, rows.size * MAX_CHANGED_SHARE);
      return isWorthKeeping ? rows.toKept(manifest) : undefined;
    },
    get size() {
      return synced.rows.size;
    },
    get revision() {
      return synced.revision;
    },
    get slots() {
      return synced.rows.count;
    },
    pathOf: (slot) => synced.rows.pathOf(slot),
    slotOf: (path) => synced.rows.slots.get(path),
    slotsEndingWith: (ending) => synced.rows.slotsEndingWith(ending),
    pathsEndingWith: (ending) => synced.rows.slotsEndingWith(ending).flatMap((slot) => synced.rows.pathOf(slot) ?? []),
    isBesideMain: (path) => synced.rows.main.isBeside(path),
    slotsWithin: (part) => synced.rows.slotsWithin(part),
    traitsOf: (slot) => synced.rows.traits.of(slot, synced.rows.pathOf(slot) ?? ""),
    sitesOf: (name) => synced.rows.symbols.sitesOf(name).filter(({ slot }) => synced.rows.pathOf(slot) !== undefined),
    rarity: (term) => synced.rows.rarity(term),
    scoreDefinitions: (terms, parameters) => synced.rows.definitions.score(terms.map(digestOf), parameters),
    scoreTopDefinitions: (terms, parameters) => synced.rows.definitions.scoreTop(terms.map(digestOf), parameters),
    matchPaths: (terms) =>
      synced.rows.paths.match(
        terms,
        terms.map((term) => synced.rows.rarity(term)),
      ),
  };
}

/** The rows of a table, as the manifest was when they were brought up to date. */
class SyncedRows {
  rows: FileRows;
  revision: number | undefined;
  #hasReadKept = false;

  constructor(
    readonly folderName: string,
    readonly readKept: () => unknown,
  ) {
    this.rows = FileRows.empty(folderName);
  }

  sync(manifest: SearchedManifest): void {
    if (manifest.revision === this.revision) {
      return;
    }
    this.#takeKept(manifest);
    this.revision = manifest.revision;
    this.rows.update(manifest.all());
    if (this.rows.removed > Math.max(MIN_REMOVED, this.rows.size * MAX_REMOVED_SHARE)) {
      this.rows = FileRows.empty(this.folderName);
      this.rows.update(manifest.all());
    }
  }

  async syncInSteps(manifest: SearchedManifest, nextTurn: () => Promise<unknown>): Promise<void> {
    this.#takeKept(manifest);
    let files = 0;
    for (const record of manifest.revision === this.revision ? [] : manifest.all()) {
      this.rows.put(record);
      files += 1;
      if (files % FILES_A_STEP === 0) {
        await nextTurn();
      }
    }
    this.sync(manifest);
  }

  #takeKept(manifest: SearchedManifest): void {
    if (!this.#hasReadKept) {
      this.#hasReadKept = true;
      this.rows = FileRows.fromKept(this.folderName, this.readKept(), manifest) ?? this.rows;
    }
  }
}
