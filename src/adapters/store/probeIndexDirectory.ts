/** Whether an index can be written now, found out by doing in small what writing it does. */

import { linkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type IndexLocation, makeIndexDirectory } from "./indexDirectory";

/** What a small write takes, with what the table and the manifest need beside it. */
const PROBE_BYTES = 1024 * 1024;

/** LanceDB commits by linking, which some file systems do not know. Leaves nothing behind. */
export function canWriteIndex(location: IndexLocation): boolean {
  const probe = join(location.indexDir, `.tmp-probe-${process.pid}`);
  const link = `${probe}-link`;
  try {
    makeIndexDirectory(location);
    writeFileSync(probe, Buffer.alloc(PROBE_BYTES), { flush: true });
    linkSync(probe, link);
    return true;
  } catch {
    return false;
  } finally {
    removeQuietly(link);
    removeQuietly(probe);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // a disk that refuses this refused the rest as well
  }
}
