/**
 * What to ask first about a folder nobody has asked about: names and paths of its own, for the surfaces to put into
 * questions in the user's language.
 *
 * Each subject is something that search finds at once, so the first question of a new user has an answer.
 */

import { type Definition, decodeDefinitions } from "../definitions";
import type { FileRecord } from "../ports";
import { pathWords, wordTerms } from "./query/terms";
import { isPlainPath, isTestPath } from "./ranking/pathPenalty";
import { comparePaths } from "./ranking/rankFiles";

export interface ExampleSubjects {
  /** The path of the README at the top of the folder. */
  readonly readme: string | undefined;
  /** A type or top-level function that is defined once, in one of the largest files. */
  readonly symbol: string | undefined;
  /** The directory that holds most of the code, below the top. */
  readonly directory: string | undefined;
  /** The largest test whose name says what it tests. */
  readonly test: string | undefined;
}

/** Largest files in which a symbol is looked for. */
const SYMBOL_FILES = 20;

export function exampleSubjects(records: Iterable<FileRecord>): ExampleSubjects {
  const files = [...records].filter(({ state }) => state === "indexed").sort(largestFirst);
  const code = files.filter(({ path, definitions }) => definitions !== "" && isPlainPath(path));
  const stems = new Set(code.map(({ path }) => stemOf(path)));
  return {
    readme: files.find(({ path }) => /^readme(\.[^/]*)?$/i.test(path))?.path,
    symbol: symbolOf(code, files),
    directory: directoryOf(code),
    test: files.find(({ path }) => isTestPath(path) && stems.has(testedStem(path)))?.path,
  };
}

function largestFirst(a: FileRecord, b: FileRecord): number {
  return b.chunks - a.chunks || comparePaths(a.path, b.path);
}

function stemOf(path: string): string {
  return wordTerms(pathWords(path).stem).join("");
}

/** What a test's file name says beside that it is a test: `parser` of `test_parser.py`. */
function testedStem(path: string): string {
  return wordTerms(pathWords(path).stem)
    .filter((word) => !/^(?:tests?|specs?|suite)$/.test(word))
    .join("");
}

/** A name like its file's is what the file is about; else any type, else any function. */
function symbolOf(code: readonly FileRecord[], files: readonly FileRecord[]): string | undefined {
  const uses = new Map<string, number>();
  for (const { name } of files.flatMap(({ definitions }) => decodeDefinitions(definitions))) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  const candidates = code
    .slice(0, SYMBOL_FILES)
    .flatMap(({ path, definitions }) =>
      decodeDefinitions(definitions)
        .filter(isAskable)
        .map((definition) => ({ path, definition })),
    )
    .filter(({ definition }) => uses.get(definition.name) === 1);
  const eponymous = candidates.find(({ path, definition }) => wordTerms(definition.name).join("") === stemOf(path));
  const found = eponymous ?? candidates.find(({ definition }) => definition.isType) ?? candidates[0];
  return found?.definition.name;
}

function isAskable({ name, isTopLevel, isType }: Definition): boolean {
  return (isTopLevel || isType) && /^[\p{L}_$][\p{L}\p{N}_$]{3,40}$/u.test(name);
}

function directoryOf(code: readonly FileRecord[]): string | undefined {
  const chunks = new Map<string, number>();
  for (const file of code) {
    const directory = pathWords(file.path).directories.join("/");
    chunks.set(directory, (chunks.get(directory) ?? 0) + file.chunks);
  }
  chunks.delete("");
  const [largest] = [...chunks].sort(([a, countA], [b, countB]) => countB - countA || comparePaths(a, b));
  return largest?.[0];
}
