/**
 * Where what is broken of an index goes: a folder beside it. It is moved and not deleted, since what looks like damage may
 * be a disk that was not mounted in time.
 */

import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { guardWrite } from "./fileErrors";
import { contentsOf, type IndexLocation, MARKER_FILE, makeDirectories } from "./indexDirectory";

export interface Quarantine {
  /** `<indexDir>-damaged-<time>`, for vectors `<indexDir>-vectors-damaged-<time>`: where it lies, or would lie. */
  readonly path: string;
  /** Moves a file or folder of the index there. @param name relative to the folder of the index. */
  readonly setAside: (name: string) => void;
  /** Moves everything there but the lock and what is kept. @param kept names, where others than usual. */
  readonly setAllAside: (kept?: ReadonlySet<string>) => void;
}

/**
 * To be opened once for a repair, so that what it sets aside stays together. It is made with the first thing that is set
 * aside; earlier ones go then, but those of the index stay for one of vectors and the other way round.
 *
 * @throws {EngineError} when it is used: `index-unwritable`, `disk-full`.
 */
export function openQuarantine(
  { indexDir }: Pick<IndexLocation, "indexDir">,
  now: number,
  of: "index" | "vectors" = "index",
): Quarantine {
  const prefix = of === "index" ? `${indexDir}-damaged-` : `${indexDir}-vectors-damaged-`;
  const pathAt = (time: number) => `${prefix}${new Date(time).toISOString().replace(/[:.]/g, "-")}`; // in order of time
  const path = pathAt(now);
  const finishedAt = of === "index" ? lastFinished(indexDir) : now;
  const setAside = (name: string) =>
    guardWrite(indexDir, () => {
      if (finishedAt !== undefined) {
        removeEarlier(prefix, path, pathAt(finishedAt));
      }
      makeDirectories(dirname(join(path, name)));
      renameSync(join(indexDir, name), freePath(join(path, name)));
    });
  return { path, setAside, setAllAside: (kept) => contentsOf(indexDir, kept).forEach(setAside) };
}

/** When the last repair of the index came to its end, as each does by writing the marker. */
function lastFinished(indexDir: string): number | undefined {
  return statSync(join(indexDir, MARKER_FILE), { throwIfNoEntry: false })?.mtimeMs;
}

/** What a repair set aside that has not come to its end stays. @param finished as one would be named that was made then. */
function removeEarlier(prefix: string, current: string, finished: string): void {
  for (const name of readdirSync(dirname(prefix))) {
    const path = join(dirname(prefix), name);
    if (path.startsWith(prefix) && path !== current && path <= finished) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

/** A repair may set aside what it has put in the place of the first. */
function freePath(path: string): string {
  let free = path;
  for (let n = 2; existsSync(free); n += 1) {
    free = `${path}-${n}`;
  }
  return free;
}
