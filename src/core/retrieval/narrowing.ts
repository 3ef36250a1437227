/** Limits what is read of an index to the files that count, and that a question's filters let through. */

import type { SearchedManifest, SearchNarrowing } from "../ports";
import { fileFilter } from "./query/fileFilter";
import type { Question } from "./query/question";

/** More files than this are too many to name in one query; the filter then works on what it returns. */
const MAX_FILES_NAMED = 20_000;

/**
 * @param isElsewhere true for a file that does not count; many of those may hold every word of a question.
 * @returns the files that count and that the question's filters let through; undefined for all, or for too many to name.
 */
export function narrowing(
  { filters }: Pick<Question, "filters">,
  manifest: SearchedManifest,
  isElsewhere?: (path: string) => boolean,
): SearchNarrowing | undefined {
  const admits = fileFilter(filters);
  if (admits === undefined && isElsewhere === undefined) {
    return undefined;
  }
  const fileIds: number[] = [];
  let leavesOut = admits !== undefined;
  for (const record of manifest.all()) {
    if (record.state === "indexed" && isElsewhere?.(record.path) === true) {
      leavesOut = true;
    } else if (record.state === "indexed" && (admits?.(record) ?? true)) {
      fileIds.push(record.fileId);
    }
  }
  return !leavesOut || fileIds.length > MAX_FILES_NAMED ? undefined : { fileIds };
}

/** True where the question's filters let no file through. */
export function admitsNone(question: Question, manifest: SearchedManifest): boolean {
  return narrowing(question, manifest)?.fileIds?.length === 0;
}
