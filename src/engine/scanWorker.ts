/** Entry of the worker thread that searches files as they lie. Somebody waits for it, so it keeps the engine's priority. */

import { parentPort } from "node:worker_threads";
import type { ScanJob, ScanReply } from "../adapters/files/scanJob";
import { cutFiles, findFiles, findNames } from "./scanFiles";

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

async function carryOut({ id, folder, maxFileKiB, paths, task, endsAt, stopped }: ScanJob): Promise<void> {
  const scan = {
    folder,
    maxFileKiB,
    isOver: () => Date.now() >= endsAt || Atomics.load(stopped, 0) !== 0,
    onProblem: (problem: string) => reply({ type: "problem", problem }),
  };
  switch (task.type) {
    case "find":
      return reply({ type: "found", id, found: await findFiles(scan, task.query, paths) });
    case "cut":
      return reply({ type: "cut", id, cut: await cutFiles(scan, paths) });
    case "find-names":
      return reply({ type: "found-names", id, names: findNames(scan, task.names, paths) });
  }
}
