/**
 * What a writer does to an index, in steps small enough to stop at every system call of them: a program is stopped in the
 * middle, and the test knows what it may have left. The folder is in memory, so that all calls are the index's own.
 */

import { type IndexLocation, locateIndex } from "../../../src/adapters/store/indexDirectory";
import { tryAcquireWriterLock } from "../../../src/adapters/store/writerLock";
import type { IndexSummary } from "../../../src/domain/indexStatus";
import { IndexHandle } from "../../../src/engine/folder/indexHandle";
import { fakeFolder } from "../../support/fakeFolder";

/** `make`: an index where there was none. `replace`: files changed, made and removed. `tidy`: merge pieces, index terms. */
export const STEPS = ["make", "replace", "tidy"] as const;
export type Step = (typeof STEPS)[number];

/** The number of the version of each file, by path. */
type Contents = Readonly<Record<string, number>>;

/** Two chunks for each file in a small index; the large one has more pieces and unindexed rows than are left alone. */
const LARGE = Object.fromEntries(Array.from({ length: 115 }, (_, n) => [`file${n}.ts`, 1]));

export const BEFORE: Readonly<Record<Step, Contents>> = {
  make: {},
  replace: { "a.ts": 1, "b.ts": 1, "c.ts": 1, "d.ts": 1 },
  tidy: LARGE,
};

export const AFTER: Readonly<Record<Step, Contents>> = {
  make: { "a.ts": 1, "b.ts": 1, "c.ts": 1 },
  replace: { "a.ts": 1, "b.ts": 2, "c.ts": 2, "e.ts": 1 },
  tidy: LARGE,
};

export function textOf(path: string, version: number): string {
  return Array.from({ length: 20 }, (_, line) => `alpha version${version} line${line} of ${path}`).join("\n");
}

export interface StepIndex {
  readonly location: IndexLocation;
  readonly handle: IndexHandle;
  /** What was logged as a warning. */
  readonly warnings: readonly string[];
  /** One run under the lock. @throws what the engine would report. */
  refresh(): Promise<IndexSummary>;
  tidy(): Promise<void>;
  /** Tells of one file after the other. */
  saveOneByOne(): Promise<void>;
  /** How many files a search finds. */
  search(): Promise<number>;
}

export function stepIndex(folder: string, indexRoot: string, contents: Contents): StepIndex {
  const location = locateIndex(folder, indexRoot);
  const fake = fakeFolder();
  for (const [path, version] of Object.entries(contents)) {
    fake.write(path, textOf(path, version), { mtimeMs: 1_000.5 + version });
  }
  const warnings: string[] = [];
  const log = (level: "info" | "warn", message: string) => void (level === "warn" && warnings.push(message));
  const handle = new IndexHandle({ location, files: fake.files, preparer: fake.preparer, clock: Date.now, log });
  const never = new AbortController().signal;
  const locked = async <T>(work: (index: Awaited<ReturnType<IndexHandle["forWriting"]>>) => Promise<T>): Promise<T> => {
    const lock = tryAcquireWriterLock(handle.makeDirectory());
    if (lock === undefined) {
      throw new Error("another process has the lock");
    }
    try {
      return await work(await handle.forWriting());
    } finally {
      handle.endRun();
      lock.release();
    }
  };
  return {
    location,
    handle,
    warnings,
    refresh: () => locked(({ folderIndex }) => folderIndex.refresh(never, () => undefined)),
    tidy: () => locked(({ store }) => store.maintain(never)),
    saveOneByOne: () =>
      locked(async ({ folderIndex }) => {
        for (const path of Object.keys(contents)) {
          await folderIndex.update([path], never);
        }
      }),
    search: () =>
      handle.read(async (index) => {
        const hits = (await index?.store.read(await index.store.search(["alpha"], 5_000))) ?? [];
        return new Set(
          hits.filter((hit) => index?.manifest.get(hit.path)?.fileId === hit.fileId).map((hit) => hit.path),
        ).size;
      }),
  };
}
