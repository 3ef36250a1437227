/**
 * What an answer may stand on: the selection first, what belongs to it next, then what the search finds, all as the
 * files are now.
 */

import type { SearchResult } from "../../domain/answer";
import type { LineRange } from "../../domain/lines";
import { freshenAll } from "./freshen";
import { normalLines } from "./locate";
import type { Candidate } from "./prompt/packContext";
import type { PromptTurn } from "./prompt/prompt";

/** Text of an editor that differs from the file on disk. */
export interface EditorText {
  readonly folder: string;
  readonly path: string;
  readonly text: string;
}

/** What is being explained. */
export interface SelectedText extends LineRange {
  readonly folder: string;
  readonly path: string;
  readonly text: string;
  readonly language: string;
}

export type ReadText = (folder: string, path: string) => Promise<string | undefined>;

export interface GatherDeps {
  search(query: string, signal: AbortSignal): Promise<readonly SearchResult[]>;
  /** Definitions that the selection uses and code that uses it, best first. */
  related(selection: SelectedText, signal: AbortSignal): Promise<readonly Candidate[]>;
}

export interface GatherRequest {
  readonly question: string;
  /** Oldest first. */
  readonly history: readonly PromptTurn[];
  readonly selection: SelectedText | undefined;
}

/** Beside a selection and its relations, the search only rounds off. */
const MAX_FOUND_BESIDE_SELECTION = 6;

/** Of a long selection, what the search is asked with. */
const SELECTION_QUERY_LENGTH = 600;

export async function gatherSources(
  deps: GatherDeps,
  readText: ReadText,
  request: GatherRequest,
  signal: AbortSignal,
): Promise<Candidate[]> {
  const { selection } = request;
  const [related, found] = await Promise.all([
    selection === undefined ? [] : deps.related(selection, signal),
    deps.search(searchQuery(request), signal),
  ]);
  signal.throwIfAborted();
  const first = selection === undefined ? [] : [await selectionSource(selection, readText)];
  const others = [
    ...related,
    ...found.map(asFound).slice(0, selection === undefined ? undefined : MAX_FOUND_BESIDE_SELECTION),
  ];
  return withoutRepeats([...first, ...(await freshenAll(others, readText))]);
}

const asFound = (result: SearchResult): Candidate => ({ ...result, role: "found" });

/** Reads each file once; unsaved editor text wins over the file. */
export function readerOf(readText: ReadText, unsaved: readonly EditorText[]): ReadText {
  const key = (folder: string, path: string) => `${folder}\n${path}`;
  const known = new Map(
    unsaved.map(({ folder, path, text }) => [key(folder, path), Promise.resolve<string | undefined>(text)]),
  );
  return (folder, path) => {
    const text = known.get(key(folder, path)) ?? readText(folder, path);
    known.set(key(folder, path), text);
    return text;
  };
}

/** A question with fewer words than this leans on the one before it. */
const FOLLOW_UP_WORDS = 6;

function searchQuery({ question, history, selection }: GatherRequest): string {
  if (selection !== undefined) {
    return `${question}\n${selection.text.slice(0, SELECTION_QUERY_LENGTH)}`;
  }
  const last = history.at(-1);
  const words = question.match(/[\p{L}\p{N}_]+/gu) ?? [];
  return last !== undefined && words.length < FOLLOW_UP_WORDS ? `${question}\n${last.question}` : question;
}

/** Whole lines of the file where it can be read: a selection may begin or end within a line. */
async function selectionSource(selection: SelectedText, readText: ReadText): Promise<Candidate> {
  const { folder, path, startLine, endLine, language } = selection;
  const text = await readText(folder, path);
  const lines = text === undefined ? [] : normalLines(text).slice(startLine - 1, endLine);
  const isThere = lines.length === endLine - startLine + 1;
  const own = isThere ? lines : normalLines(selection.text);
  return {
    role: "selection",
    folder,
    path,
    language,
    kind: "lines",
    symbol: undefined,
    enclosing: [],
    score: Number.MAX_SAFE_INTEGER,
    text: own.join("\n"),
    startLine,
    endLine: startLine + own.length - 1,
  };
}

/** Drops what stands earlier already, or lies within the selection. */
function withoutRepeats(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    if (!kept.some((earlier) => repeats(candidate, earlier))) {
      kept.push(candidate);
    }
  }
  return kept;
}

function repeats(candidate: Candidate, earlier: Candidate): boolean {
  const isSameFile = candidate.folder === earlier.folder && candidate.path === earlier.path;
  return isSameFile && earlier.startLine <= candidate.startLine && candidate.endLine <= earlier.endLine;
}
