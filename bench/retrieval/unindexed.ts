/** What is kept of the score while nothing is indexed yet, so that every file is searched as it lies. */

import { basename, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createWorkerFileScanner } from "../../src/adapters/files/workerFileScanner";
import { createWorkspaceFiles } from "../../src/adapters/files/workspaceFiles";
import { createPatternMatcher } from "../../src/adapters/patternMatcher";
import { textHash } from "../../src/adapters/store/textHash";
import { FlatFiles } from "../../src/core/retrieval/flat/flatFiles";
import { FlatSearch } from "../../src/core/retrieval/flat/flatSearch";
import { createFlatSearcher } from "../../src/core/retrieval/flat/flatSearcher";
import { LIMIT_MS } from "../../src/engine/folder/unindexedFiles";
import { DEFAULT_FOLDER_SETTINGS } from "../../src/protocol/defaultSettings";
import { type KeptScore, keptLine } from "./report";

const WORKER = join(import.meta.dirname, "../../dist/scanWorker.js");

/** Of one question, and how long the search took, in milliseconds. */
interface UnindexedScore extends KeptScore {
  readonly ms: number;
}

export interface Unindexed {
  /** @returns paths, best first. */
  search(query: string, limit: number): Promise<string[]>;
  close(): Promise<void>;
}

export async function openUnindexed(folder: string): Promise<Unindexed> {
  const { files } = await createWorkspaceFiles({ folder, ...DEFAULT_FOLDER_SETTINGS }).scan(
    new AbortController().signal,
  );
  const scanner = createWorkerFileScanner({ workerScript: WORKER });
  const { maxFileKiB } = DEFAULT_FOLDER_SETTINGS;
  const folderName = basename(folder).split("+").at(-1) ?? "";
  const flat = new FlatFiles(folderName);
  flat.update(files, []);
  const deps = { scanner: scanner.forFolder({ folder, maxFileKiB }), hashText: textHash, clock: Date.now };
  const searcherDeps = { folderName, patterns: createPatternMatcher(), nextTurn: () => setImmediate() };
  return {
    search: async (query, limit) => {
      const flatSearch = new FlatSearch(flat, deps, { signal: undefined, endsAt: Date.now() + LIMIT_MS });
      const searcher = createFlatSearcher(flat, flatSearch, searcherDeps);
      return (await searcher.search(query, limit)).map(({ path }) => path);
    },
    close: () => scanner.dispose(),
  };
}

export class UnindexedScores {
  readonly #scores: UnindexedScore[] = [];

  add(score: UnindexedScore): void {
    this.#scores.push(score);
  }

  summary(): string[] {
    const times = this.#scores.map(({ ms }) => ms).sort((a, b) => a - b);
    const median = times[times.length >> 1]?.toFixed(0);
    return [`${keptLine("not indexed yet", "indexed", this.#scores)}; median ${median} ms`];
  }
}
