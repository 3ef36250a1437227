/**
 * The files of a folder that its index lacks, or holds as they were: they are searched as they lie, so that a folder can be
 * asked about as soon as its files are listed (`docs/adr/0012`).
 */

import { planRefresh } from "../../core/indexing/planChanges";
import type { Clock, FileScanner, FolderScan, HashText, WorkspaceFiles } from "../../core/ports";
import { FlatIndex } from "../../core/retrieval/flat/flatIndex";
import type { Searcher } from "../../core/retrieval/searchDeps";
import { createSearcher } from "../../core/retrieval/searcher";
import { CommitIndex } from "../../core/retrieval/table/commitIndex";
import type { OpenIndex } from "./openIndex";

/** A list of files older than this is made anew, where no run goes on that made it. */
const MAX_AGE_MS = 30_000;

/** Of these files no commits are known yet. */
const NO_COMMITS = new CommitIndex([]);

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

/** Files to be searched beside the index. */
export interface FlatFolder {
  readonly searcher: Searcher;
  /** True for a file of which what the index holds does not count. */
  readonly has: (path: string) => boolean;
  /** False where they cannot be listed, or the last search had no time to look at all of them. */
  readonly isWhole: () => boolean;
}

interface Listing {
  readonly scan: Promise<FolderScan>;
  readonly listedAt: number;
}

export class UnindexedFiles {
  readonly #deps: UnindexedFilesDeps;
  #listing: Listing | undefined;
  #isRunning = false;
  /** Set once the run's list is there. */
  #isListed = false;
  #flat: { readonly index: FlatIndex; readonly searcher: Searcher } | undefined;

  constructor(deps: UnindexedFilesDeps) {
    this.#deps = deps;
  }

  /** A run over the whole folder begins. @param scan that it works on. */
  begin(scan: Promise<FolderScan>): void {
    this.#isRunning = true;
    this.#isListed = false;
    this.#note(scan);
    scan.then(
      () => {
        this.#isListed = true;
      },
      () => undefined, // the run is told
    );
  }

  /** The run has ended, whichever way. */
  end(): void {
    this.#isRunning = false;
    if (this.#deps.isComplete()) {
      this.#listing = undefined;
      this.#flat = undefined;
    }
  }

  /** @returns undefined where the index holds every file as it is, for all that is known without a look at the folder. */
  async beside({ manifest, searcher }: OpenIndex): Promise<FlatFolder | undefined> {
    const scan = await this.#scan()?.catch((error: unknown) => {
      this.#deps.warn(`the files that are not indexed cannot be listed: ${String(error)}`);
      return "failed" as const;
    });
    const files = scan === undefined || scan === "failed" ? [] : planRefresh(scan, manifest).toPrepare;
    if (files.length === 0 && scan !== "failed") {
      return undefined;
    }
    const { index, searcher: flat } = (this.#flat ??= this.#create(searcher));
    index.update(files.map(({ file }) => file).sort((a, b) => b.mtimeMs - a.mtimeMs));
    return { searcher: flat, has: (path) => index.has(path), isWhole: () => scan !== "failed" && index.isWhole };
  }

  /** A search of an index that is whole does not wait for a list that may hold nothing new. */
  #scan(): Promise<FolderScan> | undefined {
    const { files, clock, isComplete, life } = this.#deps;
    if (isComplete()) {
      return this.#isRunning && this.#isListed ? this.#listing?.scan : undefined;
    }
    const isFresh = this.#isRunning || clock() - (this.#listing?.listedAt ?? 0) < MAX_AGE_MS;
    if (this.#listing === undefined || !isFresh) {
      this.#note(files.scan(life));
    }
    return this.#listing?.scan;
  }

  #note(scan: Promise<FolderScan>): void {
    this.#listing = { scan, listedAt: this.#deps.clock() };
  }

  #create({ deps }: Searcher) {
    const index = new FlatIndex(this.#deps.scanner, this.#deps.hashText, this.#deps.clock);
    const { manifest, store } = index;
    const nothingKept = { read: () => undefined, write: () => Promise.resolve() };
    const searcher = createSearcher({ ...deps, manifest, store, commits: () => NO_COMMITS, keptTable: nothingKept });
    return { index, searcher };
  }
}
