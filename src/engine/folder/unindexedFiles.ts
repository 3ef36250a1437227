/**
 * The files of a folder that its index lacks, or holds as they were: they are searched as they lie, so that a folder can be
 * asked about as soon as its files are listed (`docs/adr/0012`).
 */

import { setTimeout } from "node:timers/promises";
import { planRefresh } from "../../core/indexing/planChanges";
import type { Clock, FileScanner, FolderScan, HashText, WorkspaceFiles } from "../../core/ports";
import { FlatFiles } from "../../core/retrieval/flat/flatFiles";
import { FlatSearch } from "../../core/retrieval/flat/flatSearch";
import type { Searcher } from "../../core/retrieval/searchDeps";
import { createSearcher } from "../../core/retrieval/searcher";
import { CommitIndex } from "../../core/retrieval/table/commitIndex";
import type { OpenIndex } from "./openIndex";

/** A list of files older than this is made anew: there may be others, and other rules about them. */
const MAX_AGE_MS = 30_000;

/** How long a search waits for a list, in milliseconds. */
const LISTING_LIMIT_MS = 3_000;

/** Of these files no commits are known yet. */
const NO_COMMITS = new CommitIndex([]);

const NOTHING_KEPT = { read: () => undefined, write: () => Promise.resolve() };

export interface UnindexedFilesDeps {
  readonly files: Pick<WorkspaceFiles, "scan">;
  readonly scanner: FileScanner;
  readonly hashText: HashText;
  readonly clock: Clock;
  /** True once the index knows the whole folder, as it was at some time. */
  readonly isComplete: () => boolean;
  /** Ends with the folder's session. */
  readonly life: AbortSignal;
  readonly warn: (message: string) => void;
}

/** Files to be searched beside the index, by one search. */
export interface FlatFolder {
  readonly searcher: Searcher;
  /** True for a file of which what the index holds does not count. */
  readonly has: (path: string) => boolean;
  /** False where they cannot be listed, or there was no time to look at all of them. */
  readonly isWhole: () => boolean;
}

interface Listing {
  readonly scan: Promise<FolderScan>;
  readonly listedAt: number;
  isThere: boolean;
}

export class UnindexedFiles {
  readonly #deps: UnindexedFilesDeps;
  #listing: Listing | undefined;
  #isRunning = false;
  #files: FlatFiles | undefined;

  constructor(deps: UnindexedFilesDeps) {
    this.#deps = deps;
  }

  /** A run over the whole folder begins. @param scan that it works on. */
  begin(scan: Promise<FolderScan>): void {
    this.#isRunning = true;
    this.#note(scan);
  }

  /** The run has ended, whichever way. */
  end(): void {
    this.#isRunning = false;
    if (this.#deps.isComplete()) {
      this.#forget();
    }
  }

  /** @returns undefined where the index holds every file as it is, for all that is known without a look at the folder. */
  async beside({ manifest, searcher: { deps } }: OpenIndex, signal: AbortSignal): Promise<FlatFolder | undefined> {
    const scan = await this.#scan();
    if (scan === undefined) {
      return undefined;
    }
    const found = scan === "none" ? [] : planRefresh(scan, manifest).toPrepare;
    if (found.length === 0 && scan !== "none") {
      return undefined;
    }
    const files = (this.#files ??= new FlatFiles(deps.folderName));
    if (scan !== "none") {
      files.update(found.map(({ file }) => file).sort((a, b) => b.mtimeMs - a.mtimeMs));
    }
    const search = new FlatSearch(files, this.#deps, signal);
    const { store } = search;
    const searcher = createSearcher({
      ...deps,
      manifest: files.manifest,
      table: files.table,
      store,
      commits: () => NO_COMMITS,
      keptTable: NOTHING_KEPT,
    });
    return { searcher, has: (path) => search.has(path), isWhole: () => scan !== "none" && search.isWhole };
  }

  /** @returns `none` where there should be a list, and is none in time. */
  async #scan(): Promise<FolderScan | "none" | undefined> {
    const { files, clock, isComplete, life, warn } = this.#deps;
    if (isComplete()) {
      if (!this.#isRunning) {
        this.#forget(); // another process has completed the index
      }
      return this.#listing?.isThere ? this.#listing.scan : undefined; // it may hold nothing new, so nobody waits for it
    }
    if (this.#listing === undefined || clock() - this.#listing.listedAt > MAX_AGE_MS) {
      this.#note(files.scan(life));
    }
    const isInTime = new AbortController();
    try {
      const late = setTimeout(LISTING_LIMIT_MS, "none" as const, { signal: isInTime.signal, ref: false });
      late.catch(() => undefined); // the list came first
      return await Promise.race([this.#listing?.scan, late]);
    } catch (error) {
      warn(`the files that are not indexed cannot be listed: ${String(error)}`);
      return "none";
    } finally {
      isInTime.abort();
    }
  }

  /** A list that fails is made anew by the next search; who asked for it is told. */
  #note(scan: Promise<FolderScan>): void {
    const listing: Listing = { scan, listedAt: this.#deps.clock(), isThere: false };
    this.#listing = listing;
    scan.then(
      () => {
        listing.isThere = true;
      },
      () => {
        this.#listing = this.#listing === listing ? undefined : this.#listing;
      },
    );
  }

  #forget(): void {
    this.#listing = undefined;
    this.#files = undefined;
  }
}
