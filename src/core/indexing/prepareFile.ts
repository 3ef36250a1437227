/**
 * From the bytes of one file to what the index stores of it. Every outcome is a value: a file that is no text, or that
 * nobody wants to search, is skipped with its reason, and one that cannot be parsed is cut by its lines.
 */

import type { SkipReason } from "../../domain/skipReason";
import { type FileStamp, stampOf } from "../fileStamp";
import type { HashText, IndexableChunk, IndexableFile, PreparedFile } from "../ports";
import { chunkTerms } from "../retrieval/query/terms";
import { chunkFile } from "./chunking/chunkFile";
import { languageOf } from "./chunking/languageOf";
import type { OutlineNode } from "./chunking/outline";
import { decodeText } from "./selecting/decodeText";
import { skipByContent, skipByName } from "./selecting/skipRules";

/** The file as it was read. */
export interface ReadFile extends FileStamp {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`, in hexadecimal. */
  readonly contentHash: string;
}

/** @returns undefined if there is no parser for the language, or it gave up on this text. */
export type ParseOutline = (text: string, language: string) => Promise<readonly OutlineNode[] | undefined>;

/** For a file that is cut by keywords and lines. */
export const noParse: ParseOutline = () => Promise.resolve(undefined);

/** @param withTerms false leaves the terms of chunks to the caller. */
export async function prepareFile(file: ReadFile, parse: ParseOutline, withTerms = true): Promise<PreparedFile> {
  const { path, contentHash } = file;
  const base = { path, contentHash, ...stampOf(file) };
  const content = readContent(file);
  if ("reason" in content) {
    return { ...base, state: "skipped", reason: content.reason };
  }
  const { text } = content;
  const language = languageOf(path, text);
  const { lines, chunks, definitions } = chunkFile(path, text, language, await parse(text, language));
  const prepared = chunks.map((chunk) => ({ ...chunk, terms: withTerms ? chunkTerms(chunk) : undefined }));
  return { ...base, state: "indexed", language, lines, chunks: prepared, definitions };
}

function readContent({ path, bytes }: ReadFile): { readonly text: string } | { readonly reason: SkipReason } {
  const byName = skipByName(path);
  if (byName !== undefined) {
    return { reason: byName };
  }
  const decoded = decodeText(bytes);
  if ("problem" in decoded) {
    return { reason: decoded.problem };
  }
  const byContent = skipByContent(path, decoded.text);
  return byContent === undefined ? { text: decoded.text } : { reason: byContent };
}

/** The chunks of a file with all that the index holds of them. */
export function indexableChunks({ chunks }: IndexableFile, hashText: HashText): IndexableChunk[] {
  return chunks.map((chunk) => ({
    ...chunk,
    terms: chunk.terms ?? chunkTerms(chunk),
    textHash: hashText(chunk.text),
  }));
}
