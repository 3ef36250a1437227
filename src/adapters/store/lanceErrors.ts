/**
 * What LanceDB's errors mean.
 *
 * Every native error is a plain `Error` with the code `GenericFailure`, so its message is all there is to go by.
 * The whole of that guesswork is the one table below; `test/adapters/lanceErrors.test.ts` holds real messages.
 */

import { EngineError } from "../../domain/errors";
import { type IndexAccess, refused, toFileEngineError } from "./fileErrors";

/** `refused`: by the system. `missing-file`: a file of the table is not there, which a fresh look at the table may cure. */
export type LanceProblem =
  | "disk-full"
  | "refused"
  | "missing-file"
  | "no-table"
  | "corrupt"
  | "conflict"
  | "closed"
  | "unknown";

/** In order: the first pattern that matches decides. */
const PROBLEMS: readonly (readonly [RegExp, LanceProblem])[] = [
  [/No space left on device|Disk quota exceeded|not enough space on the disk/i, "disk-full"],
  [
    /Read-only file system|Permission denied|Operation not permitted|Not a directory|File name too long|Access is denied|Input\/output error|cross-device link|Too many open files|Stale (NFS )?file handle/i,
    "refused",
  ],
  [/Commit conflict|Too many concurrent|preempted by concurrent/, "conflict"],
  [/(Table|Dataset) .* (was|is) not found|(Table|Dataset) .*not found: /i, "no-table"],
  [/Not found: |No such file or directory|Object at location .* not found/, "missing-file"],
  [
    /file size is too small|Invalid range \d+\.\.\d+|does not have sufficient data|decode Protobuf|invalid magic|failed to fill whole buffer|Unknown Lance storage version|corrupt|malformed|Invalid (page|footer|metadata)|out of bounds|Invalid user input: .*version/i,
    "corrupt",
  ],
  [/^Panic in async function|panicked/, "corrupt"], // also a write reads first, and meets what it cannot make sense of
  [/is closed/, "closed"],
];

export function classifyLanceError(error: unknown): LanceProblem {
  const message = error instanceof Error ? error.message : String(error);
  return PROBLEMS.find(([pattern]) => pattern.test(message))?.[1] ?? "unknown";
}

/** What went wrong, without the places in LanceDB's own source that follow each cause. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n", 1)[0] ?? "").replace(/,? \S+\.rs:\d+(:\d+)?/g, "").slice(0, 300);
}

/** For a connection, which reads nothing of the index: where it fails, the machine is at fault. */
export function toLanceConnectError(error: unknown, indexDir: string, access: IndexAccess): unknown {
  const known = toLanceEngineError(error, indexDir, access);
  return known instanceof EngineError && known.detail.code === "disk-full"
    ? known
    : refused(error, indexDir, access, firstLine(error));
}

/**
 * For a read, or a write that reads as well: what LanceDB says of a file with a flipped byte may be anything, down to a
 * panic, and it has no other reason to fail.
 */
export function toLanceReadError(error: unknown, indexDir: string, access: IndexAccess = "read"): unknown {
  const isNative = error instanceof Error && "code" in error && error.code === "GenericFailure";
  return isNative && classifyLanceError(error) === "unknown"
    ? new EngineError({ code: "index-damaged", indexDir, problem: firstLine(error) }, { cause: error })
    : toLanceEngineError(error, indexDir, access);
}

/**
 * @param error of LanceDB, or of Node about the table's files.
 * @param access what was to be done.
 * @returns the error to throw: an {EngineError} where the problem is known, else the error itself.
 */
export function toLanceEngineError(error: unknown, indexDir: string, access: IndexAccess = "read"): unknown {
  if (error instanceof EngineError) {
    return error;
  }
  switch (classifyLanceError(error)) {
    case "disk-full":
      return new EngineError({ code: "disk-full", indexDir }, { cause: error });
    case "refused":
      return refused(error, indexDir, access, firstLine(error));
    case "conflict":
      return refused(error, indexDir, "write", firstLine(error));
    case "missing-file":
    case "no-table":
    case "corrupt":
      return new EngineError({ code: "index-damaged", indexDir, problem: firstLine(error) }, { cause: error });
    case "closed":
    case "unknown":
      return toFileEngineError(error, indexDir, access); // some of the table's files are handled without LanceDB
  }
}
