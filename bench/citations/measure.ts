/** Runs the checks of citations over synthetic answers, and counts what they marked. */

import { checkCitations } from "../../src/core/answering/checks/citations";
import { type IndexLookUp, lookUpInIndex } from "../../src/core/answering/checks/lookUp";
import { createRandom, FAULTS, type Fault, type RepositoryFile, type SyntheticAnswer, synthesise } from "./synthesis";

export interface Missed {
  readonly kind: Fault | "correct";
  /** The fault that was not marked, or what was marked in a correct answer. */
  readonly text: string;
  readonly answer: string;
}

export interface CitationFigures {
  readonly faults: Readonly<Record<Fault, { readonly made: number; readonly marked: number }>>;
  readonly correct: { readonly made: number; readonly marked: number };
  readonly missed: readonly Missed[];
}

/** @param repositories one list of files each; answers are made from one repository each, in turn. */
export async function measureCitations(
  repositories: readonly (readonly RepositoryFile[])[],
  perFault: number,
  correct: number,
  seed: number,
): Promise<CitationFigures> {
  const random = createRandom(seed);
  const missed: Missed[] = [];
  const repositoryOf = (count: number) => repositories[count % repositories.length] ?? [];
  const faults = {} as Record<Fault, { made: number; marked: number }>;
  for (const kind of FAULTS) {
    const counts = { made: perFault, marked: 0 };
    for (let count = 0; count < perFault; count += 1) {
      const files = repositoryOf(count);
      const answer = synthesise(files, kind, random);
      const marked = await markedIn(answer, files);
      const wrong = answer.fault?.text ?? "";
      if (marked.some((text) => text.includes(wrong.trim()))) {
        counts.marked += 1;
      } else {
        missed.push({ kind, text: wrong, answer: answer.text });
      }
    }
    faults[kind] = counts;
  }
  let markedCorrect = 0;
  for (let count = 0; count < correct; count += 1) {
    const files = repositoryOf(count);
    const answer = synthesise(files, undefined, random);
    const marked = await markedIn(answer, files);
    markedCorrect += marked.length > 0 ? 1 : 0;
    missed.push(...marked.map((text): Missed => ({ kind: "correct", text, answer: answer.text })));
  }
  return { faults, correct: { made: correct, marked: markedCorrect }, missed };
}

async function markedIn({ text, sources }: SyntheticAnswer, files: readonly RepositoryFile[]): Promise<string[]> {
  const { checks } = checkCitations(text, sources, []);
  const looked = await lookUpInIndex(checks, indexOf(files));
  return looked.filter(({ found }) => found === "nowhere").map((check) => check.text);
}

const wordsByFiles = new WeakMap<readonly RepositoryFile[], ReadonlySet<string>>();

/** What an index of these files knows. */
function indexOf(files: readonly RepositoryFile[]): IndexLookUp {
  const words =
    wordsByFiles.get(files) ??
    new Set(files.flatMap(({ lines }) => lines.flatMap((line) => line.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [])));
  wordsByFiles.set(files, words);
  return {
    knownNames: async (names) => new Set(names.filter((name) => words.has(name))),
    hasPath: async (path, endLine) =>
      files.some(
        (file) => (file.path === path || file.path.endsWith(`/${path}`)) && (endLine ?? 0) <= file.lines.length,
      ),
  };
}
