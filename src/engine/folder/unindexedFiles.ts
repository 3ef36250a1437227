/**
 * The files of a folder that its index lacks, or holds as they were: they are searched as they lie, so that a folder can be
 * asked about as soon as its files are listed (`docs/adr/0012`).
 */

import { setTimeout } from "node:timers/promises";
import { isSameStamp } from "../../core/fileStamp";
import type { Clock, FileScanner, FolderScan, HashText, SearchedManifest, WorkspaceFiles } from "../../core/ports";
import { FlatFiles } from "../../core/retrieval/flat/flatFiles";
import { FlatSearch } from "../../core/retrieval/flat/flatSearch";
import { createFlatSearcher } from "../../core/retrieval/flat/flatSearcher";
import type { Searcher } from "../../core/retrieval/searchDeps";
import type { OpenIndex } from "./openIndex";

/** A list of files older than this, or than the last doubt, is renewed: there may be others, and other rules about them. */
const MAX_AGE_MS = 30_000;
/** The same where nobody is told of changes. */
const MAX_AGE_HELD_UP_MS = 2_000;

/** Milliseconds that these files may hold up a search. */
export const LIMIT_MS = 3_000;
/** Those for which it waits to have a list renewed. */
const RENEWAL_LIMIT_MS = 1_000;

export interface UnindexedFilesDeps {
  readonly files: Pick<WorkspaceFiles, "scan">;
  readonly scanner: FileScanner;
  readonly hashText: HashText;
  readonly clock: Clock;
  /** True once the index knows the whole folder, as it was at some time. */
  readonly isComplete: () => boolean;
  /** True while changes are not taken in, since indexing is paused or another process writes. */
  readonly isHeldUp: () => boolean;
  /** Ends with the folder's session. */
  readonly life: AbortSignal;
  readonly warn: (message: string) => void;
}

/** Files to be searched beside the index, by one search. */
export interface FlatFolder {
  readonly searcher: Searcher;
  readonly search: FlatSearch;
  /** True for a file of which what the index holds does not count. */
  readonly has: (path: string) => boolean;
  /** What is to be said of them; undefined where none was left to search. */
  readonly notice: () => "index-partial" | "scan-partial" | undefined;
}

interface Listing {
  readonly scan: FolderScan;
  readonly listedAt: number;
  /** Those that there were by then. */
  readonly doubts: number;
}

export class UnindexedFiles {
  readonly #deps: UnindexedFilesDeps;
  #listing: Listing | undefined;
  /** The list that is being made. */
  #scanning: Promise<Listing> | undefined;
  #isRunning = false;
  /** How often the folder may have changed since the session began, and up to which time the index is known to hold that. */
  #doubts = 0;
  #settled = 0;
  /** Doubts that the run that goes on does away with. */
  #underWay = 0;
  /** It was asked for to look whether something has changed, and not because something has. */
  #isRoutine = false;
  #files: FlatFiles | undefined;
  /** What they were made of last. */
  #made: { readonly listing: Listing; readonly revision: number } | undefined;

  constructor(deps: UnindexedFilesDeps) {
    this.#deps = deps;
  }

  /** The folder may have changed in ways that only a look at all of it finds out. */
  suspect(): void {
    this.#doubts += 1;
  }

  /** A run over the whole folder is asked for. */
  expect(): void {
    this.#isRoutine = this.#isCurrent();
    this.suspect();
  }

  /** It begins. @param scan that it works on. */
  begin(scan: Promise<FolderScan>): void {
    this.#isRunning = true;
    this.#underWay = this.#doubts;
    void this.#note(scan);
  }

  /** It has indexed what it found. */
  settle(): void {
    this.#settled = Math.max(this.#settled, this.#underWay);
  }

  /** It has ended, whichever way. */
  end(): void {
    this.#isRunning = false;
    if (this.#isCurrent()) {
      this.#forget();
    }
  }

  #isCurrent(): boolean {
    const { isComplete, isHeldUp } = this.#deps;
    return isComplete() && this.#doubts === this.#settled && !isHeldUp();
  }

  /** @returns undefined where the index holds every file as it is, for all that is known without a look at the folder. */
  async beside({ manifest, searcher: { deps } }: OpenIndex, signal: AbortSignal): Promise<FlatFolder | undefined> {
    const { isComplete, clock } = this.#deps;
    const endsAt = clock() + LIMIT_MS;
    if (this.#isCurrent()) {
      this.#forget(); // perhaps another process has completed the index
      return undefined;
    }
    const isRoutine = isComplete() && this.#isRunning && this.#isRoutine;
    const { listing, isCurrent } = isRoutine ? { listing: this.#listing, isCurrent: true } : await this.#listed(endsAt);
    if (listing === undefined && isRoutine) {
      return undefined; // the list may hold nothing new, so nobody waits for it
    }
    const files = (this.#files ??= new FlatFiles(deps.folderName));
    if (listing !== undefined) {
      this.#make(files, listing, manifest);
    }
    await files.table.syncInSteps(files.manifest, deps.nextTurn);
    const search = new FlatSearch(files, this.#deps, { signal, endsAt });
    return {
      searcher: createFlatSearcher(files, search, deps),
      search,
      has: (path) => files.has(path),
      notice: () => {
        const isWhole = listing !== undefined && isCurrent && search.isWhole;
        return isWhole ? (files.paths.length > 0 ? "index-partial" : undefined) : "scan-partial";
      },
    };
  }

  /** Makes them the files of which the index does not hold what the list tells of. */
  #make(files: FlatFiles, listing: Listing, manifest: SearchedManifest): void {
    const { revision } = manifest;
    if (this.#made?.listing === listing && this.#made.revision === revision) {
      return;
    }
    this.#made = { listing, revision };
    const { scan, listedAt, doubts } = listing;
    const now = this.#deps.clock();
    const missing = scan.files.filter((file) => {
      const known = manifest.get(file.path);
      return known === undefined || !isSameStamp(known, file);
    });
    const listed = new Set(scan.files.map(({ path }) => path));
    const gone: string[] = [];
    for (const { path, state, indexedAt } of manifest.all()) {
      const isNewer = listedAt <= indexedAt && indexedAt <= now; // than the list; else the clock was set back
      if (state === "indexed" && !listed.has(path) && !isNewer) {
        gone.push(path); // or left out by now
      }
    }
    if (missing.length + gone.length === 0 && this.#deps.isComplete()) {
      this.#settled = Math.max(this.#settled, doubts);
    }
    files.update(
      missing.sort((a, b) => b.mtimeMs - a.mtimeMs),
      gone,
    );
  }

  /** @returns the list of now, or where it does not come in time the one before; no list where there is neither. */
  async #listed(endsAt: number): Promise<{ readonly listing: Listing | undefined; readonly isCurrent: boolean }> {
    const { clock, isHeldUp, life, warn } = this.#deps;
    const known = this.#listing;
    const doubts = this.#doubts;
    const maxAgeMs = isHeldUp() ? MAX_AGE_HELD_UP_MS : MAX_AGE_MS;
    if (known?.doubts === doubts && Math.abs(clock() - known.listedAt) <= maxAgeMs) {
      return { listing: known, isCurrent: true };
    }
    const waitsUntil = known === undefined ? endsAt : Math.min(endsAt, clock() + RENEWAL_LIMIT_MS);
    const isSince = (listing: Listing | undefined) =>
      listing !== undefined && listing !== known && listing.doubts >= doubts;
    let listing = known;
    try {
      const begun = this.#scanning?.catch(() => undefined); // a run may have been stopped
      listing = (await this.#before(waitsUntil, begun)) ?? known;
      if (!isSince(listing) && clock() < waitsUntil) {
        listing = (await this.#before(waitsUntil, this.#scanning ?? this.#scan())) ?? listing;
      }
    } catch (error) {
      if (!life.aborted) {
        warn(`the files that are not indexed cannot be listed: ${String(error)}`);
      }
    }
    return { listing, isCurrent: isSince(listing) };
  }

  /** @returns undefined where it is not there in time. */
  async #before<T>(endsAt: number, promise: Promise<T> | undefined): Promise<T | undefined> {
    const isInTime = new AbortController();
    const late = setTimeout(Math.max(0, endsAt - this.#deps.clock()), undefined, {
      signal: isInTime.signal,
      ref: false,
    });
    late.catch(() => undefined); // the other came first
    return Promise.race([promise, late]).finally(() => isInTime.abort());
  }

  #scan(): Promise<Listing> {
    return this.#note(this.#deps.files.scan(this.#deps.life));
  }

  #note(scanning: Promise<FolderScan>): Promise<Listing> {
    const doubts = this.#doubts;
    const listedAt = this.#deps.clock();
    const listing = scanning.then((scan) => ({ scan, listedAt, doubts }));
    this.#scanning = listing;
    const isLatest = () => this.#scanning === listing;
    listing.then(
      (found) => {
        if (isLatest()) {
          this.#scanning = undefined;
          this.#listing = found;
        }
      },
      () => {
        this.#scanning = isLatest() ? undefined : this.#scanning; // who waits for it is told
      },
    );
    return listing;
  }

  #forget(): void {
    this.#listing = undefined;
    this.#scanning = undefined;
    this.#files = undefined;
    this.#made = undefined;
  }
}
