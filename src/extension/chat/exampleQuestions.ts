/**
 * Example questions for the empty panel, made from the workspace itself.
 *
 * A question about a name that the person knows says more about what can be asked than any fixed sentence.
 */

import type { SearchResult } from "../../domain/answer";

export interface ExampleSubjects {
  /** What the project calls itself. */
  readonly title: string | undefined;
  /** A function, method or class. */
  readonly symbol: string | undefined;
  /** The path of a test. */
  readonly test: string | undefined;
}

/** What a search is made for, to find a symbol worth asking about. */
export const SUBJECT_QUERY = "main create start handle run test";

const ASKABLE_KINDS: ReadonlySet<string> = new Set(["function", "method", "class"]);
const LONGEST_TITLE = 40;

/** @param readme the text of the folder's README, as far as there is one. */
export function exampleSubjects(readme: string | undefined, results: readonly SearchResult[]): ExampleSubjects {
  const symbol = results.find(({ kind, symbol, path }) => symbol && ASKABLE_KINDS.has(kind) && !isTest(path))?.symbol;
  return { title: readmeTitle(readme), symbol, test: results.find(({ path }) => isTest(path))?.path };
}

/** The first heading, without Markdown; undefined where it is no name. */
function readmeTitle(readme: string | undefined): string | undefined {
  const heading = readme?.match(/^#\s+(.+)$/m)?.[1];
  const title = heading
    ?.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]*>|[`*_#]/g, "")
    .trim();
  return title && title.length <= LONGEST_TITLE ? title : undefined;
}

function isTest(path: string): boolean {
  return /(^|[/._-])(tests?|specs?|__tests__)([/._-]|$)/i.test(path);
}
