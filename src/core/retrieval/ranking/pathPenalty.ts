/**
 * What a path alone says about how likely a file answers a question.
 *
 * A test repeats every word of what it tests, so it would drown it; the same goes for vendored copies, examples and
 * change logs. Such files rank lower, unless the question asks about them.
 */

import type { Topic } from "../query/question";
import { PENALTIES } from "./weights";

const TEST_DIRECTORY = /(?:^|\/)(?:tests?|__tests__|__mocks__|specs?|testing|testdata|e2e|fixtures?)\//i;

/** `foo_test.go`, `test_foo.py`, `FooTests.java`, `foo.spec.ts`, `conftest.py`; not `test.ts` alone. */
const TEST_FILE =
  /(?:^|\/)(?:tests?[_.-][^/]*|[^/]*[_.-](?:tests?|spec|specs)\.[^/.]+|[^/]*[a-z0-9](?:Tests?|Specs?|Suite)\.[^/.]+|conftest\.py)$/;

const VENDORED_DIRECTORY =
  /(?:^|\/)(?:vendor|vendored|_vendor|third[_-]?party|thirdparty|node_modules|external|single_include|dist|out)\//i;
const COMPAT_DIRECTORY = /(?:^|\/)_?(?:compat|legacy|deprecated)\//i;
const EXAMPLE_DIRECTORY = /(?:^|\/)_?(?:examples?|samples?|demos?|docs?_src)\//i;
const CHANGE_LOG = /(?:^|\/)(?:changelog|changes|history|news|releases?)(?:\.[^/]*)?$/i;
const DOCUMENT = /\.(?:md|mdx|markdown|rst|adoc|txt)$/i;
const DOCUMENT_DIRECTORY = /(?:^|\/)(?:docs?|documentation|website)\//i;
const DECLARATIONS = /\.d\.[cm]?ts$/i;
const RE_EXPORTS = /(?:^|\/)(?:__init__\.py|package-info\.java)$/;

interface Rule {
  readonly pattern: RegExp;
  readonly factor: number;
  /** The rule does not hold for a question about this. */
  readonly unless: Topic | undefined;
}

const RULES: readonly Rule[] = [
  { pattern: TEST_DIRECTORY, factor: PENALTIES.tests, unless: "tests" },
  { pattern: TEST_FILE, factor: PENALTIES.tests, unless: "tests" },
  { pattern: VENDORED_DIRECTORY, factor: PENALTIES.vendored, unless: "vendored" },
  { pattern: COMPAT_DIRECTORY, factor: PENALTIES.compat, unless: undefined },
  { pattern: EXAMPLE_DIRECTORY, factor: PENALTIES.examples, unless: "examples" },
  { pattern: CHANGE_LOG, factor: PENALTIES.changeLogs, unless: "docs" },
  { pattern: DOCUMENT, factor: PENALTIES.documents, unless: "docs" },
  { pattern: DOCUMENT_DIRECTORY, factor: PENALTIES.documents, unless: "docs" },
  { pattern: DECLARATIONS, factor: PENALTIES.declarations, unless: undefined },
  { pattern: RE_EXPORTS, factor: PENALTIES.reExports, unless: undefined },
];

/** @returns a factor from 0 to 1; rules of one factor's kind count once. */
export function pathPenalty(path: string, topics: ReadonlySet<Topic>): number {
  const factors = new Map<Topic | number, number>();
  RULES.forEach(({ pattern, factor, unless }, index) => {
    if (!(unless !== undefined && topics.has(unless)) && pattern.test(path)) {
      const kind = unless ?? index;
      factors.set(kind, Math.min(factor, factors.get(kind) ?? 1));
    }
  });
  return [...factors.values()].reduce((product, factor) => product * factor, 1);
}

/** True for a test by its path. */
export function isTestPath(path: string): boolean {
  return TEST_DIRECTORY.test(path) || TEST_FILE.test(path);
}
