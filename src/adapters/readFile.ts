/**
 * Reads one file of a folder, and nothing but a file of that folder.
 *
 * The folder may be hostile, and may change while it is read. So the file is opened without following a link and without
 * waiting (a FIFO would block for ever), and what was opened is compared with what lies at the real path: a folder on the
 * way that was swapped for a link between two steps is noticed. No link is followed, not even inside the folder: what it
 * names is listed under its own path, or is ignored on purpose.
 *
 * Synchronous, because it runs in worker threads, where that is several times faster. A hard link to a file elsewhere
 * cannot be told from a file.
 */

import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync, type Stats } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";

export type ReadProblem = "outside-link" | "not-a-file" | "too-large" | "unreadable";

export type FileRead =
  | { readonly state: "read"; readonly bytes: Uint8Array; readonly sizeBytes: number; readonly mtimeMs: number }
  | { readonly state: "skipped"; readonly reason: ReadProblem; readonly sizeBytes: number; readonly mtimeMs: number }
  | { readonly state: "vanished" };

/** Missing on Windows, which has neither FIFOs in folders nor a flag against links. */
const SAFE_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * @param root absolute path of the folder; may itself be reached through links.
 * @param path relative to it, with `/`.
 * @returns `mtimeMs` and `sizeBytes` as they were before the first byte was read, so that a later change shows.
 */
export function readFileSafely(root: string, path: string, maxBytes: number): FileRead {
  try {
    return openAndRead(root, path, maxBytes);
  } catch (error) {
    return fromSystemError(error);
  }
}

function openAndRead(root: string, path: string, maxBytes: number): FileRead {
  const realRoot = realpathSync.native(root);
  const full = join(realRoot, path);
  const seen = lstatSync(full);
  const problem = seen.isSymbolicLink() ? linkProblem(realRoot, full) : problemOf(seen, maxBytes);
  if (problem !== undefined) {
    return skipped(problem, seen);
  }
  const fd = openSync(full, SAFE_FLAGS);
  try {
    return readOpened(fd, realRoot, full, maxBytes);
  } finally {
    closeSync(fd);
  }
}

function readOpened(fd: number, realRoot: string, full: string, maxBytes: number): FileRead {
  const opened = fstatSync(fd);
  const problem = swappedProblem(opened, realRoot, full) ?? problemOf(opened, maxBytes);
  if (problem !== undefined) {
    return skipped(problem, opened);
  }
  const bytes = readAll(fd, opened.size, maxBytes);
  return bytes === undefined
    ? skipped("too-large", opened)
    : { state: "read", bytes, sizeBytes: opened.size, mtimeMs: opened.mtimeMs };
}

function problemOf(stats: Stats, maxBytes: number): ReadProblem | undefined {
  if (!stats.isFile()) {
    return "not-a-file";
  }
  return stats.size > maxBytes ? "too-large" : undefined;
}

/** Whether a folder on the way is a link, or was one for a moment. */
function swappedProblem(opened: Stats, realRoot: string, full: string): ReadProblem | undefined {
  const real = realpathSync.native(full);
  if (!isInside(realRoot, real)) {
    return "outside-link";
  }
  if (!isSameName(real, full)) {
    return "not-a-file";
  }
  const there = lstatSync(real);
  return there.dev === opened.dev && there.ino === opened.ino ? undefined : "unreadable";
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
    return !isSameName(realpathSync.native(folder), folder);
  } catch {
    return true;
  }
}

function isInside(realRoot: string, real: string): boolean {
  const way = relative(realRoot, real);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The file system may fold case or normalise names; then the real path is spelt otherwise, without any link. */
function isSameName(real: string, asked: string): boolean {
  return real === asked || real.normalize("NFC").toLowerCase() === asked.normalize("NFC").toLowerCase();
}

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

function skipped(reason: ReadProblem, stats: Stats): FileRead {
  return { state: "skipped", reason, sizeBytes: stats.size, mtimeMs: stats.mtimeMs };
}

function fromSystemError(error: unknown): FileRead {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "ERR_INVALID_ARG_VALUE": // a NUL in the path: no file has that name
      return { state: "vanished" };
    case "ELOOP": // became a link after it was looked at
      return { state: "skipped", reason: "not-a-file", sizeBytes: 0, mtimeMs: 0 };
    default:
      if (typeof code === "string") {
        return { state: "skipped", reason: "unreadable", sizeBytes: 0, mtimeMs: 0 };
      }
      throw error;
  }
}
