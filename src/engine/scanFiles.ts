/** Searches files as they lie: reads all of them, counts the words of a query, and cuts those that say most. */

import { hash } from "node:crypto";
import { readFileSafely } from "../adapters/files/readFile";
import { stampOf } from "../core/fileStamp";
import { type ParseOutline, prepareFile } from "../core/indexing/prepareFile";
import { decodeText } from "../core/indexing/selecting/decodeText";
import type { FileQuery, FoundFiles, IndexableFile } from "../core/ports";
import { type CountedText, rankTexts } from "../core/retrieval/flat/rankTexts";
import { chunksHolding, chunksIn, createWordScan } from "../core/retrieval/flat/wordScan";
import { foldAccents } from "../core/retrieval/query/terms";

/** Files that may prove to be none that is indexed, for each one that is wanted. */
const TRIES_PER_FILE = 3;

export interface ScanFolder {
  /** Absolute. */
  readonly folder: string;
  readonly maxFileKiB: number;
  readonly onProblem: (problem: string) => void;
}

/** @param limitMs after which no further file is looked at. */
export async function findFiles(
  folder: ScanFolder,
  query: FileQuery,
  paths: readonly string[],
  limitMs: number,
): Promise<FoundFiles> {
  const endsAt = performance.now() + limitMs;
  const words = createWordScan(query.terms);
  const isForeign = query.terms.some((term) => /[^\x20-\x7e]/.test(term));
  const holding = query.terms.map(() => 0);
  const texts: CountedText[] = [];
  let chunks = 0;
  let looked = 0;
  for (const path of paths) {
    if (performance.now() > endsAt) {
      break;
    }
    looked += 1;
    const text = readText(folder, path, isForeign);
    chunks += chunksIn(text.length);
    const counts = words.count(text);
    if (counts === undefined || (query.mustHoldAll && counts.includes(0))) {
      continue;
    }
    const counted = { path, counts, length: text.length, pathCounts: words.count(path) };
    texts.push(counted);
    chunksHolding(counted).forEach((those, term) => {
      holding[term] = (holding[term] ?? 0) + those;
    });
  }
  const best = rankTexts(texts, looked).map(({ path }) => path);
  const files = await cutFiles(folder, best.slice(0, query.limit * TRIES_PER_FILE), query.limit);
  return { files, chunks, holding, isWhole: looked === paths.length };
}

/** Letters with accents begin with these bytes in UTF-8, and UTF-16 with others. */
const MAY_HOLD_ACCENTS = /[\xc3-\xcd\xe1]|^[\xfe\xff]/;

/**
 * @param isForeign true where words are looked for that hold other characters than ASCII.
 * @returns the text as words are looked for in it; as long as nothing needs more, each byte stands for itself.
 */
function readText({ folder, maxFileKiB }: ScanFolder, path: string, isForeign: boolean): string {
  const read = readFileSafely(folder, path, maxFileKiB * 1024);
  if (read.state !== "read") {
    return "";
  }
  const bytes = Buffer.from(read.bytes.buffer, read.bytes.byteOffset, read.bytes.byteLength);
  const raw = bytes.toString("latin1");
  if (!(isForeign || MAY_HOLD_ACCENTS.test(raw))) {
    return raw;
  }
  const decoded = decodeText(bytes);
  return "text" in decoded ? foldAccents(decoded.text) : "";
}

const noParse: ParseOutline = () => Promise.resolve(undefined);

/** @returns at most `limit` of them: those that are text and can be cut, in their order. */
export async function cutFiles(
  { folder, maxFileKiB, onProblem }: ScanFolder,
  paths: readonly string[],
  limit = paths.length,
): Promise<IndexableFile[]> {
  const files: IndexableFile[] = [];
  for (const path of paths) {
    if (files.length >= limit) {
      break;
    }
    try {
      const read = readFileSafely(folder, path, maxFileKiB * 1024);
      if (read.state === "read") {
        const contentHash = hash("sha256", read.bytes);
        const file = await prepareFile({ path, ...stampOf(read), bytes: read.bytes, contentHash }, noParse);
        files.push(...(file.state === "indexed" ? [file] : []));
      }
    } catch (error) {
      onProblem(`${path} cannot be cut: ${String(error)}`);
    }
  }
  return files;
}
