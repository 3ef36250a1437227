/**
 * Tells an index that is open from the one that lies there now. What SQLite and LanceDB have open goes on working when its
 * files are deleted, or others take their place; and LanceDB would write on, and leave a table there that can never be read.
 */

import { statSync } from "node:fs";
import { join } from "node:path";
import { type IndexLocation, MARKER_FILE } from "./indexDirectory";
import { tableDirectory } from "./lanceTable";
import { MANIFEST_FILE } from "./sqliteManifest";

/**
 * Remembers the index as it is now.
 *
 * @returns true as long as neither the index, nor its manifest or its table, was deleted or replaced.
 */
export function rememberIndex({ indexDir }: IndexLocation): () => boolean {
  const remembered = fingerprint(indexDir);
  return () => remembered !== undefined && fingerprint(indexDir) === remembered;
}

/** The marker is replaced as a whole by who replaces the index; the others are written to all the time. */
function fingerprint(indexDir: string): string | undefined {
  const marker = look(join(indexDir, MARKER_FILE));
  const parts = [join(indexDir, MANIFEST_FILE), tableDirectory(indexDir)].map((path) => look(path)?.ino ?? "");
  return marker && [marker.dev, marker.ino, marker.mtimeNs, marker.size, ...parts].join(":");
}

const look = (path: string) => statSync(path, { bigint: true, throwIfNoEntry: false });
