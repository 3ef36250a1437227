/** In which order files get their vectors: what a person is likely to ask about comes first. */

import type { FileRecord } from "../ports";
import { pathPenalty } from "../retrieval/ranking/pathPenalty";

/** Files that count as recent. */
const RECENT_FILES = 50;

const README = /(?:^|\/)readme(?:\.[^/]*)?$/i;

/**
 * @param open paths of files that someone has open, the one in front first.
 * @returns open files, the ones changed last, READMEs from the top down, then the rest: code before tests and copies.
 */
export function fillOrder(records: Iterable<FileRecord>, open: readonly string[]): FileRecord[] {
  const files = [...records].filter(({ chunks }) => chunks > 0);
  const openRank = new Map(open.map((path, index) => [path, index]));
  const recent = files.toSorted((a, b) => b.mtimeMs - a.mtimeMs || comparePaths(a, b)).slice(0, RECENT_FILES);
  const recentRank = new Map(recent.map(({ path }, index) => [path, index]));
  const noTopic = new Set<never>();
  const ranked = files.map((file) => {
    const { path } = file;
    const place = openRank.get(path) ?? recentRank.get(path);
    if (place !== undefined) {
      return { file, group: openRank.has(path) ? 0 : 1, place };
    }
    return README.test(path)
      ? { file, group: 2, place: path.split("/").length }
      : { file, group: 3, place: -pathPenalty(path, noTopic) };
  });
  return ranked
    .sort((a, b) => a.group - b.group || a.place - b.place || comparePaths(a.file, b.file))
    .map(({ file }) => file);
}

function comparePaths(a: FileRecord, b: FileRecord): number {
  return a.path < b.path ? -1 : Number(a.path > b.path);
}
