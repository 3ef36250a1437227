/**
 * What a path alone says about how likely a file answers a question.
 *
 * A test repeats every word of what it tests, so it would drown it; the same goes for vendored copies, examples and
 * change logs. Such files rank lower, unless the question asks about them.
 */

import type { Topic } from "../query/question";
import { type PathKind, PENALTIES } from "./weights";

const TEST_DIRECTORY =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|specs?|testing|testdata|e2e|fixtures?|integration_tests?)\//i;

/** `foo_test.go`, `test_foo.py`, `FooTests.java`, `foo.spec.ts`, `conftest.py`; not `test.ts` alone. */
const TEST_FILE =
  /(?:^|\/)(?:tests?[_.-][^/]*|[^/]*[_.-](?:tests?|spec|specs)\.[^/.]+|[^/]*[a-z0-9](?:Tests?|Specs?|Suite)\.[^/.]+|conftest\.py)$/;

interface Rule {
  readonly kind: PathKind;
  readonly patterns: readonly RegExp[];
  /** The rule does not hold for a question about this. */
  readonly unless: Topic | undefined;
}

const RULES: readonly Rule[] = [
  { kind: "tests", patterns: [TEST_DIRECTORY, TEST_FILE], unless: "tests" },
  {
    kind: "vendored",
    patterns: [
      /(?:^|\/)(?:vendor|vendored|_vendor|third[_-]?party|thirdparty|node_modules|external|single_include|dist|out)\//i,
    ],
    unless: "vendored",
  },
  { kind: "examples", patterns: [/(?:^|\/)_?(?:examples?|samples?|demos?|docs?_src)\//i], unless: "examples" },
  {
    kind: "documents",
    patterns: [
      /\.(?:md|mdx|markdown|rst|adoc|txt|html?|livemd|cheatmd)$/i,
      /(?:^|\/)(?:docs?|documentation|website|man)\//i,
      /(?:^|\/)(?:changelog|changes|history|news|releases?)(?:\.[^/]*)?$/i,
    ],
    unless: "docs",
  },
  {
    kind: "configuration",
    patterns: [
      /\.(?:json|ya?ml|toml|ini|cfg|lock|xml|gradle|properties|conf|csv|svg|snap|sbt|cabal|gemspec|nix|mod|sum)$/i,
      /(?:^|\/)\.[^/]+$|(?:^|\/)\.(?:github|vscode|idea|circleci)\//,
      /(?:^|\/)(?:makefile|dockerfile|cmakelists\.txt|earthfile)$|\.config\.[cm]?[jt]s$/i,
    ],
    unless: "configuration",
  },
  {
    kind: "tools",
    patterns: [/(?:^|\/)(?:bench|benchmarks?|benches|perf|scripts?|tools?|ci|build|support)\//i],
    unless: undefined,
  },
  { kind: "declarations", patterns: [/\.d\.[cm]?ts$/i], unless: undefined },
  { kind: "reExports", patterns: [/(?:^|\/)(?:__init__\.py|package-info\.java)$/], unless: undefined },
  { kind: "superseded", patterns: [/(?:^|\/)_?(?:compat|legacy|deprecated|v1)\//i], unless: undefined },
];

/** What a path is of, where that makes an answer less likely and the question does not ask about it. */
export function pathKinds(path: string, topics: ReadonlySet<Topic>): PathKind[] {
  return rulesOf(path)
    .filter(({ unless }) => unless === undefined || !topics.has(unless))
    .map(({ kind }) => kind);
}

/** Of paths met before: a search asks for those of a thousand chunks, which are of few files. */
const knownRules = new Map<string, readonly Rule[]>();
const MAX_KNOWN_RULES = 5_000;

function rulesOf(path: string): readonly Rule[] {
  const known = knownRules.get(path);
  if (known !== undefined) {
    return known;
  }
  const rules = RULES.filter(({ patterns }) => patterns.some((pattern) => pattern.test(path)));
  if (knownRules.size >= MAX_KNOWN_RULES) {
    knownRules.clear();
  }
  knownRules.set(path, rules.length === 0 ? NO_RULES : rules);
  return rules;
}

const NO_RULES: readonly Rule[] = [];

/** @returns a factor from 0 up. */
export function pathPenalty(path: string, topics: ReadonlySet<Topic>): number {
  return penaltyOf(pathKinds(path, topics));
}

export function penaltyOf(kinds: readonly PathKind[]): number {
  return kinds.reduce((product, kind) => product * PENALTIES[kind], 1);
}

/** True for a path of none of these kinds. */
export function isPlainPath(path: string): boolean {
  return !RULES.some(({ patterns }) => patterns.some((pattern) => pattern.test(path)));
}

/** True for a test by its path. */
export function isTestPath(path: string): boolean {
  return TEST_DIRECTORY.test(path) || TEST_FILE.test(path);
}
