/**
 * The folder that holds the index of one indexed folder.
 *
 *     <root>/<name>-<16 hex digits of SHA-256 of the real path>/
 *       index.json        the marker: format version, identity, folder; written last, so an index without it is none
 *       manifest.sqlite   what the index holds of each file; the truth
 *       chunks.lance      the chunks
 *       history.json      what commits say of files: see historyFile.ts
 *       files.gz          the table by which files are ranked: see tableFile.ts
 *       vectors/          what an embedding model made of the chunks' texts: see vectorSets.ts
 *       settings.json     what was asked to be left out
 *       writer.lock       held by the one process that writes
 *
 * It never lies in the folder that it indexes. What is damaged is moved aside: see quarantine.ts.
 */

import { createHash, randomUUID } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import envPaths from "env-paths";
import * as v from "valibot";
import { EngineError } from "../../domain/errors";
import { errorCode, guardWrite, toFileEngineError } from "./fileErrors";
import { LOCK_FILE } from "./writerLock";

/** Changes when an older program would misread the index. */
export const INDEX_FORMAT_VERSION = 9;

export const MARKER_FILE = "index.json";

/** What went wrong. */
export const TROUBLE_FILE = "troubles.jsonl";
/** What was asked to be left out of the index. */
export const SETTINGS_FILE = "settings.json";
/** There while indexing is paused. */
export const PAUSED_FILE = "paused";
export const VECTORS_DIRECTORY = "vectors";

const OWNER_ONLY = 0o700;

/** Of a file that is being written, until it takes the place of the old one. */
const TEMPORARY_SUFFIX = ".tmp";

/** What an index was built with: `{ chunkerVersion: 3, analyzerVersion: 1 }`. Another identity means another index. */
export type IndexIdentity = Readonly<Record<string, string | number>>;

export interface IndexLocation {
  /** The indexed folder, with symbolic links resolved. */
  readonly folder: string;
  /** Absolute; need not exist. */
  readonly indexDir: string;
}

/**
 * `outdated`: of an older format or another identity; it is to be built anew. `foreign`: of another folder, copied or renamed
 * to this place.
 */
export type IndexCondition = "missing" | "outdated" | "foreign" | "current";

const markerSchema = v.object({
  formatVersion: v.number(),
  folder: v.string(),
  createdAt: v.number(),
  generation: v.string(),
  identity: v.record(v.string(), v.union([v.string(), v.number()])),
});

// ---------------------------------------------------------------- where

/** The user's data folder for this program, such as `~/.local/share/cloister`. */
export function defaultIndexRoot(): string {
  return envPaths("cloister", { suffix: "" }).data;
}

/**
 * Where the index of a folder lives, whether or not it exists.
 *
 * @param indexRoot absolute path; undefined for the user's data folder.
 * @throws {EngineError} `folder-not-found`, `folder-not-a-directory`, `folder-unreadable`; `index-misplaced` for a
 *   root that is relative, an address, or inside the folder.
 */
export function locateIndex(folder: string, indexRoot: string | undefined): IndexLocation {
  const realFolder = resolveFolder(folder);
  const root = indexRoot ?? defaultIndexRoot();
  const indexDir = join(root, directoryName(realFolder));
  if (!isAbsolute(root) || /^[a-z][a-z0-9+.-]+:\/\//i.test(root)) {
    throw misplaced(indexDir, "the place must be an absolute path on this machine");
  }
  if (isInside(realpathOfExisting(root), realFolder)) {
    throw misplaced(indexDir, "the place lies inside the folder that is to be indexed");
  }
  return { folder: realFolder, indexDir };
}

function misplaced(indexDir: string, cause: string): EngineError {
  return new EngineError({ code: "index-misplaced", indexDir, cause });
}

function resolveFolder(folder: string): string {
  try {
    const real = realpathSync.native(folder);
    if (statSync(real).isDirectory()) {
      return real;
    }
  } catch (error) {
    throw folderError(error, folder);
  }
  throw new EngineError({ code: "folder-not-a-directory", folder });
}

function folderError(error: unknown, folder: string): unknown {
  switch (errorCode(error) ?? "") {
    case "ENOENT":
    case "ENAMETOOLONG":
      return new EngineError({ code: "folder-not-found", folder }, { cause: error });
    case "ENOTDIR":
      return new EngineError({ code: "folder-not-a-directory", folder }, { cause: error });
    case "EACCES":
    case "EPERM":
    case "ELOOP":
      return new EngineError({ code: "folder-unreadable", folder }, { cause: error });
    default:
      return error;
  }
}

/** `my-project-0123456789abcdef`: readable for a person who looks for it, unique by the path. */
function directoryName(realFolder: string): string {
  const name = basename(realFolder)
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+|[.-]+$/g, "")
    .slice(0, 40);
  const hash = createHash("sha256").update(realFolder).digest("hex").slice(0, 16);
  return `${name || "folder"}-${hash}`;
}

/** The path with the symbolic links of its existing part resolved. */
function realpathOfExisting(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realpathOfExisting(parent), basename(path));
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

// ---------------------------------------------------------------- what is there

/** @throws {EngineError} `index-too-new`, `index-damaged`, `index-unreadable`. */
export function inspectIndex({ folder, indexDir }: IndexLocation, identity: IndexIdentity): IndexCondition {
  const text = readMarker(indexDir);
  if (text === undefined) {
    return "missing";
  }
  const raw = parseMarker(text, indexDir);
  const found = typeof raw === "object" && raw !== null && "formatVersion" in raw ? raw.formatVersion : undefined;
  if (typeof found === "number" && found > INDEX_FORMAT_VERSION) {
    throw new EngineError({ code: "index-too-new", indexDir, found, supported: INDEX_FORMAT_VERSION });
  }
  if (typeof found === "number" && found < INDEX_FORMAT_VERSION) {
    return "outdated";
  }
  const marker = v.safeParse(markerSchema, raw);
  if (!marker.success) {
    throw new EngineError({ code: "index-damaged", indexDir, problem: `${MARKER_FILE} is incomplete` });
  }
  if (marker.output.folder !== folder) {
    return "foreign"; // the name of its place comes of the same path, so the place of a folder that was renamed is another
  }
  return isSameIdentity(marker.output.identity, identity) ? "current" : "outdated";
}

/** True if what lies here was made for another folder, so that nothing of it holds for this one. */
export function isForeign(location: IndexLocation): boolean {
  try {
    return inspectIndex(location, {}) === "foreign";
  } catch {
    return false;
  }
}

function readMarker(indexDir: string): string | undefined {
  try {
    return readFileSync(join(indexDir, MARKER_FILE), "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") {
      return undefined;
    }
    if (errorCode(error) === "EISDIR") {
      throw new EngineError(
        { code: "index-damaged", indexDir, problem: `${MARKER_FILE} is a folder` },
        { cause: error },
      );
    }
    throw toFileEngineError(error, indexDir, "read");
  }
}

function parseMarker(text: string, indexDir: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EngineError({ code: "index-damaged", indexDir, problem: `${MARKER_FILE} is not JSON` }, { cause });
  }
}

function isSameIdentity(a: IndexIdentity, b: IndexIdentity): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => a[key] === b[key]);
}

/** Bytes that the index takes on disk; what vanishes meanwhile, or may not be looked into, counts nothing. */
export async function measureIndex(indexDir: string): Promise<number> {
  const entries = (await ifReachable(readdir(indexDir, { withFileTypes: true }))) ?? [];
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(indexDir, entry.name);
      return entry.isDirectory() ? measureIndex(path) : ((await ifReachable(lstat(path)))?.size ?? 0);
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function ifReachable<T>(looked: Promise<T>): Promise<T | undefined> {
  try {
    return await looked;
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(errorCode(error) ?? "")) {
      return undefined;
    }
    throw error;
  }
}

// ---------------------------------------------------------------- making and unmaking, by the holder of the lock

/** Makes the folder, for its owner alone. @throws {EngineError} `index-unwritable`, `disk-full`. */
export function makeIndexDirectory({ indexDir }: IndexLocation): void {
  guardWrite(indexDir, () => {
    makeDirectories(indexDir);
    chmodSync(indexDir, OWNER_ONLY);
  });
}

/** As `mkdir -p`. Node's own `recursive` never ends below `/proc`, where nothing can be made and no parent is missing. */
export function makeDirectories(path: string): void {
  try {
    mkdirSync(path, OWNER_ONLY);
  } catch (error) {
    if (errorCode(error) === "ENOENT" && !existsSync(dirname(path))) {
      makeDirectories(dirname(path));
      mkdirSync(path, OWNER_ONLY);
    } else if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw error;
    }
  }
}

/** Declares the index complete. Written last, whole or not at all. */
export function writeMarker({ folder, indexDir }: IndexLocation, identity: IndexIdentity, now: number): void {
  const marker = { formatVersion: INDEX_FORMAT_VERSION, folder, createdAt: now, generation: randomUUID(), identity };
  guardWrite(indexDir, () => {
    writeDurably(join(indexDir, MARKER_FILE), `${JSON.stringify(marker, undefined, 2)}\n`);
    syncDirectory(indexDir);
  });
}

/** Whole or not at all, also through a power cut. */
export function writeDurably(path: string, content: string | Uint8Array): void {
  const temporary = path + TEMPORARY_SUFFIX;
  try {
    writeFileSync(temporary, content, { mode: 0o600, flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true }); // a full disk needs the room
    throw error;
  }
}

/** Removes what a killed writer left half written. To be called by the holder of the lock. */
export function removeTemporaries({ indexDir }: IndexLocation): void {
  guardWrite(indexDir, () => {
    for (const entry of readdirSync(indexDir, { withFileTypes: true })) {
      if (entry.isFile() && entry.name.endsWith(TEMPORARY_SUFFIX)) {
        rmSync(join(indexDir, entry.name), { force: true });
      }
    }
  });
}

/** Makes names durable. Windows knows no such call and needs none. */
export function syncDirectory(path: string): void {
  if (process.platform === "win32") {
    return;
  }
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Empties the folder but for the lock and what is kept; the marker goes first, so that a kill in between leaves no index and no half. */
export function clearIndex({ indexDir }: IndexLocation): void {
  guardWrite(indexDir, () => {
    rmSync(join(indexDir, MARKER_FILE), { force: true });
    for (const name of contentsOf(indexDir)) {
      rmSync(join(indexDir, name), { recursive: true, force: true });
    }
  });
}

/** They outlive the index beside them. */
const KEPT: ReadonlySet<string> = new Set([VECTORS_DIRECTORY, TROUBLE_FILE, SETTINGS_FILE, PAUSED_FILE]);

/** They outlive one of another folder: vectors are known by the text they were made of. */
export const KEPT_OF_FOREIGN: ReadonlySet<string> = new Set([VECTORS_DIRECTORY]);

/** Everything in the folder but the lock and what is kept, the marker first. */
export function contentsOf(indexDir: string, kept = KEPT): string[] {
  const names = readdirSync(indexDir).filter((name) => !name.startsWith(LOCK_FILE) && !kept.has(name));
  return names.sort((a, b) => Number(b === MARKER_FILE) - Number(a === MARKER_FILE));
}
