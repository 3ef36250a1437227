/**
 * The files of a folder that git does not manage.
 *
 * Without git nothing says which folders are made by tools, so those that always are get left out: what package managers
 * and version control keep (by name), virtual environments and tagged caches (by the file that marks them). Names such as
 * `build`, `dist`, `target` or `vendor` are not: people keep their own files there.
 *
 * Links are never followed, so the walk ends whatever the folder holds. It is iterative and gives way to the event loop.
 */

import { type Dirent, existsSync, lstatSync, readdirSync } from "node:fs";
import type { IgnoreTree } from "../../core/indexing/selecting/ignoreTree";

export interface WalkListing {
  /**
   * Relative to the folder, with `/`: files, links and whatever else is no directory, and the directories of nested
   * repositories, which are listed on their own.
   */
  readonly paths: readonly string[];
  /** Directories that could not be opened. */
  readonly unreadable: readonly string[];
}

/** Folders that hold nothing a person wrote, wherever they stand. Names in lower case. */
export const TOOL_FOLDERS: readonly string[] = [
  ".git",
  ".hg",
  ".svn",
  ".bzr",
  ".jj",
  "node_modules",
  "bower_components",
  "__pycache__",
  ".venv",
  ".tox",
  ".nox",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
  ".gradle",
  ".terraform",
  ".next",
  ".nuxt",
  ".svelte-kit",
  ".dart_tool",
];

const TOOL_FOLDER_SET = new Set(TOOL_FOLDERS);

/** Files that mark their directory: a Python environment, and a cache (https://bford.info/cachedir/). */
const MARKER_FILES = new Set(["pyvenv.cfg", "CACHEDIR.TAG"]);

/** Called between small pieces of work: resolves at once, or after other events had their turn. */
export type Pause = () => Promise<void> | undefined;

const SLICE_MS = 10;

/** @returns a function that throws `AbortError` once `signal` fires. */
export function createPause(signal: AbortSignal): Pause {
  let sliceEnds = performance.now() + SLICE_MS;
  return () => {
    if (performance.now() < sliceEnds) {
      return undefined;
    }
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        sliceEnds = performance.now() + SLICE_MS;
        if (signal.aborted) {
          reject(signal.reason);
        } else {
          resolve();
        }
      });
    });
  };
}

/** Whether the walk leaves this directory out, or one on the way to it from `start`. Both relative to the folder. */
export function isLeftOut(folder: string, start: string, directory: string): boolean {
  for (let path = directory; path.length > start.length; path = parentOf(path)) {
    if (isToolFolder(path) || [...MARKER_FILES].some((name) => existsSync(`${folder}/${path}/${name}`))) {
      return true;
    }
  }
  return false;
}

/**
 * @param folder absolute. @param start directories to walk, relative to the folder (`""` for all of it), which are
 *   themselves listed whatever they are.
 * @param ignored the `.gitignore` rules of the folder.
 */
export async function walkFiles(
  folder: string,
  start: readonly string[],
  ignored: IgnoreTree,
  pause: Pause,
): Promise<WalkListing> {
  const listing = { paths: [] as string[], unreadable: [] as string[] };
  const starts = new Set(start);
  const waiting = [...start];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    await pause();
    const entries = readDirectory(folder, directory);
    if (entries === undefined) {
      listing.unreadable.push(directory);
      continue;
    }
    if (!starts.has(directory) && isSpecial(entries)) {
      if (entries.some((entry) => entry.name === ".git")) {
        listing.paths.push(directory);
      }
      continue;
    }
    for (const entry of entries) {
      const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
      if (entry.name === ".git" || ignored.isIgnored(path, entry.isDirectory())) {
        continue;
      }
      if (!entry.isDirectory()) {
        listing.paths.push(path);
      } else if (!isToolFolder(path)) {
        waiting.push(path);
      }
    }
  }
  return listing;
}

/** A nested repository, an environment or a cache. */
function isSpecial(entries: readonly Dirent[]): boolean {
  return entries.some((entry) => entry.name === ".git" || MARKER_FILES.has(entry.name));
}

function isToolFolder(path: string): boolean {
  return TOOL_FOLDER_SET.has(path.slice(path.lastIndexOf("/") + 1).toLowerCase());
}

/** @returns nothing to list for a directory that is gone or was replaced, undefined for one that cannot be opened. */
function readDirectory(folder: string, directory: string): Dirent[] | undefined {
  const full = `${folder}/${directory}`;
  try {
    return lstatSync(full).isDirectory() || directory === "" ? readdirSync(full, { withFileTypes: true }) : [];
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const isGone = (code === "ENOENT" && !isUnnameable(directory)) || code === "ENOTDIR";
    return isGone ? [] : undefined;
  }
}

/** A name that is not UTF-8 was listed under another one, under which there is nothing. */
export function isUnnameable(path: string): boolean {
  return path.includes("\ufffd");
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
