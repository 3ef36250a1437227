/** Prepares the files of a real folder in this process: as the workers do, but for the syntax trees. */

import { createHash } from "node:crypto";
import { readFileSafely } from "../../src/adapters/files/readFile";
import type { FolderPreparer } from "../../src/adapters/parsing/workerFilePreparer";
import { prepareFile } from "../../src/core/indexing/prepareFile";

const MAX_BYTES = 4_000_000;

export function createInProcessPreparer(folder: string): FolderPreparer {
  return {
    concurrency: 2,
    prepare: async (path, knownHash, signal) => {
      signal.throwIfAborted();
      const read = readFileSafely(folder, path, MAX_BYTES);
      if (read.state === "vanished") {
        return { state: "vanished", path };
      }
      if (read.state === "skipped") {
        return {
          path,
          contentHash: "",
          sizeBytes: read.sizeBytes,
          mtimeMs: read.mtimeMs,
          state: "skipped",
          reason: read.reason,
        };
      }
      const { bytes, sizeBytes, mtimeMs } = read;
      const contentHash = createHash("sha256").update(bytes).digest("hex");
      const file = { path, bytes, sizeBytes, mtimeMs, contentHash };
      return contentHash === knownHash
        ? { state: "unchanged", path, contentHash, sizeBytes, mtimeMs }
        : prepareFile(file, async () => undefined);
    },
    makeReadyFor: async () => undefined,
    dispose: async () => undefined,
  };
}
