/**
 * What is known of every indexed file without opening it, in one row for each: numbered by slots that are never used twice.
 *
 * To make the rows of a large folder takes a second: every name that a file defines is cut into words. So they can be kept,
 * as arrays and texts, and made again of what was kept.
 */

import { type Definition, decodeDefinitions } from "../../definitions";
import type { FileRecord, SearchedManifest } from "../../ports";
import { ANALYZER_VERSION, nameTerms } from "../query/terms";
import { isPlainPath } from "../ranking/pathPenalty";
import { DigestGroups, digestOf } from "./digestGroups";
import { FieldIndex, inverseFrequency, type KeptFieldIndex } from "./fieldIndex";
import type { KeptIntGroups } from "./intGroups";
import { IntList } from "./intList";
import { type KeptMainPackage, MainPackage } from "./mainPackage";
import { type KeptPathIndex, PathIndex } from "./pathIndex";
import { digestName, levelRank, SymbolTable } from "./symbolTable";
import { type KeptTraitIndex, TraitIndex } from "./traitIndex";

/** Changes with what is kept and with what is made of a path or a name; a test says when. */
const KEPT_VERSION = 2;

/** In place of the file of a slot whose row is not to be used. */
const NO_FILE = -1;

/** Rows as they are kept: all that is slow to make. */
export interface KeptFileRows {
  /** What they were made with. */
  readonly stamp: string;
  /** By slot, as all that follow; empty for a file that is gone. */
  readonly paths: readonly string[];
  readonly fileIds: Int32Array;
  /** Digests of what the files held. */
  readonly contents: Int32Array;
  readonly code: Int32Array;
  readonly pathIndex: KeptPathIndex;
  readonly main: KeptMainPackage;
  readonly traits: KeptTraitIndex;
  readonly symbols: KeptIntGroups;
  readonly definitions: KeptFieldIndex;
}

export class FileRows {
  readonly slots = new Map<string, number>();
  readonly paths: PathIndex;
  readonly main: MainPackage;
  readonly traits: TraitIndex;
  readonly symbols: SymbolTable;
  readonly definitions: FieldIndex;
  /** By slot; undefined once the file is gone. */
  readonly #paths: (string | undefined)[] = [];
  readonly #fileIds: IntList;
  /** Chunks of code, by slot. */
  readonly #code: IntList;
  /** By the last part of a path. Removed files stay. */
  readonly #slotsByName = new DigestGroups();
  /** By slot, the number of the update that last saw the file. */
  readonly #seen: IntList;
  /** Names met during one update: most are defined many times. */
  readonly #names = new Map<string, KnownName>();
  #updates = 0;
  removed = 0;
  /** Rows put and removed since they were kept last. */
  changes = 0;
  readonly #stamp: string;

  private constructor(folderName: string, kept?: KeptFileRows) {
    this.#stamp = stampOf(folderName);
    this.paths = new PathIndex(kept?.pathIndex);
    this.main = new MainPackage(folderName, kept?.main);
    this.traits = new TraitIndex(kept?.traits);
    this.symbols = new SymbolTable(kept?.symbols);
    this.definitions = new FieldIndex((groups) => new DigestGroups(groups), kept?.definitions);
    this.#fileIds = new IntList(kept?.fileIds);
    this.#code = new IntList(kept?.code);
    this.#seen = new IntList(kept && new Int32Array(kept.paths.length));
  }

  static empty(folderName: string): FileRows {
    return new FileRows(folderName);
  }

  /**
   * @param kept what `toKept` gave, whoever was asked, or anything else.
   * @param manifest as it is now: of files that it holds otherwise the rows are made anew at the next update.
   * @returns undefined for what was not kept, or by a program that made other rows.
   */
  static fromKept(folderName: string, kept: unknown, manifest: SearchedManifest): FileRows | undefined {
    if (!isKept(kept, folderName)) {
      return undefined;
    }
    const rows = new FileRows(folderName, kept);
    for (const [slot, path] of kept.paths.entries()) {
      const record = manifest.get(path);
      rows.#name(slot, record?.path ?? path);
      if (record?.fileId !== kept.fileIds[slot] || contentOf(record) !== kept.contents[slot]) {
        rows.#fileIds.values[slot] = NO_FILE;
      }
    }
    return rows;
  }

  /** @param manifest as it was at the last update. @returns what `fromKept` takes; valid until the next update. */
  toKept(manifest: SearchedManifest): KeptFileRows {
    this.changes = 0;
    const paths = this.#paths.map((path) => path ?? "");
    return {
      stamp: this.#stamp,
      paths,
      fileIds: this.#fileIds.toKept(),
      contents: Int32Array.from(paths, (path) => contentOf(manifest.get(path))),
      code: this.#code.toKept(),
      pathIndex: this.paths.toKept(),
      main: this.main.toKept(),
      traits: this.traits.toKept(),
      symbols: this.symbols.toKept(),
      definitions: this.definitions.toKept(),
    };
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

  /** @param records all that the manifest has. */
  update(records: Iterable<FileRecord>): void {
    this.#updates += 1;
    for (const record of records) {
      this.put(record);
    }
    this.#names.clear();
    for (const part of [this.paths, this.symbols, this.definitions, this.#slotsByName]) {
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
    return this.#slotsByName.of(digestOf(baseName(ending))).filter((slot) => this.#paths[slot]?.endsWith(suffix));
  }

  slotsWithin(part: string): number[] {
    const inside = `/${part}/`;
    return [...this.slots].flatMap(([path, slot]) => (`/${path}`.includes(inside) ? [slot] : []));
  }

  rarity(term: string): number {
    const files = Math.max(this.paths.documentFrequency(term), this.definitions.documentFrequency(digestOf(term)));
    return inverseFrequency(files, this.size);
  }

  /** To be followed by `update` before the rows are used. */
  put({ path, state, fileId, language, chunks, definitions }: FileRecord): void {
    if (state !== "indexed") {
      return;
    }
    const known = this.slots.get(path);
    if (known !== undefined && this.#fileIds.values[known] === fileId) {
      this.#seen.values[known] = this.#updates;
      return;
    }
    if (known !== undefined) {
      this.#remove(path, known);
    }
    const slot = this.count;
    this.#name(slot, path);
    this.#fileIds.push(fileId);
    this.#seen.push(this.#updates);
    this.changes += 1;
    this.paths.add(slot, path);
    const code = isPlainPath(path) ? chunks : 0;
    this.#code.push(code);
    this.main.add(path, code);
    this.traits.add(language, code);
    this.#define(slot, decodeDefinitions(definitions));
  }

  /** @param path empty for a file that is gone. */
  #name(slot: number, path: string): void {
    if (path === "") {
      this.#paths[slot] = undefined;
      this.removed += 1;
      return;
    }
    this.#paths[slot] = path;
    this.slots.set(path, slot);
    this.#slotsByName.add(digestOf(baseName(path)), slot);
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
    this.definitions.add(slot, all, top);
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
    this.removed += 1;
    this.changes += 1;
  }
}

interface KnownName {
  readonly terms: readonly number[];
  readonly digest: number | undefined;
}

function isKept(kept: unknown, folderName: string): kept is KeptFileRows {
  return typeof kept === "object" && kept !== null && "stamp" in kept && kept.stamp === stampOf(folderName);
}

const stampOf = (folderName: string): string => `${KEPT_VERSION} ${ANALYZER_VERSION} ${folderName}`;

/** Two records of one file differ in it where their definitions may. */
const contentOf = (record: FileRecord | undefined): number =>
  record === undefined ? 0 : digestOf(record.contentHash) | 0;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
