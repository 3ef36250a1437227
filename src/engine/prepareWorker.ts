/**
 * Entry of the worker threads: reads, decodes, classifies and cuts one file after the other, in the order they are given.
 *
 * A file may be anything, so nothing that goes wrong here is an error: a parser that fails costs the file its structure,
 * and only what cannot even be cut by lines is skipped.
 */

import { hash } from "node:crypto";
import { getPriority, setPriority } from "node:os";
import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { type FileRead, readFileSafely } from "../adapters/files/readFile";
import { createTreeSitterParser } from "../adapters/parsing/treeSitterParser";
import type { WorkerJob, WorkerReply, WorkerSettings } from "../adapters/parsing/workerJob";
import { stampOf } from "../core/fileStamp";
import { noParse, type ParseOutline, prepareFile } from "../core/indexing/prepareFile";
import type { PreparedFile } from "../core/ports";

/** Memory of WebAssembly never shrinks, and a grammar may leak: a worker that parsed this much makes room for a new one. */
const MAX_PARSED_FILES = 20_000;
const MAX_PARSED_CHARACTERS = 100_000_000;
/** One text that costs as much as a hundred others. */
const MAX_EXTERNAL_BYTES = 160 * 1024 * 1024;

/** How far below the engine, which has lowered itself; nobody but root may go up again. */
const NICENESS = 5;
const LOWEST_PRIORITY = 19;

const port = parentPort;
const { grammarDir } = workerData as WorkerSettings;
const parse = createTreeSitterParser(grammarDir, (problem) => reply({ type: "problem", problem }));
let parsedFiles = 0;
let parsedCharacters = 0;
let hasFailed = false;

if (port === null) {
  throw new Error("prepareWorker runs in a worker thread.");
}
yieldToOthers();
let lastFile: Promise<void> = Promise.resolve();
port.on("message", (job: WorkerJob) => {
  lastFile = lastFile.then(async () => reply({ type: "done", file: await prepare(job), isSpent: isSpent() }));
});
reply({ type: "ready" });

function reply(message: WorkerReply): void {
  port?.postMessage(message);
}

/** On Linux this lowers the one thread that calls it; elsewhere it would slow the engine's answers, so it is left. */
function yieldToOthers(): void {
  if (process.platform !== "linux") {
    return;
  }
  try {
    setPriority(0, Math.min(LOWEST_PRIORITY, getPriority(0) + NICENESS));
  } catch (error) {
    reply({ type: "problem", problem: `The priority of a worker thread stays as it is: ${String(error)}` });
  }
}

async function prepare(job: WorkerJob): Promise<PreparedFile> {
  const read = readFileSafely(job.folder, job.path, job.maxFileKiB * 1024);
  return read.state === "read" ? prepareRead(job, read) : notRead(job.path, read);
}

function notRead(path: string, read: Exclude<FileRead, { state: "read" }>): PreparedFile {
  return read.state === "vanished" ? { state: "vanished", path } : { ...read, path, contentHash: "" };
}

async function prepareRead(job: WorkerJob, read: FileRead & { state: "read" }): Promise<PreparedFile> {
  const { path, knownHash, withTerms, isParsed } = job;
  const { bytes } = read;
  const contentHash = hash("sha256", bytes);
  const base = { path, ...stampOf(read), contentHash };
  if (contentHash === knownHash) {
    return { ...base, state: "unchanged" };
  }
  for (const parser of isParsed ? [parseOrGiveUp, noParse] : [noParse]) {
    try {
      return await prepareFile({ ...base, bytes }, parser, withTerms);
    } catch (error) {
      reply({ type: "problem", problem: `${path} cannot be cut: ${String(error)}` });
    }
  }
  return { ...base, state: "skipped", reason: "parse-failed" };
}

/** After an error inside of WebAssembly its memory may be damaged, so this worker parses no more. */
const parseOrGiveUp: ParseOutline = async (text, language) => {
  if (hasFailed) {
    return undefined;
  }
  parsedFiles += 1;
  parsedCharacters += text.length;
  try {
    return await parse(text, language);
  } catch (error) {
    reply({ type: "problem", problem: `The parser for ${language} failed: ${String(error)}` });
    hasFailed = true;
    return undefined;
  }
};

function isSpent(): boolean {
  return (
    hasFailed ||
    parsedFiles >= MAX_PARSED_FILES ||
    parsedCharacters >= MAX_PARSED_CHARACTERS ||
    getHeapStatistics().external_memory > MAX_EXTERNAL_BYTES // `memoryUsage` would ask the system, which takes as long as a small file
  );
}
