/**
 * What is known of every indexed file without opening it: its path and the names it defines, ready to be searched.
 *
 * Built from the manifest at the first search and brought up to date before each further one; only files that changed
 * are read again. It nominates files that the full-text query misses and gives the features that a chunk alone lacks.
 */

import { type Definition, decodeDefinitions } from "../../definitions";
import type { FileRecord, Manifest } from "../../ports";
import { nameTerms } from "../query/terms";
import { isPlainPath } from "../ranking/pathPenalty";
import type { FileTraits } from "../ranking/weights";
import { DigestGroups, digestOf } from "./digestGroups";
import { type Bm25Parameters, FieldIndex, inverseFrequency } from "./fieldIndex";
import { IntList } from "./intList";
import { MainPackage } from "./mainPackage";
import { PathIndex, type PathMatch } from "./pathIndex";
import { type DefinitionSite, digestName, levelRank, SymbolTable } from "./symbolTable";
import { TraitIndex } from "./traitIndex";

/** Removed files that the table may carry along before it is built anew, as a share of the files and at least. */
const MAX_REMOVED_SHARE = 0.25;
const MIN_REMOVED = 200;

export interface FileTable {
  /** Brings the table up to date with the manifest. */
  sync(manifest: Manifest): void;
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

/** @param folderName the last part of the folder's path. */
export function createFileTable(folderName: string): FileTable {
  let rows = new Rows(folderName);
  let revision: number | undefined;

  return {
    sync: (manifest) => {
      if (manifest.revision !== revision) {
        revision = manifest.revision;
        rows.update(manifest.all());
        if (rows.removed > Math.max(MIN_REMOVED, rows.size * MAX_REMOVED_SHARE)) {
          rows = new Rows(folderName);
          rows.update(manifest.all());
        }
      }
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
    scoreTopDefinitions: (terms, parameters) => rows.topDefinitions.score(terms.map(digestOf), parameters),
    matchPaths: (terms) =>
      rows.paths.match(
        terms,
        terms.map((term) => rows.rarity(term)),
      ),
  };
}

/** One row for each file, numbered by slots that are never used twice. */
class Rows {
  readonly slots = new Map<string, number>();
  readonly paths = new PathIndex();
  readonly main: MainPackage;
  readonly traits = new TraitIndex();
  readonly symbols = new SymbolTable();
  readonly definitions = new FieldIndex(new DigestGroups());
  readonly topDefinitions = new FieldIndex(new DigestGroups());
  /** By slot; undefined once the file is gone. */
  readonly #paths: (string | undefined)[] = [];
  readonly #fileIds = new IntList();
  /** Chunks of code, by slot. */
  readonly #code = new IntList();
  /** By the last part of a path; one number alone where one file bears the name. Removed files stay. */
  readonly #slotsByName = new Map<string, number | number[]>();
  /** By slot, the number of the update that last saw the file. */
  readonly #seen = new IntList();
  /** Names met during one update: most are defined many times. */
  readonly #names = new Map<string, KnownName>();
  #updates = 0;
  removed = 0;

  constructor(folderName: string) {
    this.main = new MainPackage(folderName);
  }

  get size(): number {
    return this.slots.size;
  }

  /** Slots ever given. */
  get count(): number {
    return this.#paths.length;
  }

  pathOf(slot: number): string | undefined {
    return this.#paths[slot];
  }

  update(records: Iterable<FileRecord>): void {
    this.#updates += 1;
    for (const record of records) {
      if (record.state === "indexed") {
        this.#put(record);
      }
    }
    this.#names.clear();
    for (const part of [this.paths, this.symbols, this.definitions, this.topDefinitions]) {
      part.settle();
    }
    for (const [path, slot] of this.slots) {
      if (this.#seen.values[slot] !== this.#updates) {
        this.#remove(path, slot);
      }
    }
  }

  slotsEndingWith(ending: string): number[] {
    const exact = this.slots.get(ending);
    if (exact !== undefined) {
      return [exact];
    }
    const suffix = `/${ending}`;
    return this.#named(baseName(ending)).filter((slot) => this.#paths[slot]?.endsWith(suffix));
  }

  slotsWithin(part: string): number[] {
    const inside = `/${part}/`;
    return [...this.slots].flatMap(([path, slot]) => (`/${path}`.includes(inside) ? [slot] : []));
  }

  #named(name: string): number[] {
    const slots = this.#slotsByName.get(name) ?? [];
    return typeof slots === "number" ? [slots] : slots;
  }

  rarity(term: string): number {
    const files = Math.max(this.paths.documentFrequency(term), this.definitions.documentFrequency(digestOf(term)));
    return inverseFrequency(files, this.size);
  }

  #put({ path, fileId, language, chunks, definitions }: FileRecord): void {
    const known = this.slots.get(path);
    if (known !== undefined && this.#fileIds.values[known] === fileId) {
      this.#seen.values[known] = this.#updates;
      return;
    }
    if (known !== undefined) {
      this.#remove(path, known);
    }
    const slot = this.#paths.push(path) - 1;
    this.#fileIds.push(fileId);
    this.#seen.push(this.#updates);
    this.slots.set(path, slot);
    const name = baseName(path);
    const others = this.#named(name);
    this.#slotsByName.set(name, others.length === 0 ? slot : [...others, slot]);
    this.paths.add(slot, path);
    const code = isPlainPath(path) ? chunks : 0;
    this.#code.push(code);
    this.main.add(path, code);
    this.traits.add(language, code);
    this.#define(slot, decodeDefinitions(definitions));
  }

  #define(slot: number, definitions: readonly Definition[]): void {
    const levels = new Map<number, number>();
    const all: number[] = [];
    const top: number[] = [];
    for (const definition of definitions) {
      const { terms, digest } = this.#nameOf(definition.name);
      all.push(...terms);
      if (definition.isType || definition.isTopLevel) {
        top.push(...terms);
      }
      if (digest !== undefined) {
        levels.set(digest, Math.max(levels.get(digest) ?? 0, levelRank(definition)));
      }
    }
    this.symbols.add(slot, levels);
    this.definitions.add(slot, all);
    this.topDefinitions.add(slot, top);
  }

  #nameOf(name: string): KnownName {
    const known = this.#names.get(name);
    if (known !== undefined) {
      return known;
    }
    const made = { terms: nameTerms(name).map(digestOf), digest: digestName(name) };
    this.#names.set(name, made);
    return made;
  }

  #remove(path: string, slot: number): void {
    this.slots.delete(path);
    this.#paths[slot] = undefined;
    this.paths.remove(slot);
    this.main.remove(path, this.#code.values[slot] ?? 0);
    this.traits.remove(slot, this.#code.values[slot] ?? 0);
    this.definitions.remove(slot);
    this.topDefinitions.remove(slot);
    this.removed += 1;
  }
}

interface KnownName {
  readonly terms: readonly number[];
  readonly digest: number | undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
