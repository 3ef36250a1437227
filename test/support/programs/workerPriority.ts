/**
 * Program of prepareWorker.test.ts: lowers itself as the engine does, starts a worker thread, and says whether that runs below.
 * Only root may raise a thread again, so a worker that asks for more than the engine has would not start for others.
 */

import { readdirSync, readFileSync } from "node:fs";
import { constants, getPriority, setPriority, tmpdir } from "node:os";
import { createWorkerFilePreparer } from "../../../src/adapters/parsing/workerFilePreparer";

/** The 19th field of a thread's `stat`, counted from 1; the second, a name in brackets, may hold spaces. */
const nicenessOf = (thread: string): number => {
  const stat = readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
};

async function main(): Promise<void> {
  setPriority(Math.max(constants.priority.PRIORITY_BELOW_NORMAL, getPriority()));
  const pool = createWorkerFilePreparer({ workerScript: process.argv[2] ?? "", grammarDir: tmpdir(), threads: 1 });
  const files = pool.forFolder({ folder: tmpdir(), maxFileKiB: 1 });
  await files.prepare("no such file", undefined, new AbortController().signal);
  const lowest = Math.max(...readdirSync("/proc/self/task").map(nicenessOf));
  console.log(lowest > getPriority() ? "below" : "not below");
  await pool.dispose();
}

void main();
