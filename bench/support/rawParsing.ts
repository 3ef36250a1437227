/**
 * What indexing cannot do without: reading files, and parsing them with the bare grammars, in as many threads as the engine
 * has for it. The measure beside which indexing is judged.
 */

import { readFileSync } from "node:fs";
import { availableParallelism, setPriority } from "node:os";
import { join } from "node:path";
import { parentPort, Worker } from "node:worker_threads";
import { Language, Parser } from "web-tree-sitter";
import { PARSED_LANGUAGES } from "../../src/adapters/parsing/treeSitterLanguages";
import { isParseable } from "../../src/adapters/parsing/treeSitterParser";
import { decodeText } from "../../src/core/indexing/selecting/decodeText";

/** As in the engine: it leaves a core to the editor. */
const THREADS = Math.max(1, Math.min(8, availableParallelism() - 1));

/** On Linux, where it is that of a thread, the one of the engine's workers; else a busy machine would tell them apart. */
const PRIORITY = 15;

export interface FileToParse {
  readonly path: string;
  readonly language: string | undefined;
}

export interface RawJob {
  readonly grammarDir: string;
  readonly files: readonly FileToParse[];
  readonly isParsed: boolean;
}

/** Runs in a worker thread, and tells it how many seconds it took. */
export async function readAndParse(job: RawJob): Promise<void> {
  if (process.platform === "linux") {
    setPriority(PRIORITY);
  }
  const startedAt = performance.now();
  if (job.isParsed) {
    await parseAll(job);
  } else {
    for (const { path } of job.files) {
      readFileSync(path);
    }
  }
  parentPort?.postMessage((performance.now() - startedAt) / 1000);
}

async function parseAll({ grammarDir, files }: RawJob): Promise<void> {
  await Parser.init({ locateFile: () => join(grammarDir, "web-tree-sitter.wasm") });
  const parser = new Parser();
  const grammars = new Map<string, Language>();
  for (const { path, language = "" } of files) {
    const decoded = decodeText(readFileSync(path));
    const file = PARSED_LANGUAGES[language]?.grammar;
    if (file !== undefined && "text" in decoded && isParseable(decoded.text)) {
      const grammar = grammars.get(file) ?? (await Language.load(join(grammarDir, file)));
      grammars.set(file, grammar);
      parser.setLanguage(grammar);
      parser.parse(decoded.text)?.delete();
    }
  }
}

/** @param workerScript calls `readAndParse` with its `workerData`. @returns seconds of the thread that took longest. */
export async function timeRaw(workerScript: string, job: RawJob): Promise<number> {
  const seconds = await Promise.all(
    Array.from({ length: THREADS }, (_, n) => {
      const files = job.files.filter((_file, at) => at % THREADS === n);
      const worker = new Worker(workerScript, { workerData: { ...job, files } satisfies RawJob });
      return new Promise<number>((done, failed) => worker.once("error", failed).once("message", done));
    }),
  );
  return Math.max(...seconds);
}
