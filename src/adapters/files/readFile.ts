/**
 * Reads one file of a folder, and nothing but a file of that folder.
 *
 * The folder may be hostile, and may change while it is read. So the file is opened without following a link and without
 * waiting (a FIFO would block for ever), and then it is asked where the opened file lies: a folder on the way may have been
 * swapped for a link for the moment of opening. Linux and macOS answer that without a race; elsewhere the real path is
 * compared, which leaves a gap that only a program running on the same machine could use. A hard link to a file elsewhere
 * cannot be told from a file.
 *
 * No link is followed, not even inside the folder: what it names is listed under its own path, or is ignored on purpose.
 * Synchronous, because it runs in worker threads, where that is several times faster.
 */

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
} from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { type FileStamp, NO_STAMP } from "../../core/fileStamp";

export type ReadProblem = "outside-link" | "not-a-file" | "too-large" | "unreadable";

export type FileRead =
  | ({ readonly state: "read"; readonly bytes: Uint8Array } & FileStamp)
  | ({ readonly state: "skipped"; readonly reason: ReadProblem } & FileStamp)
  | { readonly state: "vanished" };

/** A flag of macOS 11 that Node does not name: fail on a link anywhere in the path. */
const O_NOFOLLOW_ANY = process.platform === "darwin" ? 0x2000_0000 : 0;

/** Windows has none of the flags, nor FIFOs in folders. */
const SAFE_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | O_NOFOLLOW_ANY;

/** A file that an editor replaces while it is opened is there again at once. */
const ATTEMPTS = 3;

/**
 * @param root absolute path of the folder; may itself be reached through links.
 * @param path relative to it, with `/`.
 * @returns the stamp as it was before the first byte was read, so that a later change shows.
 */
export function readFileSafely(root: string, path: string, maxBytes: number): FileRead {
  try {
    const realRoot = realpathSync.native(root);
    const full = join(realRoot, path);
    if (!isInside(realRoot, full)) {
      return { state: "skipped", reason: "outside-link", ...NO_STAMP };
    }
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const read = openAndRead(realRoot, full, maxBytes);
      if (read !== "replaced") {
        return read;
      }
    }
    return { state: "skipped", reason: wayProblem(realRoot, full), ...NO_STAMP };
  } catch (error) {
    return fromSystemError(error);
  }
}

/** @returns `replaced` if what was opened does not lie at that path: a link on the way, or somebody renamed it just now. */
function openAndRead(realRoot: string, full: string, maxBytes: number): FileRead | "replaced" {
  const seen = lstatSync(full);
  const problem = seen.isSymbolicLink() ? linkProblem(realRoot, full) : problemOf(seen, maxBytes);
  if (problem !== undefined) {
    return skipped(problem, seen);
  }
  const fd = openSync(full, SAFE_FLAGS);
  try {
    const opened = fstatSync(fd);
    return isSameName(realRoot, openedPath(fd, opened, full), full) ? readOpened(fd, opened, maxBytes) : "replaced";
  } finally {
    closeSync(fd);
  }
}

function readOpened(fd: number, opened: Stats, maxBytes: number): FileRead {
  const problem = problemOf(opened, maxBytes);
  if (problem !== undefined) {
    return skipped(problem, opened);
  }
  const bytes = readAll(fd, opened.size, maxBytes);
  return bytes === undefined ? skipped("too-large", opened) : { state: "read", bytes, ...stampOfStats(opened) };
}

/** Where the opened file lies now; empty if that cannot be told. */
function openedPath(fd: number, opened: Stats, full: string): string {
  if (process.platform === "linux") {
    return readlinkSync(`/proc/self/fd/${fd}`);
  }
  const real = realpathSync.native(full);
  const there = lstatSync(real);
  return there.dev === opened.dev && there.ino === opened.ino ? real : "";
}

/** Why the file was not what its path says: a folder on the way is a link, or the file does not keep still. */
function wayProblem(realRoot: string, full: string): ReadProblem {
  const real = realpathSync.native(full);
  if (!isInside(realRoot, real)) {
    return "outside-link";
  }
  return isSameName(realRoot, real, full) ? "unreadable" : "not-a-file";
}

function problemOf(stats: Stats, maxBytes: number): ReadProblem | undefined {
  if (!stats.isFile()) {
    return "not-a-file";
  }
  return stats.size > maxBytes ? "too-large" : undefined;
}

/** Why a link is left out: `outside-link` if it leaves the folder, else `not-a-file`. */
export function linkProblem(realRoot: string, fullPath: string): "outside-link" | "not-a-file" {
  try {
    return isInside(realRoot, realpathSync.native(fullPath)) ? "not-a-file" : "outside-link";
  } catch {
    return "not-a-file"; // it names nothing, or itself
  }
}

/** True if a folder on the way to the file is a link, or is gone. */
export function hasLinkOnTheWay(realRoot: string, path: string): boolean {
  const folder = dirname(join(realRoot, path));
  try {
    return !isSameName(realRoot, realpathSync.native(folder), folder);
  } catch {
    return true;
  }
}

/** Both are normalised, so that nearly always a look at the beginning will do. */
function isInside(realRoot: string, real: string): boolean {
  if (real.startsWith(`${realRoot}${sep}`)) {
    return true;
  }
  const way = relative(realRoot, real);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * The file system may fold case or normalise names; then what follows the folder's own path is spelt otherwise, without any
 * link. Another folder whose name differs by case alone is another folder.
 */
function isSameName(realRoot: string, real: string, asked: string): boolean {
  return real === asked || (isInside(realRoot, real) && folded(real) === folded(asked));
}

const folded = (path: string): string => path.normalize("NFC").toLowerCase();

/** To the end of the file, which may have grown. @returns undefined beyond `maxBytes`. */
function readAll(fd: number, expectedBytes: number, maxBytes: number): Uint8Array | undefined {
  let buffer = Buffer.allocUnsafe(expectedBytes + 1);
  let length = 0;
  for (;;) {
    const count = readSync(fd, buffer, length, buffer.length - length, null);
    if (count === 0) {
      return buffer.subarray(0, length);
    }
    length += count;
    if (length > maxBytes) {
      return undefined;
    }
    if (length === buffer.length) {
      buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
    }
  }
}

export function stampOfStats({ size, mtimeMs, ctimeMs }: Stats): FileStamp {
  return { sizeBytes: size, mtimeMs, ctimeMs };
}

function skipped(reason: ReadProblem, stats: Stats): FileRead {
  return { state: "skipped", reason, ...stampOfStats(stats) };
}

function fromSystemError(error: unknown): FileRead {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "ERR_INVALID_ARG_VALUE": // a NUL in the path: no file has that name
      return { state: "vanished" };
    case "ELOOP": // a link, or became a link after it was looked at
      return { state: "skipped", reason: "not-a-file", ...NO_STAMP };
    default:
      if (typeof code === "string") {
        return { state: "skipped", reason: "unreadable", ...NO_STAMP };
      }
      throw error;
  }
}
