/** Searches files as they lie: reads all of them, counts the words of a query, and cuts those that say most. */

import { isAscii, isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { readFileSafely } from "../adapters/files/readFile";
import { stampOf } from "../core/fileStamp";
import { noParse, prepareFile } from "../core/indexing/prepareFile";
import { decodeText } from "../core/indexing/selecting/decodeText";
import { skipByContent } from "../core/indexing/selecting/skipRules";
import type { CutFiles, FileQuery, FoundFiles, IndexableFile } from "../core/ports";
import { createNameScan } from "../core/retrieval/flat/nameScan";
import { type CountedText, rankTexts } from "../core/retrieval/flat/rankTexts";
import { chunksHolding, chunksIn, createWordScan } from "../core/retrieval/flat/wordScan";
import { foldAccents } from "../core/retrieval/query/terms";

/** Text that is cut for one query: more would have to be copied to the engine, and the best of it is at the front. */
const MAX_CUT_BYTES = 8 * 1024 * 1024;

/** As git has it. */
const NUL_FREE_BYTES = 8_000;

export interface Scan {
  /** Absolute. */
  readonly folder: string;
  readonly maxFileKiB: number;
  /** True once no further file is to be looked at. */
  readonly isOver: () => boolean;
  readonly onProblem: (problem: string) => void;
}

export async function findFiles(scan: Scan, query: FileQuery, paths: readonly string[]): Promise<FoundFiles> {
  const words = createWordScan(query.terms);
  const isForeign = query.terms.some((term) => /[^\x20-\x7e]/.test(term));
  const holding = query.terms.map(() => 0);
  const texts: CountedText[] = [];
  let chunks = 0;
  let looked = 0;
  for (const path of paths) {
    if (scan.isOver()) {
      break;
    }
    looked += 1;
    const text = readText(scan, path, isForeign);
    chunks += chunksIn(text.length);
    const counts = words.count(text);
    const pathCounts = words.count(path);
    const isFit = counts !== undefined && (!query.mustHoldAll || words.holdsAll(counts));
    if (!isFit || skipByContent(path, text) !== undefined) {
      continue;
    }
    const counted = { path, counts, length: text.length, pathCounts };
    texts.push(counted);
    chunksHolding(counted).forEach((those, term) => {
      holding[term] = (holding[term] ?? 0) + those;
    });
  }
  const best = rankTexts(texts, looked).map(({ path }) => path);
  const { files } = await cutFiles(scan, best, query.limit);
  return { files, chunks, holding, isWhole: looked === paths.length && !scan.isOver() };
}

/** How letters with accents begin in UTF-8, those above the line, in circles, in ligatures, of full width and of mathematics. */
const MAY_BE_FOLDED =
  /[\xc3-\xcd\xe1]|\xc2[\xaa\xb2\xb3\xb9\xba]|\xe2[\x81\x82\x84\x85\x91-\x93]|\xef[\xac\xbc\xbd]|\xf0\x9d/;

/**
 * @param isForeign true where words are looked for that hold other characters than ASCII.
 * @returns the text as words are looked for in it; as long as nothing needs more, each byte stands for itself. Empty for
 *   what is no text, or gone.
 */
function readText(scan: Scan, path: string, isForeign: boolean): string {
  const bytes = readBytes(scan, path);
  const raw = bytes.toString("latin1");
  const isPlain = !isForeign && !MAY_BE_FOLDED.test(raw) && isUtf8(bytes) && !holdsNul(bytes);
  return isPlain ? raw : foldAccents(decoded(bytes));
}

/** @returns the text as it is spelled; empty for what is no text, or gone. */
function readExactText(scan: Scan, path: string): string {
  const bytes = readBytes(scan, path);
  return isAscii(bytes) && !holdsNul(bytes) ? bytes.toString("latin1") : decoded(bytes);
}

/** @returns none for what cannot be read. */
function readBytes({ folder, maxFileKiB }: Scan, path: string): Buffer {
  const read = readFileSafely(folder, path, maxFileKiB * 1024);
  return read.state === "read"
    ? Buffer.from(read.bytes.buffer, read.bytes.byteOffset, read.bytes.byteLength)
    : Buffer.alloc(0);
}

const holdsNul = (bytes: Buffer): boolean => bytes.subarray(0, NUL_FREE_BYTES).includes(0);

function decoded(bytes: Buffer): string {
  const result = decodeText(bytes);
  return "text" in result ? result.text : "";
}

/** @returns those of the names that stand in one of the files. */
export function findNames(scan: Scan, names: readonly string[], paths: readonly string[]): string[] {
  const nameScan = createNameScan(names);
  for (const path of paths) {
    if (scan.isOver() || nameScan.isDone()) {
      break;
    }
    nameScan.look(readExactText(scan, path), (text) => skipByContent(path, text) === undefined);
  }
  return nameScan.found();
}

/** @param limit files after which, as after many bytes, no more are cut. */
export async function cutFiles(scan: Scan, paths: readonly string[], limit = paths.length): Promise<CutFiles> {
  const files: IndexableFile[] = [];
  const unfit: string[] = [];
  let tried = 0;
  let bytes = 0;
  for (const path of paths) {
    if (files.length >= limit || bytes > MAX_CUT_BYTES || scan.isOver()) {
      break;
    }
    tried += 1;
    const file = await cutFile(scan, path);
    if (file === "unfit") {
      unfit.push(path);
    } else if (file !== undefined) {
      files.push(file);
      bytes += file.sizeBytes;
    }
  }
  return { files, unfit, tried };
}

/** @returns undefined for what cannot be read now. */
async function cutFile(
  { folder, maxFileKiB, onProblem }: Scan,
  path: string,
): Promise<IndexableFile | "unfit" | undefined> {
  try {
    const read = readFileSafely(folder, path, maxFileKiB * 1024);
    if (read.state !== "read") {
      return undefined;
    }
    const contentHash = hash("sha256", read.bytes);
    const file = await prepareFile({ path, ...stampOf(read), bytes: read.bytes, contentHash }, noParse);
    return file.state === "indexed" ? file : "unfit";
  } catch (error) {
    onProblem(`${path} cannot be cut: ${String(error)}`);
    return "unfit";
  }
}
