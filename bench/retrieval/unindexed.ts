/** What is kept of the score while nothing is indexed yet, so that every file is searched as it lies. */

import { basename, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createWorkerFileScanner } from "../../src/adapters/files/workerFileScanner";
import { createWorkspaceFiles } from "../../src/adapters/files/workspaceFiles";
import { createPatternMatcher } from "../../src/adapters/patternMatcher";
import { textHash } from "../../src/adapters/store/textHash";
import { FlatFiles } from "../../src/core/retrieval/flat/flatFiles";
import { FlatSearch } from "../../src/core/retrieval/flat/flatSearch";
import { createSearcher } from "../../src/core/retrieval/searcher";
import { CommitIndex } from "../../src/core/retrieval/table/commitIndex";
import { DEFAULT_FOLDER_SETTINGS } from "../../src/protocol/defaultSettings";
import { mean } from "./report";

const WORKER = join(import.meta.dirname, "../../dist/scanWorker.js");

/** As the engine has it. */
const LIMIT_MS = 3_000;

/** Scores of one question, and how long the search took, in milliseconds. */
interface Pair {
  readonly repository: string;
  readonly indexed: number;
  readonly unindexed: number;
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
  return {
    search: async (query, limit) => {
      const searcher = createSearcher({
        folderName,
        manifest: flat.manifest,
        table: flat.table,
        store: new FlatSearch(flat, deps, { signal: undefined, endsAt: Date.now() + LIMIT_MS }).store,
        commits: () => new CommitIndex([]),
        keptTable: { read: () => undefined, write: () => Promise.resolve() },
        patterns: createPatternMatcher(),
        nextTurn: setImmediate,
      });
      return (await searcher.search(query, limit)).map(({ path }) => path);
    },
    close: () => scanner.dispose(),
  };
}

export class UnindexedScores {
  readonly #pairs: Pair[] = [];

  add(pair: Pair): void {
    this.#pairs.push(pair);
  }

  summary(): string[] {
    const byRepository = [...Map.groupBy(this.#pairs, ({ repository }) => repository).values()];
    const of = (figure: "indexed" | "unindexed") =>
      mean(byRepository.map((own) => mean(own.map((pair) => pair[figure]))));
    const times = this.#pairs.map(({ ms }) => ms).sort((a, b) => a - b);
    return [
      `${"not indexed yet".padEnd(20)}   NDCG@10 ${of("unindexed").toFixed(4)}, indexed ${of("indexed").toFixed(4)}, ` +
        `kept ${(of("unindexed") / of("indexed")).toFixed(4)}; median ${times[times.length >> 1]?.toFixed(0)} ms`,
    ];
  }
}
