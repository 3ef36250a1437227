/** The processes below a process: what an extension started. */

import { execFileSync } from "node:child_process";

/** @returns the command lines of all descendants of a process; Linux and macOS. */
export function descendants(pid: number): string[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8", maxBuffer: 2 ** 26 }).split("\n");
  const children = new Map<number, { pid: number; command: string }[]>();
  for (const row of rows) {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row);
    if (match?.[3] !== undefined) {
      const parent = Number(match[2]);
      children.set(parent, [...(children.get(parent) ?? []), { pid: Number(match[1]), command: match[3] }]);
    }
  }
  const below = (parent: number): string[] =>
    (children.get(parent) ?? []).flatMap((child) => [child.command, ...below(child.pid)]);
  return below(pid);
}
