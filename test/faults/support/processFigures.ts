/** What Linux says of a process: memory, handles, threads, time of processor and bytes written. */

import { readdirSync, readFileSync } from "node:fs";

export interface ProcessFigures {
  /** Resident, without the pages of mapped files. */
  readonly memoryMb: number;
  readonly handles: number;
  readonly threads: number;
  readonly cpuSeconds: number;
  /** Bytes that were sent to a disk. */
  readonly writtenBytes: number;
}

/** Of the kernel's clock, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export function processFigures(pid: number): ProcessFigures {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (text: string, name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? Number.NaN);
  const [, , ...afterName] = readFileSync(`/proc/${pid}/stat`, "utf8").split(/\) | /);
  return {
    memoryMb: field(status, "RssAnon") / 1000,
    handles: readdirSync(`/proc/${pid}/fd`).length,
    threads: field(status, "Threads"),
    cpuSeconds: (Number(afterName[11]) + Number(afterName[12])) / TICKS_PER_SECOND,
    writtenBytes: field(readFileSync(`/proc/${pid}/io`, "utf8"), "write_bytes"),
  };
}
