/**
 * Files that are not in the index yet, as something to search: a manifest that knows their names alone, and a chunk store
 * that reads the files when it is asked, cuts those that say most about the question, and scores their chunks as the
 * full-text index would. So they are ranked by the same code as the files of the index, and together with them.
 */

import { encodeDefinitions } from "../../definitions";
import { isSameStamp, stampOf } from "../../fileStamp";
import { languageOf } from "../../indexing/chunking/languageOf";
import type {
  ChunkHit,
  ChunkRow,
  Clock,
  FileRecord,
  FileScanner,
  FoundFile,
  FoundFiles,
  FoundRow,
  HashText,
  IndexableFile,
  SearchedManifest,
  SearchedStore,
  SearchNarrowing,
} from "../../ports";
import { chunkTerms } from "../query/terms";

/** Files cut for one query: three times as many as can be shown. */
const FILES_CUT = 60;

/** Cut files that are remembered; they are read again for a later question. */
const MAX_REMEMBERED = 500;

/** Files cut at once where all of them are wanted, and milliseconds after which no more are. */
const FILES_A_BATCH = 50;
const SCAN_MS = 2_000;

/** Parameters of BM25, those of the full-text index. */
const K1 = 1.2;
const B = 0.75;

export class FlatIndex {
  readonly manifest: SearchedManifest;
  readonly store: SearchedStore;
  /** False where the time of a query since the last `update` was over before it had looked at all files. */
  isWhole = true;
  readonly #scanner: FileScanner;
  readonly #hashText: HashText;
  readonly #clock: Clock;
  readonly #records = new Map<string, FileRecord>();
  readonly #paths = new Map<number, string>();
  /** By file id, those used last at the end. */
  readonly #rows = new Map<number, readonly ChunkRow[]>();
  #order: readonly string[] = [];
  #revision = 0;
  #lastFileId = 0;

  constructor(scanner: FileScanner, hashText: HashText, clock: Clock) {
    this.#scanner = scanner;
    this.#hashText = hashText;
    this.#clock = clock;
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
    this.store = {
      search: (terms, limit, narrow) => this.#search(terms, limit, narrow),
      read: async (rows) => rows.flatMap((row) => this.#hit(row)),
      chunksOfFiles: async (fileIds) => (await this.#rowsOf(fileIds)).map(toHit),
      scan: (fileIds) => this.#scan(fileIds ?? [...this.#paths.keys()]),
    };
  }

  has(path: string): boolean {
    return this.#records.has(path);
  }

  get size(): number {
    return this.#records.size;
  }

  /** @param files all that there are now, those that matter most first. */
  update(files: readonly FoundFile[]): void {
    const paths = new Set(files.map(({ path }) => path));
    for (const path of this.#records.keys()) {
      if (!paths.has(path)) {
        this.#forget(path);
      }
    }
    for (const file of files) {
      const known = this.#records.get(file.path);
      if (known === undefined || !isSameStamp(known, file)) {
        this.#put(uncut(file));
      }
    }
    this.#order = [...paths];
    this.isWhole = true;
  }

  // -------------------------------------------------------------- queries

  async #search(terms: readonly string[], limit: number, narrow: SearchNarrowing = {}): Promise<FoundRow[]> {
    const { fileIds, mustHoldAll = false } = narrow;
    const asked = fileIds && new Set(fileIds.flatMap((fileId) => this.#paths.get(fileId) ?? []));
    const paths = asked === undefined ? this.#order : this.#order.filter((path) => asked.has(path));
    const query = { terms: [...new Set(terms)], mustHoldAll, limit: FILES_CUT };
    const found = await this.#scanner.find(paths, query);
    this.isWhole &&= found.isWhole;
    const rows = found.files.flatMap((file) => this.#remember(file));
    return score(rows, query.terms, found, mustHoldAll).slice(0, limit);
  }

  #hit({ fileId, ordinal, score: found }: FoundRow): ChunkHit[] {
    const row = this.#rows.get(fileId)?.[ordinal];
    return row === undefined ? [] : [{ ...toHit(row), score: found }];
  }

  async #rowsOf(fileIds: readonly number[]): Promise<ChunkRow[]> {
    const paths = fileIds.flatMap((fileId) => (this.#rows.has(fileId) ? [] : (this.#paths.get(fileId) ?? [])));
    const cut = paths.length === 0 ? [] : await this.#scanner.cut(paths);
    const read = cut.flatMap((file) => this.#remember(file));
    return [
      ...fileIds.flatMap((fileId) => this.#rows.get(fileId) ?? []),
      ...read.filter(({ fileId }) => !fileIds.includes(fileId)),
    ];
  }

  async *#scan(fileIds: readonly number[]): AsyncIterable<readonly ChunkRow[]> {
    const endsAt = this.#clock() + SCAN_MS;
    for (let at = 0; at < fileIds.length; at += FILES_A_BATCH) {
      if (this.#clock() >= endsAt) {
        this.isWhole = false;
        return;
      }
      yield await this.#rowsOf(fileIds.slice(at, at + FILES_A_BATCH));
    }
  }

  // -------------------------------------------------------------- files

  /** @returns the rows of a file that was cut, unless it is in the index by now. */
  #remember(file: IndexableFile): readonly ChunkRow[] {
    const known = this.#records.get(file.path);
    if (known === undefined) {
      return [];
    }
    const isKnown = known.contentHash === file.contentHash;
    const fileId = isKnown ? known.fileId : this.#put(cutRecord(file));
    const rows = this.#rows.get(fileId) ?? this.#toRows(file, fileId);
    this.#rows.delete(fileId);
    this.#rows.set(fileId, rows);
    const [oldest] = this.#rows.keys();
    if (oldest !== undefined && this.#rows.size > MAX_REMEMBERED) {
      this.#rows.delete(oldest);
    }
    return rows;
  }

  #toRows({ chunks }: IndexableFile, fileId: number): ChunkRow[] {
    return chunks.map((chunk, ordinal) => ({
      ...chunk,
      fileId,
      ordinal,
      terms: chunk.terms ?? chunkTerms(chunk),
      textHash: this.#hashText(chunk.text),
    }));
  }

  #put(record: Omit<FileRecord, "fileId">): number {
    this.#forget(record.path);
    const fileId = ++this.#lastFileId;
    this.#records.set(record.path, { ...record, fileId });
    this.#paths.set(fileId, record.path);
    return fileId;
  }

  #forget(path: string): void {
    const fileId = this.#records.get(path)?.fileId;
    if (fileId !== undefined) {
      this.#paths.delete(fileId);
      this.#rows.delete(fileId);
      this.#records.delete(path);
    }
    this.#revision += 1;
  }
}

/** Its number of lines is not known; it has no more than bytes. */
function uncut(file: FoundFile): Omit<FileRecord, "fileId"> {
  return {
    path: file.path,
    state: "indexed",
    reason: undefined,
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

function cutRecord(file: IndexableFile): Omit<FileRecord, "fileId"> {
  const { path, contentHash, language, lines, chunks, definitions } = file;
  return {
    ...uncut(file),
    path,
    contentHash,
    language,
    lines,
    chunks: chunks.length,
    definitions: encodeDefinitions(definitions),
  };
}

function toHit({ terms: _terms, ...chunk }: ChunkRow): ChunkHit {
  return { ...chunk, score: 0 };
}

/** BM25 over the chunks of the files that were cut, with terms as rare as they are in all files. */
function score(
  rows: readonly ChunkRow[],
  terms: readonly string[],
  { chunks, holding }: FoundFiles,
  mustHoldAll: boolean,
): FoundRow[] {
  const weights = terms.map((_, term) => {
    const those = Math.min(chunks, holding[term] ?? 0);
    return Math.log(1 + (chunks - those + 0.5) / (those + 0.5));
  });
  const position = new Map(terms.map((term, index) => [term, index]));
  const counted = rows.map((row) => ({ row, ...countTerms(row, position) }));
  const averageLength = counted.reduce((sum, { length }) => sum + length, 0) / Math.max(1, counted.length);
  return counted
    .map(({ row: { fileId, ordinal }, counts, length }) => {
      const norm = K1 * (1 - B + (B * length) / averageLength);
      const sum = weights.reduce((total, weight, term) => {
        const count = counts[term] ?? 0;
        return total + (weight * count * (K1 + 1)) / (count + norm);
      }, 0);
      const holdsAll = !mustHoldAll || counts.every((count) => count > 0);
      return { rowId: undefined, fileId, ordinal, score: holdsAll ? sum : 0 };
    })
    .filter((row) => row.score > 0)
    .sort((a, b) => b.score - a.score || a.fileId - b.fileId || a.ordinal - b.ordinal);
}

function countTerms({ terms }: ChunkRow, position: ReadonlyMap<string, number>): { counts: number[]; length: number } {
  const counts = Array.from(position, () => 0);
  const all = terms.split(" ");
  for (const term of all) {
    const at = position.get(term);
    if (at !== undefined) {
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  return { counts, length: all.length };
}
