/**
 * Kills a real process at random moments while it indexes a changing folder, and looks at the index after each kill:
 * every acknowledged file has to be whole, in one of the versions it had, and nothing doubled.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { inspectIndex, locateIndex, rememberIndex } from "../../src/adapters/store/indexDirectory";
import { openLanceChunkStore } from "../../src/adapters/store/lanceChunkStore";
import { openSqliteManifest } from "../../src/adapters/store/sqliteManifest";
import type { ChunkHit, FileRecord } from "../../src/core/ports";
import type { IndexSummary } from "../../src/domain/indexStatus";
import { type KillableChild, startCli, startTsx } from "./tsxChild";

export interface KillRun {
  /** Milliseconds after the process began to work. */
  readonly killedAfterMs: number;
  /** False if the process had ended before. */
  readonly wasKilled: boolean;
  /** Files that the index held after the kill. */
  readonly filesHeld: number;
}

export interface KillRig {
  /** Changes some files, indexes, kills, checks. @throws {Error} that names what is torn, lost or doubled. */
  killOnce(): Promise<KillRun>;
  /** Lets a run end and checks that the index equals the folder, and that one more run writes nothing. */
  finish(): Promise<IndexSummary>;
}

/** `program`: small batches, many commits, no syntax trees. `cli`: `cloister index` and its engine, as built. */
export type KillTarget = "program" | "cli";

/**
 * @param scratch an empty folder for everything.
 * @param seed the same seed makes the same files and changes; the moments of the kills differ all the same.
 */
export function createKillRig(scratch: string, fileCount: number, seed: number, target: KillTarget): KillRig {
  const rig = new Rig(scratch, fileCount, randomNumbers(seed), target);
  return { killOnce: () => rig.killOnce(), finish: () => rig.finish() };
}

class Rig {
  readonly #folder: string;
  readonly #root: string;
  /** The text of every version of every file, by path and content hash. */
  readonly #versions = new Map<string, Map<string, string>>();
  readonly #random: () => number;
  #written = 0;
  /** How long a run takes: grows until one ends before its kill, and is known then. */
  #runMs = 1_500;

  constructor(
    scratch: string,
    readonly fileCount: number,
    random: () => number,
    readonly target: KillTarget,
  ) {
    this.#folder = join(scratch, "folder");
    this.#root = join(scratch, "indexes");
    this.#random = random;
    mkdirSync(this.#folder);
    for (let n = 0; n < fileCount; n += 1) {
      this.#writeFile(`file${n}.ts`);
    }
  }

  async killOnce(): Promise<KillRun> {
    this.#changeFiles();
    const startedAt = performance.now();
    const child = this.#start();
    const output = readAll(child);
    const killedAfterMs = (0.2 + 0.8 * this.#random()) * this.#runMs; // the first fifth goes into starting
    const ended = await Promise.race([output.then(() => true), delay(killedAfterMs, false)]);
    this.#runMs = ended ? performance.now() - startedAt : this.#runMs * 1.15;
    const acknowledged = this.#acknowledgedRevision();
    await child.kill();
    const lines = await output;
    const filesHeld = await this.#check(acknowledged);
    return { killedAfterMs, wasKilled: summaryIn(lines) === undefined, filesHeld };
  }

  async finish(): Promise<IndexSummary> {
    await this.#runToItsEnd();
    const index = await this.#open();
    if (index === undefined) {
      throw new Error("the run ended and left no index");
    }
    const { manifest, store } = index;
    const onDisk = readdirSync(this.#folder).sort();
    const held = [...manifest.all()].map(({ path }) => path).sort();
    expectEqual("files", held.join(), onDisk.join());
    for (const path of onDisk) {
      expectEqual(path, manifest.get(path)?.contentHash, hashOf(readFileSync(join(this.#folder, path), "utf8")));
    }
    const chunks = [...manifest.all()].reduce((sum, record) => sum + record.chunks, 0);
    expectEqual("rows", await store.countRows(), chunks);
    const { revision } = manifest;
    await this.#check(revision);
    const summary = await this.#runToItsEnd();
    manifest.refresh();
    expectEqual("revision after a run with nothing to do", manifest.revision, revision);
    expectEqual("chunks written by it", summary.chunksWritten, 0);
    await store.close();
    manifest.close();
    return summary;
  }

  #start(): KillableChild {
    return this.target === "cli"
      ? startCli(["index", this.#folder, "--index-dir", this.#root, "--json"])
      : startTsx("indexFolder", [this.#folder, this.#root]);
  }

  async #runToItsEnd(): Promise<IndexSummary> {
    const lines = await readAll(this.#start());
    const summary = summaryIn(lines);
    if (summary === undefined) {
      throw new Error(`the run did not end by itself: ${lines.join("\n")}`);
    }
    return summary;
  }

  /** What another process can see as committed at this moment. */
  #acknowledgedRevision(): number {
    const { indexDir } = locateIndex(this.#folder, this.#root);
    if (!existsSync(join(indexDir, "index.json"))) {
      return 0;
    }
    const manifest = openSqliteManifest(indexDir, false);
    manifest.close();
    return manifest.revision;
  }

  /** @returns the number of files that the index holds, all of them whole. */
  async #check(acknowledged: number): Promise<number> {
    const index = await this.#open();
    if (index === undefined) {
      expectEqual("revision without an index", acknowledged, 0);
      return 0;
    }
    const { manifest, store } = index;
    try {
      if (manifest.revision < acknowledged) {
        throw new Error(`revision ${acknowledged} was acknowledged, the index is at ${manifest.revision}`);
      }
      const records = [...manifest.all()].filter((record) => record.state === "indexed");
      const rowsOf = Map.groupBy(await store.chunksOfFiles(records.map(({ fileId }) => fileId)), (row) => row.fileId);
      for (const record of records) {
        this.#checkFile(record, rowsOf.get(record.fileId) ?? []);
      }
      await store.search(["alpha"], 10);
      return records.length;
    } finally {
      await store.close();
      manifest.close();
    }
  }

  #checkFile(record: FileRecord, rows: readonly ChunkHit[]): void {
    expectEqual(
      `positions of ${record.path}`,
      rows.map((row) => row.ordinal).join(),
      [...Array(record.chunks).keys()].join(),
    );
    const text = this.#versions.get(record.path)?.get(record.contentHash);
    expectEqual(`text of ${record.path}`, `${rows.map((row) => row.text).join("\n")}\n`, text);
    expectEqual(
      `paths of ${record.path}`,
      rows.every((row) => row.path === record.path),
      true,
    );
  }

  async #open() {
    const location = locateIndex(this.#folder, this.#root);
    const { indexDir } = location;
    if (inspectIndex(location, {}) === "missing") {
      return undefined;
    }
    const manifest = openSqliteManifest(indexDir, false);
    const store = await openLanceChunkStore({ indexDir, isWriter: false, isIntact: rememberIndex(location) });
    return { manifest, store };
  }

  /** Rewrites a third of the files, deletes some and makes as many. */
  #changeFiles(): void {
    for (const name of readdirSync(this.#folder)) {
      const dice = this.#random();
      if (dice < 0.05) {
        rmSync(join(this.#folder, name));
      } else if (dice < 0.35) {
        this.#writeFile(name);
      }
    }
    for (let n = readdirSync(this.#folder).length; n < this.fileCount; n += 1) {
      this.#writeFile(`new${this.#written}.ts`);
    }
  }

  #writeFile(path: string): void {
    this.#written += 1;
    const lines = Array.from({ length: 20 + Math.floor(this.#random() * 300) }, (_, line) => {
      return `export const alpha${line} = ${Math.floor(this.#random() * 1e9)}; // version ${this.#written} of ${path}`;
    });
    const text = `${lines.join("\n")}\n`;
    writeFileSync(join(this.#folder, path), text);
    const versions = this.#versions.get(path) ?? new Map<string, string>();
    this.#versions.set(path, versions.set(hashOf(text), text));
  }
}

/** Both programs end with their summary as JSON on a line of its own. */
function summaryIn(lines: readonly string[]): IndexSummary | undefined {
  const line = lines.find((candidate) => candidate.startsWith('{"folder"'));
  return line === undefined ? undefined : JSON.parse(line);
}

async function readAll(child: KillableChild): Promise<string[]> {
  const lines: string[] = [];
  for (let line = await child.nextLine(); line !== undefined; line = await child.nextLine()) {
    lines.push(line);
  }
  return lines;
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) {
    throw new Error(
      `${what}: ${JSON.stringify(actual)?.slice(0, 300)} instead of ${JSON.stringify(expected)?.slice(0, 300)}`,
    );
  }
}

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

/** mulberry32. @returns numbers from 0 up to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
