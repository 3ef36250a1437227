import { expect, test } from "vitest";
import { classifyLanceError, toLanceEngineError, toLanceReadError } from "../../../src/adapters/store/lanceErrors";
import { EngineError, toErrorDetail } from "../../../src/domain/errors";

/** Messages as LanceDB 0.39 gave them, paths shortened. */
test.each([
  ["lance error: LanceError(IO): No space left on device (os error 28)", "disk-full"],
  ["lance error: LanceError(IO): Disk quota exceeded (os error 122)", "disk-full"],
  [
    "lance error: LanceError(IO): Generic LocalFileSystem error: Unable to create dir /x: Read-only file system (os error 30)",
    "refused",
  ],
  ["lance error: LanceError(IO): Generic LocalFileSystem error: Permission denied (os error 13)", "refused"],
  [
    "lance error: LanceError(IO): Generic LocalFileSystem error: Unable to rename file: Operation not permitted (os error 1)",
    "refused",
  ],
  [
    "lance error: LanceError(IO): Generic LocalFileSystem error: Unable to open file /x: Input/output error (os error 5)",
    "refused",
  ],
  ["lance error: LanceError(IO): Invalid cross-device link (os error 18) at path /x", "refused"],
  ["lance error: LanceError(IO): Too many open files (os error 24)", "refused"],
  ["lance error: Commit conflict for version 8: Failed to commit the transaction after 20 retries.", "conflict"],
  [
    "lance error: Too many concurrent writers. Attempted 14 times, but failed on retry_timeout of 30.000 seconds.",
    "conflict",
  ],
  [
    "Retryable commit conflict for version 9: This Rewrite transaction was preempted by concurrent transaction",
    "conflict",
  ],
  [
    "lance error: LanceError(IO): External error: Not found: x/chunks.lance/data/0a.lance, rust/io.rs:1:2",
    "missing-file",
  ],
  [
    "lance error: LanceError(IO): Object at location /x/data/1.lance not found: No such file or directory (os error 2)",
    "missing-file",
  ],
  ["Table 'chunks' was not found", "no-table"],
  ["Invalid range 0..0 for object of size 0 bytes", "corrupt"],
  ["lance error: LanceError(IO): file size is too small", "corrupt"],
  ["lance error: does not have sufficient data, len: 7", "corrupt"],
  ["lance error: failed to decode Protobuf message: buffer underflow", "corrupt"],
  ["lance error: file does not appear to be a Lance file (invalid magic: [0, 0])", "corrupt"],
  ["lance error: failed to fill whole buffer", "corrupt"],
  ["lance error: Unknown Lance storage version: 65282.2", "corrupt"],
  ["Panic in async function", "corrupt"],
  ["lance error: LanceError(IO): Execution error: task 184 panicked with message range end index 4096", "corrupt"],
  ["Table chunks is closed", "closed"],
  ["something nobody has seen", "unknown"],
])("%s: %s", (message, problem) => {
  expect(classifyLanceError(new Error(message))).toBe(problem);
});

test.each([
  ["No space left on device (os error 28)", "write", { code: "disk-full", indexDir: "/i" }],
  [
    "Read-only file system (os error 30)\n  at source.rs:1",
    "write",
    { code: "index-unwritable", indexDir: "/i", cause: "Read-only file system (os error 30)" },
  ],
  [
    "Input/output error (os error 5)",
    "read",
    { code: "index-unreadable", indexDir: "/i", cause: "Input/output error (os error 5)" },
  ],
  [
    "Too many concurrent writers.",
    "read",
    { code: "index-unwritable", indexDir: "/i", cause: "Too many concurrent writers." },
  ],
  [
    "failed to fill whole buffer, /usr/local/cargo/lance-12.0.0/src/dataset.rs:763:26  Caused by: Invalid range, /io.rs:1:2",
    "read",
    { code: "index-damaged", indexDir: "/i", problem: "failed to fill whole buffer  Caused by: Invalid range" },
  ],
  ["invalid magic", "read", { code: "index-damaged", indexDir: "/i", problem: "invalid magic" }],
  [
    "Table 'chunks' was not found",
    "read",
    { code: "index-damaged", indexDir: "/i", problem: "Table 'chunks' was not found" },
  ],
  ["something nobody has seen", "read", { code: "internal", message: "something nobody has seen" }],
] as const)("%s in a %s becomes %o", (message, access, detail) => {
  expect(toErrorDetail(toLanceEngineError(new Error(message), "/i", access))).toEqual(detail);
});

test.each([
  ["EIO", "i/o error, scandir '/i/chunks.lance/data'", "read", "index-unreadable"],
  ["EIO", "i/o error, fsync", "write", "index-unwritable"],
  ["EMFILE", "too many open files, open '/i/chunks.lance/data/1.lance'", "read", "index-unreadable"],
  ["ENOSPC", "no space left on device, open '/i/search-index.json.tmp'", "write", "disk-full"],
] as const)("Node's own %s: %s in a %s becomes %s", (code, message, access, expected) => {
  const error = Object.assign(new Error(`${code}: ${message}`), { code });
  expect(toErrorDetail(toLanceEngineError(error, "/i", access)).code).toBe(expected);
  expect(access === "write" ? expected : toErrorDetail(toLanceReadError(error, "/i")).code).toBe(expected);
});

test("an error that is plain already stays", () => {
  const error = new EngineError({ code: "disk-full", indexDir: "/x" });
  expect(toLanceEngineError(error, "/i")).toBe(error);
});
