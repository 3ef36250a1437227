/**
 * What is known of every indexed file without opening it: its path and the names it defines, ready to be searched.
 *
 * Built from the manifest at the first search, or of what an earlier engine has kept, and brought up to date before each
 * further one; only files that changed are read again. It nominates files that the full-text query misses and gives the
 * features that a chunk alone lacks.
 */

import type { Manifest } from "../../ports";
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

export interface FileTable {
  /** Brings the table up to date with the manifest. */
  sync(manifest: Manifest): void;
  /**
   * To be called right after `sync`.
   *
   * @returns what another table is soon made of; undefined where it would save too little. Valid until the next `sync`.
   */
  toKeep(manifest: Manifest): KeptFileRows | undefined;
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
  let rows = FileRows.empty(folderName);
  let revision: number | undefined;

  return {
    sync: (manifest) => {
      if (manifest.revision !== revision) {
        rows = (revision === undefined && FileRows.fromKept(folderName, readKept(), manifest)) || rows;
        revision = manifest.revision;
        rows.update(manifest.all());
        if (rows.removed > Math.max(MIN_REMOVED, rows.size * MAX_REMOVED_SHARE)) {
          rows = FileRows.empty(folderName);
          rows.update(manifest.all());
        }
      }
    },
    toKeep: (manifest) => {
      const isWorthKeeping = rows.changes > Math.max(MIN_CHANGED, rows.size * MAX_CHANGED_SHARE);
      return isWorthKeeping ? rows.toKept(manifest) : undefined;
    },
    get size() {
      return rows.size;
    },
    get revision() {
      return revision;
    },
    get slots() {
      return rows.count;
    },
    pathOf: (slot) => rows.pathOf(slot),
    slotOf: (path) => rows.slots.get(path),
    slotsEndingWith: (ending) => rows.slotsEndingWith(ending),
    isBesideMain: (path) => rows.main.isBeside(path),
    slotsWithin: (part) => rows.slotsWithin(part),
    traitsOf: (slot) => rows.traits.of(slot, rows.pathOf(slot) ?? ""),
    sitesOf: (name) => rows.symbols.sitesOf(name).filter(({ slot }) => rows.pathOf(slot) !== undefined),
    rarity: (term) => rows.rarity(term),
    scoreDefinitions: (terms, parameters) => rows.definitions.score(terms.map(digestOf), parameters),
    scoreTopDefinitions: (terms, parameters) => rows.definitions.scoreTop(terms.map(digestOf), parameters),
    matchPaths: (terms) =>
      rows.paths.match(
        terms,
        terms.map((term) => rows.rarity(term)),
      ),
  };
}
