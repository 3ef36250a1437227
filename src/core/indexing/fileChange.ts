/** The change of one file in the index, made out of what was found when it was read. */

import { encodeDefinitions } from "../definitions";
import { isSameStamp, NO_STAMP, stampOf } from "../fileStamp";
import type { FileRecord, FoundFile, HashText, IndexableChunk, IndexableFile, PreparedFile } from "../ports";
import type { FileToPrepare, FileToSkip } from "./planChanges";
import { indexableChunks } from "./prepareFile";
import { rowsHash } from "./rowsHash";

export interface FileChange {
  readonly path: string;
  /** What the index holds of the file. */
  readonly known: FileRecord | undefined;
  /** What it is to hold; undefined: nothing, the file is gone. */
  readonly next: Omit<FileRecord, "fileId"> | undefined;
  /** Replace the known ones; undefined: those are kept. */
  readonly chunks: readonly IndexableChunk[] | undefined;
}

type Skipped = Extract<PreparedFile, { state: "skipped" }>;
type Unchanged = Extract<PreparedFile, { state: "unchanged" }>;

/**
 * @param readAt milliseconds since the epoch, before the file was read.
 * @returns undefined where the index is right as it is.
 */
export function changeOf(
  { file, known }: FileToPrepare,
  prepared: PreparedFile,
  readAt: number,
  hashText: HashText,
): FileChange | undefined {
  switch (prepared.state) {
    case "vanished":
      return known && changeOfRemoved(known);
    case "unchanged":
      return known && changeOfUnchanged(known, prepared, readAt);
    case "skipped":
      return changeOfSkipped(file.path, known, stampedAsFound(prepared, file), readAt);
    case "indexed":
      return changeOfIndexed(file.path, known, prepared, readAt, hashText);
  }
}

export function changeOfRemoved(known: FileRecord): FileChange {
  return { path: known.path, known, next: undefined, chunks: [] };
}

/** A file that the scan left out unread. */
export function changeOfLeftOut({ path, reason, known }: FileToSkip, now: number): FileChange {
  const unread: Skipped = { state: "skipped", path, reason, contentHash: "", ...NO_STAMP };
  return { path, known, next: skippedRecord(path, unread, now), chunks: [] };
}

/** The same bytes under another stamp: the chunks stay. Under the same one, there is nothing to write down. */
function changeOfUnchanged(known: FileRecord, prepared: Unchanged, readAt: number): FileChange | undefined {
  if (isSameStamp(known, prepared)) {
    return undefined;
  }
  const next = { ...known, ...stampOf(prepared), indexedAt: readAt };
  return { path: known.path, known, next, chunks: undefined };
}

function changeOfSkipped(
  path: string,
  known: FileRecord | undefined,
  prepared: Skipped,
  readAt: number,
): FileChange | undefined {
  const isKnown =
    known?.reason === prepared.reason && known.contentHash === prepared.contentHash && isSameStamp(known, prepared);
  return isKnown ? undefined : { path, known, next: skippedRecord(path, prepared, readAt), chunks: [] };
}

/** A file that threads die of is never seen to be read; it is not to be tried again until it changes. */
function stampedAsFound(prepared: Skipped, file: FoundFile): Skipped {
  return prepared.reason === "parse-failed" && prepared.contentHash === ""
    ? { ...prepared, ...stampOf(file) }
    : prepared;
}

function skippedRecord(path: string, prepared: Skipped, indexedAt: number): Omit<FileRecord, "fileId"> {
  return {
    path,
    state: "skipped",
    reason: prepared.reason,
    contentHash: prepared.contentHash,
    ...stampOf(prepared),
    language: "",
    lines: 0,
    chunks: 0,
    chunksHash: "",
    definitions: "",
    indexedAt,
  };
}

/** Hashing is done here and not by the threads that prepare files: they have the most to do, and this one mostly waits. */
function changeOfIndexed(
  path: string,
  known: FileRecord | undefined,
  prepared: IndexableFile,
  readAt: number,
  hashText: HashText,
): FileChange {
  const { contentHash, language, lines, definitions } = prepared;
  const chunks = indexableChunks(prepared, hashText);
  const next: Omit<FileRecord, "fileId"> = {
    path,
    state: "indexed",
    reason: undefined,
    contentHash,
    ...stampOf(prepared),
    language,
    lines,
    chunks: chunks.length,
    chunksHash: rowsHash(chunks, hashText),
    definitions: encodeDefinitions(definitions),
    indexedAt: readAt,
  };
  return { path, known, next, chunks };
}
