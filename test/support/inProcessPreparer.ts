/** Prepares the files of a real folder in this process: as the workers do, but for the syntax trees. */

import { createHash } from "node:crypto";
import { readFileSafely } from "../../src/adapters/files/readFile";
import type { FolderPreparer } from "../../src/adapters/parsing/workerFilePreparer";
import { stampOf } from "../../src/core/fileStamp";
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
        return { path, contentHash: "", ...stampOf(read), state: "skipped", reason: read.reason };
      }
      const contentHash = createHash("sha256").update(read.bytes).digest("hex");
      const base = { path, contentHash, ...stampOf(read) };
      return contentHash === knownHash
        ? { ...base, state: "unchanged" }
        : prepareFile({ ...base, bytes: read.bytes }, async () => undefined);
    },
    makeReadyFor: async () => undefined,
    dispose: async () => undefined,
  };
}
