/**
 * The files of a folder that are not in its index yet, as something to search: a manifest that knows what can be known
 * without reading them, and more of those that were cut for an earlier question.
 */

import { encodeDefinitions } from "../../definitions";
import { isSameStamp, stampOf } from "../../fileStamp";
import { languageOf } from "../../indexing/chunking/languageOf";
import { skipByName } from "../../indexing/selecting/skipRules";
import type { FileRecord, FoundFile, IndexableFile, SearchedManifest } from "../../ports";
import { createFileTable, type FileTable } from "../table/fileTable";

export class FlatFiles {
  readonly manifest: SearchedManifest;
  readonly table: FileTable;
  readonly #records = new Map<string, FileRecord>();
  /** By every file id that was given since the file was listed: who began to search by an older one is served as well. */
  readonly #paths = new Map<number, string>();
  #order: readonly string[] = [];
  #hidden: ReadonlySet<string> = new Set();
  #revision = 0;
  #lastFileId = 0;

  /** @param folderName the last part of the folder's path. */
  constructor(folderName: string) {
    this.table = createFileTable(folderName);
    const revision = () => this.#revision;
    this.manifest = {
      get: (path) => this.#records.get(path),
      withFileId: (fileId) => this.#records.get(this.#paths.get(fileId) ?? ""),
      all: () => this.#records.values(),
      get revision() {
        return revision();
      },
      refresh: () => false,
    };
  }

  /** Those that may be text, in the order in which they were listed. */
  get paths(): readonly string[] {
    return this.#order;
  }

  /** True for a file of which what the index holds does not count. */
  has(path: string): boolean {
    return this.#records.has(path) || this.#hidden.has(path);
  }

  /**
   * @param files all that there are now, those that matter most first.
   * @param hidden others that the index holds and is not to hold.
   */
  update(files: readonly FoundFile[], hidden: readonly string[]): void {
    this.#hidden = new Set(hidden);
    const listed = new Set(files.map(({ path }) => path));
    for (const path of this.#records.keys()) {
      if (!listed.has(path)) {
        this.#records.delete(path);
        this.#revision += 1;
      }
    }
    for (const file of files) {
      const known = this.#records.get(file.path);
      if (known === undefined || !isSameStamp(known, file)) {
        this.#put(uncut(file));
      }
    }
    this.#order = [...listed].filter((path) => this.#records.get(path)?.state === "indexed");
  }

  /** @returns the record of a file that was cut; undefined if it is listed no longer. */
  noteCut(file: IndexableFile): FileRecord | undefined {
    const known = this.#records.get(file.path);
    if (known === undefined || known.contentHash === file.contentHash) {
      return known;
    }
    const { language, lines, chunks, contentHash, definitions } = file;
    const found = { language, lines, contentHash, chunks: chunks.length, definitions: encodeDefinitions(definitions) };
    return this.#put({ ...known, ...found }); // under the stamp that it is listed with, so that it is not taken for changed
  }

  /** What proved to be no text that is indexed is not read again. */
  noteUnfit(path: string): void {
    const known = this.#records.get(path);
    if (known !== undefined) {
      this.#put({ ...known, state: "skipped", reason: "unreadable" });
    }
  }

  #put(record: Omit<FileRecord, "fileId">): FileRecord {
    const fileId = ++this.#lastFileId;
    const put = { ...record, fileId };
    this.#records.set(record.path, put);
    this.#paths.set(fileId, record.path);
    this.#revision += 1;
    return put;
  }
}

/** The number of its lines is not known; it has no more than bytes. */
function uncut(file: FoundFile): Omit<FileRecord, "fileId"> {
  const reason = skipByName(file.path);
  return {
    path: file.path,
    state: reason === undefined ? "indexed" : "skipped",
    reason,
    contentHash: "",
    ...stampOf(file),
    language: languageOf(file.path, ""),
    lines: file.sizeBytes + 1,
    chunks: 0,
    chunksHash: "",
    definitions: "",
    indexedAt: 0,
  };
}
