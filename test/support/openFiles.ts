/** Which files this process has open, as Linux tells it. */

import { readdirSync, readlinkSync } from "node:fs";

/** @returns the paths of those below `dir`. */
export const openFilesIn = (dir: string): string[] =>
  readdirSync("/proc/self/fd")
    .map(openedPath)
    .filter((path) => path.includes(dir));

/** Empty for what is gone by now, as the descriptor of the listing itself. */
function openedPath(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}
