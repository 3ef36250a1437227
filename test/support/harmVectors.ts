/** Damage to the vectors of an index. */

import { closeSync, openSync, readdirSync, statSync, writeSync } from "node:fs";
import { join, sep } from "node:path";

/** The files of the vectors, by the folder they lie in: `data`, `_versions`, `_indices`; the largest first. */
export function vectorFiles(indexDir: string, folder: string): string[] {
  return readdirSync(join(indexDir, "vectors"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.includes(`.lance${sep}${folder}`))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => statSync(b).size - statSync(a).size);
}

export const largestDataFile = (indexDir: string): string => vectorFiles(indexDir, "data")[0] ?? "";

export const descriptorOf = (indexDir: string): string =>
  join(indexDir, "vectors", readdirSync(join(indexDir, "vectors")).find((name) => name.endsWith(".json")) ?? "");

/** What a bad sector may read as. */
export const BAD_SECTORS = [
  { what: "zeros", bytes: Buffer.alloc(4096) },
  { what: "other bytes", bytes: Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 7919 + 13) % 251)) },
] as const;

/** Writes over the middle of a file. */
export function overwriteMiddle(path: string, bytes: Uint8Array): void {
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, Math.max(0, (statSync(path).size - bytes.length) >> 1));
  closeSync(file);
}
