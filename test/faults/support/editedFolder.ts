/**
 * A folder at work: files are made, changed, renamed and removed, and the engine is told, as an editor tells it. An oracle
 * writes down, on the disk itself, what might be in the index from then on (before a file is touched) and what has to be
 * (when the engine has said so). After a kill it is the judge.
 */

import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type IndexLocation, locateIndex } from "../../../src/adapters/store/indexDirectory";
import type { EngineClient } from "../../../src/client/engineClient";
import { requests } from "../../../src/protocol/engine";
import { type HeldIndex, judgeIndex } from "./judgeIndex";
import { Random } from "./random";
import { withDefaults } from "./realEngine";

/** `index`: changes that no event tells of, found by looking at everything. */
export const EDITS = ["index", "replace", "delete"] as const;
export type Edit = (typeof EDITS)[number];

/** Counted from 1 for each path; 0 is "not there". */
type Version = number;

type OracleLine = Readonly<Record<"may" | "is", readonly (readonly [path: string, version: Version])[]>>;

/** The text of one version of one file: the same wherever it is asked for. */
export function textOf(path: string, version: Version): string {
  const random = new Random(Buffer.byteLength(path) * 7919 + version * 104_729 + (path.codePointAt(4) ?? 0));
  const lines = Array.from(
    { length: 5 + random.below(150) },
    (_, line) => `export const alpha${line} = ${random.below(1e9)}; // version ${version} of ${path}`,
  );
  return lines.join("\n");
}

export interface EditedFolderOptions {
  readonly folder: string;
  readonly indexRoot: string;
  /** A file; one that is there is gone on with. */
  readonly oracle: string;
  readonly seed: number;
}

export class EditedFolder {
  readonly #location: IndexLocation;
  readonly #random: Random;
  readonly #oraclePath: string;
  readonly #oracle: number;
  /** For each path every version that the index might hold, oldest first; all but the first are not acknowledged. */
  readonly #possible = new Map<string, Version[]>();
  /** What the folder holds. */
  readonly #versions = new Map<string, Version>();
  /** Grows with every new path. */
  #names = 0;

  constructor({ folder, indexRoot, oracle, seed }: EditedFolderOptions) {
    this.#location = locateIndex(folder, indexRoot);
    this.#random = new Random(seed);
    this.#oraclePath = oracle;
    this.#oracle = openSync(oracle, "a+");
    this.reread();
  }

  get location(): IndexLocation {
    return this.#location;
  }

  get oraclePath(): string {
    return this.#oraclePath;
  }

  get paths(): string[] {
    return [...this.#versions.keys()].filter((path) => this.#versions.get(path) !== 0);
  }

  /** Reads what another process has written down, and done to the folder, meanwhile. */
  reread(): void {
    this.#possible.clear();
    this.#versions.clear();
    const lines = readFileSync(this.#oraclePath, "utf8").split("\n");
    for (const line of lines.slice(0, -1)) {
      const { may, is } = JSON.parse(line) as OracleLine;
      this.#note(may, is);
    }
    this.#names = this.#possible.size;
    for (const path of this.#possible.keys()) {
      this.#finishWrite(path);
    }
  }

  /** Files that no engine has been told of. */
  createFiles(count: number): void {
    this.#write(Array.from({ length: count }, () => [this.#newPath(), 1]));
  }

  /** Files that are acknowledged only by a look at everything. */
  async scan(client: EngineClient): Promise<void> {
    await client.request(requests.index, { folder: withDefaults(this.#location.folder), rebuild: false });
    this.#acknowledge(this.#pending());
  }

  /** One edit, acknowledged when it ends. @throws {EngineError} of the engine; the edit is then on the disk alone. */
  async edit(kind: Edit, client: EngineClient): Promise<void> {
    this.#write(this.#changesFor(kind));
    await (kind === "index" ? this.scan(client) : this.tell(client));
  }

  /** Saves as many files one by one; each write leaves a piece of table, and many pieces are worth compacting. */
  async saveOneByOne(count: number, client: EngineClient): Promise<void> {
    for (const path of this.paths.slice(0, count)) {
      this.#write([[path, this.#nextVersion(path)]]);
      await this.tell(client);
    }
  }

  /** Tells an engine of what was written and not acknowledged yet. @throws {EngineError} */
  async tell(client: EngineClient): Promise<void> {
    const pending = this.#pending();
    const { folder } = this.#location;
    await client.request(requests.update, { folder, paths: pending.map(([path]) => path) });
    this.#acknowledge(pending);
  }

  /**
   * @returns what the index holds.
   * @throws {Error} that names what was lost, torn or doubled.
   */
  async judge(): Promise<HeldIndex | undefined> {
    const held = await judgeIndex(this.#location);
    for (const [path, versions] of this.#possible) {
      const file = held?.files.get(path);
      const version =
        file === undefined ? 0 : versions.find((candidate) => candidate > 0 && textOf(path, candidate) === file.text);
      if (version === undefined || !versions.includes(version)) {
        const found = version ?? `a text that begins ${JSON.stringify(file?.text.slice(0, 80))}`;
        throw new Error(`${path}: the index holds version ${found}; it may hold ${versions.join(", ")}`);
      }
    }
    const stranger = [...(held?.files.keys() ?? [])].find((path) => !this.#possible.has(path));
    if (stranger !== undefined) {
      throw new Error(`the index holds ${stranger}, which never was`);
    }
    return held;
  }

  /** Brings the index up to date and compares it with the folder. @throws {Error} that names a difference. */
  async finish(client: EngineClient): Promise<HeldIndex | undefined> {
    await this.scan(client);
    const held = await this.judge();
    if (held?.strayRows !== 0) {
      throw new Error(`${held?.strayRows} rows belong to no file`);
    }
    const again = await client.request(requests.index, { folder: withDefaults(this.#location.folder), rebuild: false });
    if (again.chunksWritten !== 0 || again.filesRemoved !== 0) {
      throw new Error(`a run with nothing to do wrote ${again.chunksWritten} chunks`);
    }
    return held;
  }

  close(): void {
    closeSync(this.#oracle);
  }

  #changesFor(kind: Edit): [path: string, version: Version][] {
    const replaced = Array.from({ length: kind === "index" ? 12 : 1 + this.#random.below(4) }, () => {
      const path = this.#random.oneOf(this.paths);
      return [path, this.#nextVersion(path)] as const;
    });
    const changes = new Map<string, Version>(kind === "delete" ? [] : replaced);
    if (kind !== "replace") {
      changes.set(this.#random.oneOf(this.paths), 0);
      changes.set(this.#newPath(), 1);
    }
    return [...changes];
  }

  #newPath(): string {
    this.#names += 1;
    return `file${this.#names}.ts`;
  }

  #nextVersion(path: string): Version {
    return Math.max(0, ...(this.#possible.get(path) ?? [])) + 1;
  }

  #write(changes: readonly [path: string, version: Version][]): void {
    this.#append({ may: changes, is: [] });
    for (const [path] of changes) {
      this.#finishWrite(path);
    }
  }

  /** Gives the folder the newest version; after a kill it may still have the one before. */
  #finishWrite(path: string): void {
    const version = this.#possible.get(path)?.at(-1) ?? 0;
    this.#versions.set(path, version);
    const file = join(this.#location.folder, path);
    if (version === 0) {
      rmSync(file, { force: true });
    } else {
      writeFileSync(file, textOf(path, version));
    }
  }

  #pending(): [path: string, version: Version][] {
    return [...this.#possible]
      .filter(([, versions]) => versions.length > 1)
      .map(([path, all]) => [path, all.at(-1) ?? 0]);
  }

  #acknowledge(changes: readonly [path: string, version: Version][]): void {
    this.#append({ may: [], is: changes });
  }

  #append(line: OracleLine): void {
    writeSync(this.#oracle, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#oracle);
    this.#note(line.may, line.is);
  }

  #note(may: OracleLine["may"], is: OracleLine["is"]): void {
    for (const [path, version] of may) {
      this.#possible.set(path, [...(this.#possible.get(path) ?? [0]), version]);
    }
    for (const [path, version] of is) {
      this.#possible.set(path, [version]);
    }
  }
}
