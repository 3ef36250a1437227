/**
 * What the commits of the folder's repository say, kept beside its index, so that an engine that starts need not ask git:
 * two lines, the hash of the second and what was read, with each path once.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { CommitHistory } from "../../core/ports";
import { writeDurably } from "./indexDirectory";
import { textHash } from "./textHash";

const HISTORY_FILE = "history.json";

const schema = v.object({
  head: v.string(),
  paths: v.array(v.string()),
  /** The subject and the positions of its paths. */
  commits: v.array(v.tuple([v.string(), v.array(v.number())])),
});

/** @returns undefined where none is kept, or not as it was written: then git is asked. */
export function readHistory(indexDir: string): CommitHistory | undefined {
  try {
    const [hash = "", text = ""] = readFileSync(join(indexDir, HISTORY_FILE), "utf8").split("\n");
    if (hash !== textHash(text)) {
      return undefined;
    }
    const { head, paths, commits } = v.parse(schema, JSON.parse(text));
    const toPaths = (positions: readonly number[]) => positions.flatMap((position) => paths[position] ?? []);
    return { head, commits: commits.map(([subject, positions]) => ({ subject, paths: toPaths(positions) })) };
  } catch {
    return undefined;
  }
}

/** To be called by the holder of the lock. */
export function keepHistory(indexDir: string, { head, commits }: CommitHistory): void {
  const positions = new Map<string, number>();
  const positionOf = (path: string) => {
    const position = positions.get(path) ?? positions.size;
    positions.set(path, position);
    return position;
  };
  const placed = commits.map(({ subject, paths }) => [subject, paths.map(positionOf)]);
  const text = JSON.stringify({ head, paths: [...positions.keys()], commits: placed });
  writeDurably(join(indexDir, HISTORY_FILE), `${textHash(text)}\n${text}\n`);
}
