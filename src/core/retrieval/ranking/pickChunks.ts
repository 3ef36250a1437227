/**
 * Which chunks of the ranked files are shown, and in which order.
 *
 * The best chunk of a file stands for it at the file's own score; each further one is worth a quarter of that, so a file
 * shows several of its chunks only where it stands out from the others.
 */

import type { Explanation } from "../../../domain/answer";
import type { Chunk } from "../../../domain/chunk";
import type { LineRange } from "../../../domain/lines";
import type { ChunkHit } from "../../ports";
import type { NameMention, Question } from "../query/question";
import { foldName } from "../query/splitIdentifier";
import { searchTerms, wordTerms } from "../query/terms";
import { holdsPhrase } from "./holdsPhrase";
import { hasWord, namesDefinedIn } from "./nameInText";
import { comparePaths, type FileCandidate, type RankedFile } from "./rankFiles";
import { CHUNKS } from "./weights";

/** A chunk that a search returns. */
export interface RankedChunk extends Chunk {
  readonly fileId: number;
  /** Position of the chunk in its file, from 0. */
  readonly ordinal: number;
  /** Higher is better; comparable within one search only. */
  readonly score: number;
  /** Other places in the file that fit nearly as well. */
  readonly alsoAt: readonly LineRange[];
  /** How the file's score came about; undefined where files were not ranked. */
  readonly explanation: Explanation | undefined;
}

/** Chunks of one file beyond which more are not shown. */
const MAX_CHUNKS_PER_FILE = 10;

/** @returns the chunks of one ranked file, best first, scored so that chunks of all files compare. */
export function pickChunks(
  question: Question,
  file: RankedFile<FileCandidate>,
  chunks: readonly ChunkHit[],
): RankedChunk[] {
  const mentions = question.wholeName === undefined ? question.names : [...question.names, question.wholeName];
  const named = question.paths.filter(({ path }) => baseName(path) === baseName(file.candidate.path));
  const lines = named.flatMap(({ line }) => line ?? []);
  const largest = Math.max(...chunks.map(({ score }) => score), Number.MIN_VALUE);
  const { similar } = file.candidate;
  const mostSimilar = Math.max(...similar.values(), Number.MIN_VALUE);
  const meaningOf = ({ ordinal }: ChunkHit) => (CHUNKS.meaning * (similar.get(ordinal) ?? 0)) / mostSimilar;
  const byWords = chunks
    .map((chunk) => ({ chunk, value: chunkValue(chunk, chunk.score / largest, question, mentions, lines) }))
    .sort((a, b) => b.value - a.value || a.chunk.ordinal - b.chunk.ordinal)
    .slice(0, MAX_CHUNKS_PER_FILE);
  const top = byWords[0]?.value || 1;
  const inOrder = byWords.toSorted((a, b) => b.value + meaningOf(b.chunk) - (a.value + meaningOf(a.chunk)));
  const good = inOrder
    .filter(({ value }, rank) => rank === 0 || value >= top * CHUNKS.goodPlace)
    .map(({ chunk }) => chunk);
  // Meaning says which chunks stand for the file, and not how many do; for a file that it found, the first one does.
  const isFoundByMeaning = similar.size > 0;
  const shareAt = (rank: number) => (rank === 0 && isFoundByMeaning ? 1 : (byWords[rank]?.value ?? 0) / top);
  const explanation = file.explain();
  return inOrder.map(({ chunk }, rank) => ({
    ...chunk,
    score: file.score * shareAt(rank) * CHUNKS.repeatDecay ** rank,
    alsoAt: rank > 0 ? [] : good.slice(1).map(({ startLine, endLine }) => ({ startLine, endLine })),
    explanation,
  }));
}

function chunkValue(
  chunk: ChunkHit,
  relevance: number,
  question: Question,
  mentions: readonly NameMention[],
  lines: readonly number[],
): number {
  const found = chunk.score > 0 ? relevance : termShare(chunk, question.terms);
  const holdsLine = lines.some((line) => chunk.startLine <= line && line <= chunk.endLine);
  return (
    found +
    Math.max(0, ...mentions.map((mention) => nameValue(chunk, mention))) +
    CHUNKS.coversSymbol * coveredSymbol(chunk, question.words) +
    (holdsLine ? CHUNKS.holdsLine : 0) +
    (question.phrases.some((phrase) => holdsPhrase(chunk.text, phrase)) ? CHUNKS.holdsPhrase : 0)
  );
}

/** For a chunk that the full-text query did not return: the share of the question's terms that it holds. */
function termShare(chunk: Chunk, terms: readonly string[]): number {
  const own = new Set(searchTerms(chunk.text));
  return terms.filter((term) => own.has(term)).length / Math.max(1, terms.length);
}

/** What the chunk has to say of a mentioned name: it is its definition, defines it among others, or holds it. */
function nameValue(chunk: Chunk, mention: NameMention): number {
  const match = definitionMatch(chunk, mention);
  if (match > 0) {
    return CHUNKS.definesName * match;
  }
  if (!hasWord(chunk.text, mention.name)) {
    return 0;
  }
  return namesDefinedIn(chunk.text).includes(mention.name) ? CHUNKS.definesAmongOthers : CHUNKS.holdsName;
}

/** How well the chunk defines the mentioned name, from 0 to 1. */
function definitionMatch(chunk: Chunk, { name, qualifier, isCodeLike }: NameMention): number {
  const { symbol } = chunk;
  if (symbol === undefined || (symbol !== name && !(isCodeLike && foldName(symbol) === foldName(name)))) {
    return 0;
  }
  const spelling = symbol === name ? 0 : 0.2;
  const place = qualifier === undefined || chunk.enclosing.includes(qualifier) ? 0 : 0.2;
  return 1 - spelling - place;
}

function coveredSymbol({ symbol }: Chunk, terms: readonly string[]): number {
  const words = symbol === undefined ? [] : wordTerms(symbol);
  return words.filter((word) => terms.includes(word)).length / Math.max(1, words.length);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Best first; ties by path and place, the same on every machine. */
export function compareChunks(a: RankedChunk, b: RankedChunk): number {
  return b.score - a.score || comparePaths(a.path, b.path) || a.ordinal - b.ordinal;
}
