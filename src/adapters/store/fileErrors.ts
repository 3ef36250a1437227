/** What the file system's error codes mean for an index. */

import { EngineError } from "../../domain/errors";

const DISK_FULL = new Set(["ENOSPC", "EDQUOT"]);
const UNWRITABLE = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOTDIR",
  "EEXIST",
  "EISDIR",
  "ENAMETOOLONG",
  "ELOOP",
  "EMFILE",
  "ENFILE",
  "EIO",
  "EBUSY",
  "ENOENT",
]);

export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** @returns the error to throw for a failed write: an {EngineError} where the code is known, else the error itself. */
export function toWriteError(error: unknown, indexDir: string): unknown {
  const code = errorCode(error) ?? "";
  if (DISK_FULL.has(code)) {
    return new EngineError({ code: "disk-full", indexDir }, { cause: error });
  }
  if (UNWRITABLE.has(code)) {
    return new EngineError({ code: "index-unwritable", indexDir, cause: (error as Error).message }, { cause: error });
  }
  return error;
}
