/**
 * What has to be done to make the index equal to the folder: the difference between a scan and the manifest.
 *
 * Size and time stamps decide, so that an unchanged folder costs no reading. They are not trusted where the file may have
 * changed again within the same tick of the file system's clock after it was read; such a file is compared by its hash.
 */

import type { SkipReason } from "../../domain/skipReason";
import { isSameStamp } from "../fileStamp";
import type { FileRecord, FolderScan, FoundFile, Manifest, SkippedFile } from "../ports";

/** A file that may have changed, and what the index holds of it. */
export interface FileToPrepare {
  readonly file: FoundFile;
  readonly known: FileRecord | undefined;
}

/** A file that the scan left out, and what the index holds of it. */
export interface FileToSkip extends SkippedFile {
  readonly known: FileRecord | undefined;
}

/** Each list in order of path. */
export interface ChangePlan {
  readonly toPrepare: readonly FileToPrepare[];
  readonly toSkip: readonly FileToSkip[];
  readonly toRemove: readonly FileRecord[];
}

/** Time stamps of old file systems count whole seconds or pairs of them. */
const COARSE_TICK_MS = 2_000;
/** All others keep a fraction; their clock ticks with the kernel's, 10 ms at the slowest. */
const FINE_TICK_MS = 50;

/** Reasons that may go away without the file's size or time stamps changing. */
const RETRIED: ReadonlySet<SkipReason> = new Set(["unreadable"]);

/** The plan for the whole folder. */
export function planRefresh(scan: FolderScan, manifest: Manifest): ChangePlan {
  return plan(scan, manifest, manifest.all());
}

/**
 * The plan for some paths, each a file or a folder.
 *
 * @param scan of these paths alone. What the manifest holds at or below them and the scan lacks is removed.
 */
export function planUpdate(scan: FolderScan, paths: readonly string[], manifest: Manifest): ChangePlan {
  return plan(scan, manifest, recordsAtOrBelow(paths, manifest));
}

function plan(scan: FolderScan, manifest: Manifest, scope: Iterable<FileRecord>): ChangePlan {
  const found = new Set<string>();
  const toPrepare: FileToPrepare[] = [];
  for (const file of scan.files) {
    found.add(file.path);
    const known = manifest.get(file.path);
    if (!isCurrent(known, file)) {
      toPrepare.push({ file, known });
    }
  }
  const toSkip: FileToSkip[] = [];
  for (const { path, reason } of scan.skipped) {
    found.add(path);
    const known = manifest.get(path);
    if (known?.reason !== reason) {
      toSkip.push({ path, reason, known });
    }
  }
  const toRemove = [...scope].filter((record) => !found.has(record.path));
  return {
    toPrepare: toPrepare.sort((a, b) => comparePaths(a.file.path, b.file.path)),
    toSkip: toSkip.sort((a, b) => comparePaths(a.path, b.path)),
    toRemove: toRemove.sort((a, b) => comparePaths(a.path, b.path)),
  };
}

function isCurrent(known: FileRecord | undefined, file: FoundFile): boolean {
  return (
    known !== undefined &&
    isSameStamp(known, file) &&
    !isRacy(known) &&
    !(known.reason !== undefined && RETRIED.has(known.reason))
  );
}

/** True if the file may have changed after it was read and still bear the time stamps that it had then. */
function isRacy({ mtimeMs, ctimeMs, indexedAt }: FileRecord): boolean {
  const changedMs = Math.max(mtimeMs, ctimeMs);
  const tickMs = changedMs % 1_000 === 0 ? COARSE_TICK_MS : FINE_TICK_MS;
  return indexedAt - changedMs < tickMs;
}

function* recordsAtOrBelow(paths: readonly string[], manifest: Manifest): Iterable<FileRecord> {
  const folders = new Set<string>();
  for (const path of new Set(paths)) {
    const record = manifest.get(path);
    if (record === undefined) {
      folders.add(path); // a folder, or a file that the index never held
    } else {
      yield record;
    }
  }
  if (folders.size > 0) {
    yield* recordsBelow(folders, manifest);
  }
}

/** @param folders none of them the path of a record; `""` and `"."` are the folder itself. */
function* recordsBelow(folders: ReadonlySet<string>, manifest: Manifest): Iterable<FileRecord> {
  const isEverything = folders.has("") || folders.has(".");
  for (const record of manifest.all()) {
    if (isEverything || hasAncestor(record.path, folders)) {
      yield record;
    }
  }
}

function hasAncestor(path: string, folders: ReadonlySet<string>): boolean {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    if (folders.has(path.slice(0, end))) {
      return true;
    }
  }
  return false;
}

/** By code unit: the same order on every machine. */
function comparePaths(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
