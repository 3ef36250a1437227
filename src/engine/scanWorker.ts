/** Entry of the worker thread that searches files as they lie. Somebody waits for it, so it keeps the engine's priority. */

import { parentPort } from "node:worker_threads";
import type { ScanJob, ScanReply } from "../adapters/files/scanJob";
import { cutFiles, findFiles } from "./scanFiles";

const port = parentPort;
if (port === null) {
  throw new Error("scanWorker runs in a worker thread.");
}
let lastJob: Promise<void> = Promise.resolve();
port.on("message", (job: ScanJob) => {
  lastJob = lastJob.then(() => carryOut(job));
});

function reply(message: ScanReply): void {
  port?.postMessage(message);
}

async function carryOut({ id, folder, maxFileKiB, paths, query, endsAt, stopped }: ScanJob): Promise<void> {
  const scan = {
    folder,
    maxFileKiB,
    isOver: () => Date.now() >= endsAt || Atomics.load(stopped, 0) !== 0,
    onProblem: (problem: string) => reply({ type: "problem", problem }),
  };
  if (query === undefined) {
    reply({ type: "cut", id, cut: await cutFiles(scan, paths) });
  } else {
    reply({ type: "found", id, found: await findFiles(scan, query, paths) });
  }
}
