/** What the file system's error codes mean for an index. */

import { EngineError } from "../../domain/errors";

const DISK_FULL = new Set(["ENOSPC", "EDQUOT"]);
/** Node's own errors have codes such as `ERR_INVALID_ARG_TYPE`. */
const SYSTEM_ERROR = /^E[A-Z0-9]+$/;

export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** What was being done when the system refused. */
export type IndexAccess = "read" | "write";

/** @returns the error to throw: an {EngineError} where the system gave a reason, else the error itself. */
export function toFileEngineError(error: unknown, indexDir: string, access: IndexAccess): unknown {
  const code = errorCode(error) ?? "";
  if (DISK_FULL.has(code)) {
    return new EngineError({ code: "disk-full", indexDir }, { cause: error });
  }
  return SYSTEM_ERROR.test(code) ? refused(error as Error, indexDir, access, (error as Error).message) : error;
}

/** @param why in the words of whoever refused. */
export function refused(cause: unknown, indexDir: string, access: IndexAccess, why: string): EngineError {
  const code = access === "read" ? "index-unreadable" : "index-unwritable";
  return new EngineError({ code, indexDir, cause: why }, { cause });
}

/** @throws {EngineError} `disk-full`, `index-unwritable`, where the system refuses `write`. */
export function guardWrite(indexDir: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw toFileEngineError(error, indexDir, "write");
  }
}
