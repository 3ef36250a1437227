/**
 * One search of files that are not indexed: a chunk store that reads the files when it is asked, cuts those that say most
 * about the question, and scores their chunks as the full-text index would. So they are ranked by the same code as the
 * files of the index, and together with them. It ends in time, and forgets then what it read.
 */

import { indexableChunks } from "../../indexing/prepareFile";
import type {
  ChunkHit,
  ChunkRow,
  Clock,
  FileRecord,
  FileScanner,
  FoundRow,
  HashText,
  IndexableFile,
  SearchedStore,
  SearchNarrowing,
} from "../../ports";
import type { FlatFiles } from "./flatFiles";
import { scoreRows } from "./scoreRows";

/** Files cut for one query, some three times as many as can be shown. */
const FILES_CUT = 60;

/** Files cut at once where all of them are wanted. */
const FILES_A_BATCH = 50;

export interface FlatSearchDeps {
  readonly scanner: FileScanner;
  readonly hashText: HashText;
  readonly clock: Clock;
}

export interface FlatSearchOptions {
  readonly signal: AbortSignal | undefined;
  /** Milliseconds since the epoch, after which nothing more is read: what was found by then counts. */
  readonly endsAt: number;
}

export class FlatSearch {
  readonly store: SearchedStore;
  /** False once there was no time to look at a file. */
  isWhole = true;
  readonly #files: FlatFiles;
  readonly #deps: FlatSearchDeps;
  readonly #signal: AbortSignal | undefined;
  readonly #endsAt: number;
  /** By path. */
  readonly #rows = new Map<string, readonly ChunkRow[]>();
  /** A question may ask the same twice, as in another language. */
  readonly #queries = new Map<string, Promise<FoundRow[]>>();

  constructor(files: FlatFiles, deps: FlatSearchDeps, { signal, endsAt }: FlatSearchOptions) {
    this.#files = files;
    this.#deps = deps;
    this.#signal = signal;
    this.#endsAt = endsAt;
    this.store = {
      search: async (terms, limit, narrow) => (await this.#query(terms, narrow)).slice(0, limit),
      read: async (rows) => rows.flatMap((row) => this.#hit(row)),
      chunksOfFiles: async (fileIds) => (await this.#rowsOf(this.#pathsOf(fileIds))).map(toHit),
      scan: (fileIds) => this.#scan(fileIds === undefined ? files.paths : this.#pathsOf(fileIds)),
    };
  }

  /** @returns those of the names that one of the files holds as a word; none where the time is over. */
  async knownNames(names: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(await this.#deps.scanner.findNames(this.#files.paths, names, this.#endsAt, this.#signal));
  }

  /** @param endLine true only for a file with that many lines. */
  async knowsPath(path: string, endLine: number | undefined): Promise<boolean> {
    const { table, manifest } = this.#files;
    const records = table.pathsEndingWith(path).flatMap((one) => manifest.get(one) ?? []);
    const texts = records.filter(({ state }) => state === "indexed");
    return endLine === undefined ? texts.length > 0 : this.#hasLines(texts, endLine);
  }

  /** How many lines a file has is known only once it was cut; before, that it has no more than bytes. */
  async #hasLines(records: readonly FileRecord[], endLine: number): Promise<boolean> {
    const long = records.filter(({ lines }) => endLine <= lines);
    if (long.some(({ contentHash }) => contentHash !== "")) {
      return true;
    }
    const uncut = long.map(({ path }) => path);
    for (let at = 0; at < uncut.length && this.#hasTime(); at += FILES_A_BATCH) {
      const files = await this.#cut(uncut.slice(at, at + FILES_A_BATCH));
      if (files.some((file) => endLine <= (this.#files.noteCut(file)?.lines ?? 0))) {
        return true;
      }
    }
    return false;
  }

  #query(terms: readonly string[], narrow: SearchNarrowing = {}): Promise<FoundRow[]> {
    const key = JSON.stringify([terms, narrow]);
    const query = this.#queries.get(key) ?? this.#find([...new Set(terms)], narrow);
    this.#queries.set(key, query);
    return query;
  }

  async #find(terms: readonly string[], { fileIds, mustHoldAll = false }: SearchNarrowing): Promise<FoundRow[]> {
    const paths = fileIds === undefined ? this.#files.paths : this.#inOrder(this.#pathsOf(fileIds));
    const query = { terms, mustHoldAll, limit: FILES_CUT, endsAt: this.#endsAt };
    const found = await this.#deps.scanner.find(paths, query, this.#signal);
    this.isWhole &&= found.isWhole;
    const rows = found.files.flatMap((file) => this.#remember(file));
    return scoreRows(rows, terms, found, mustHoldAll);
  }

  #inOrder(paths: readonly string[]): string[] {
    const asked = new Set(paths);
    return this.#files.paths.filter((path) => asked.has(path));
  }

  #pathsOf(fileIds: readonly number[]): string[] {
    return fileIds.flatMap((fileId) => this.#files.manifest.withFileId(fileId)?.path ?? []);
  }

  #hit({ fileId, ordinal, score }: FoundRow): ChunkHit[] {
    const [path = ""] = this.#pathsOf([fileId]);
    const row = this.#rows.get(path)?.[ordinal];
    return row === undefined ? [] : [{ ...toHit(row), score }];
  }

  async #rowsOf(paths: readonly string[]): Promise<ChunkRow[]> {
    const unread = paths.filter((path) => !this.#rows.has(path));
    for (const file of await this.#cut(unread)) {
      this.#remember(file);
    }
    return paths.flatMap((path) => this.#rows.get(path) ?? []);
  }

  /** What is looked through for a pattern is not kept. */
  async *#scan(paths: readonly string[]): AsyncIterable<readonly ChunkRow[]> {
    for (let at = 0; at < paths.length && this.#hasTime(); at += FILES_A_BATCH) {
      const files = await this.#cut(paths.slice(at, at + FILES_A_BATCH));
      yield files.flatMap((file) => this.#toRows(file));
    }
  }

  /** As many at once as the scanner takes. */
  async #cut(paths: readonly string[]): Promise<readonly IndexableFile[]> {
    const all: IndexableFile[] = [];
    for (let done = 0; done < paths.length && this.#hasTime(); ) {
      const { files, unfit, tried } = await this.#deps.scanner.cut(paths.slice(done), this.#endsAt, this.#signal);
      for (const path of unfit) {
        this.#files.noteUnfit(path);
      }
      all.push(...files);
      done += tried;
      if (tried === 0) {
        this.isWhole = false;
        break;
      }
    }
    return all;
  }

  #hasTime(): boolean {
    const hasTime = this.#deps.clock() < this.#endsAt;
    this.isWhole &&= hasTime;
    return hasTime;
  }

  #remember(file: IndexableFile): readonly ChunkRow[] {
    const rows = this.#toRows(file);
    this.#rows.set(file.path, rows);
    return rows;
  }

  /** @returns none for a file that is in the index by now. */
  #toRows(file: IndexableFile): ChunkRow[] {
    const record = this.#files.noteCut(file);
    if (record === undefined) {
      return [];
    }
    const { fileId } = record;
    return indexableChunks(file, this.#deps.hashText).map((chunk, ordinal) => ({ ...chunk, fileId, ordinal }));
  }
}

function toHit({ terms: _terms, ...chunk }: ChunkRow): ChunkHit {
  return { ...chunk, score: 0 };
}
