/**
 * Search by the text itself: for a regular expression, and for what has no words (`=>`, a part of a word, a script that
 * puts no space between words).
 *
 * Every chunk is read, so the time is limited and not the pattern: what was found by then is shown, with a notice.
 */

import type { ChunkRow } from "../ports";
import { isCurrent } from "./currentRows";
import { narrowing } from "./narrowing";
import { fileFilter } from "./query/fileFilter";
import type { Pattern } from "./query/queryParts";
import type { Question } from "./query/question";
import { pathPenalty } from "./ranking/pathPenalty";
import { compareChunks, type RankedChunk } from "./ranking/pickChunks";
import type { Found, SearchedFolder } from "./searchDeps";

/** Matches after which no more are looked for. */
const MAX_MATCHES = 1_000;

/** Characters of a question that are looked for as they are. */
const MAX_LITERAL_LENGTH = 200;

export async function searchPattern<Folder extends SearchedFolder>(
  folders: readonly Folder[],
  question: Question,
  { source, flags }: Pattern,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Found<Folder>> {
  const results: { folder: Folder; chunk: RankedChunk }[] = [];
  const run = folders[0]?.searcher.deps.patterns.start(source, flags);
  if (run === undefined) {
    return { results, notice: "pattern-invalid" };
  }
  let isWhole = true;
  for (const folder of folders) {
    const { manifest, store } = folder.searcher.deps;
    const isNamed = isCurrent(manifest);
    const admits = fileFilter(question.filters);
    const counts = (row: ChunkRow) => {
      const record = manifest.get(row.path);
      const isCounted = isNamed(row) && folder.isElsewhere?.(row.path) !== true;
      return record !== undefined && isCounted && (admits === undefined || admits(record));
    };
    const narrow = narrowing(question, manifest);
    if (narrow?.fileIds?.length === 0) {
      continue;
    }
    for await (const batch of store.scan(narrow?.fileIds)) {
      signal?.throwIfAborted();
      const rows = batch.filter(counts);
      const offsets = run.offsets(rows.map(({ text }) => text));
      isWhole = offsets !== undefined && results.length < MAX_MATCHES;
      rows.forEach((row, index) => {
        if ((offsets?.[index] ?? -1) >= 0) {
          results.push({ folder, chunk: toRanked(row, question) });
        }
      });
      if (!isWhole) {
        break;
      }
    }
  }
  results.sort((a, b) => compareChunks(a.chunk, b.chunk));
  return { results: results.slice(0, limit), notice: isWhole ? undefined : "pattern-partial" };
}

/** For a question whose words find nothing: the text as it was typed. */
export async function searchLiteral<Folder extends SearchedFolder>(
  folders: readonly Folder[],
  question: Question,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Found<Folder>> {
  const literal = (question.phrases[0] ?? question.text).trim();
  if (literal === "" || literal.length > MAX_LITERAL_LENGTH) {
    return { results: [], notice: undefined };
  }
  const source = literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return searchPattern(folders, question, { source, flags: "i" }, limit, signal);
}

function toRanked(row: ChunkRow, question: Question): RankedChunk {
  return { ...row, score: pathPenalty(row.path, question.topics), alsoAt: [], explanation: undefined };
}
