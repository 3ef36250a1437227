import fc from "fast-check";
import { expect, test } from "vitest";
import { checkCitations, type SourceCheck } from "../../../../src/core/answering/checks/citations";
import { source } from "../../../support/searchResults";

const SOURCES = [
  source(1, "src/store.ts:10", "export function save(path: string) {\n  writeFile(path, dump(STATE));\n}", {
    symbol: "save",
  }),
  source(2, "src/cli/main.ts:30", 'import { save } from "../store";\nawait save(args.path, { retries: 3 });'),
  source(3, "docs/README.md:1", "# Store\nSee `src/legacy/old.js` and the --no-cache flag.", { enclosing: ["Guide"] }),
  source(4, "src/unused.ts:1", "left out", { inPrompt: false }),
];

const failed = (checks: readonly SourceCheck[]): string =>
  checks
    .filter(({ isFound }) => !isFound)
    .map(({ kind, text }) => `${kind}:${text}`)
    .join(" ");

/** `1 3 | source-number:[9] lines:…`: what is cited, and what does not check out. */
function check(answer: string, question = "Where is the state saved?"): string {
  const { cited, checks } = checkCitations(answer, SOURCES, [question]);
  return `${cited.join(" ")} | ${failed(checks)}`;
}

test.each([
  ["It is saved here [1].", "1 |", "one"],
  ["Saved [1][2].", "1 2 |", "two in a row"],
  ["Saved [2, 1].", "2 1 |", "a list, in order of mention"],
  ["Saved [1-3].", "1 2 3 |", "a range"],
  ["Saved [1–2] and [1; 3].", "1 2 3 |", "a dash, a semicolon"],
  ["Saved [1] again [1].", "1 |", "twice is once"],
  ["Saved 【1】 and 【2†L3-L5】.", "1 2 |", "the brackets of other models"],
  ["Saved [^1] as [Source 2] says, [source 3].", "1 2 3 |", "footnotes and words"],
  ["Saved [1](src/store.ts) here.", "1 |", "as a link"],
  ["Saved in this[1], that`save`[2].", "1 2 |", "without a space"],
  ["Saved [9].", " | source-number:[9]", "no such source"],
  ["Saved [1, 9].", "1 | source-number:[1, 9]", "one of two"],
  ["Saved [4].", " | source-number:[4]", "found but not given to the model"],
  ["Saved [0].", " | source-number:[0]", "numbers start at 1"],
  ["Takes args[0] first [1].", "1 |", "an index of an array"],
  ["`args[9]` is read [1].", "1 |", "within code"],
  ["```ts\nconst x = [9];\nimport 'src/nowhere.ts';\n```\nSaved [1].", "1 |", "within a code block"],
  ["Saved [1].\n```\nnever closed [9]", "1 |", "a code block without an end"],
  ["- item\n  ```\n  [9]\n  ```\n[2]", "2 |", "a code block in a list"],
  ["~~~\n[9]\n```\n[9]\n~~~\n[1]", "1 |", "another fence within"],
  ["Nothing is cited.", " |", "none"],
  ["See [the docs] and [ ] and [x] and [1a].", " |", "other brackets"],
])("%j cites %s (%s)", (answer, expected) => {
  expect(check(answer).trim()).toBe(expected.trim());
});

test.each([
  ["It is in src/store.ts [1].", "1 |", "a source's path"],
  ["It is in `src/store.ts:10-12` [1].", "1 |", "with its lines"],
  ["It is in src/store.ts:11.", " |", "one line of it, at the end of a sentence"],
  ["It is in src/store.ts:11:5.", " |", "line and column"],
  ["It is in src/store.ts#L10-L12.", " |", "the way of forges"],
  ["It is in (store.ts:10) and ./src/store.ts:12.", " |", "shortened, or with a dot"],
  ["`store.ts` and `README.md` tell.", " |", "file names alone"],
  ["It is in src/store.ts:90-95.", " | lines:src/store.ts:90-95", "lines nobody showed"],
  ["It is in `src/store.ts:9-12`.", " | lines:src/store.ts:9-12", "one line too many"],
  ["It is in src/db/save.ts.", " | path:src/db/save.ts", "an invented file"],
  ["It is in `save.py`.", " | path:save.py", "an invented file in back-ticks"],
  ["It is in **lib/cache.js:1-8**.", " | path:lib/cache.js:1-8", "an invented file in bold"],
  ["It is in src/legacy/old.js.", " |", "a path that a source mentions"],
  ["It is in src/unused.ts.", " | path:src/unused.ts", "a source the model was not given"],
  ["See https://example.com/a/b.html and me@example.com.", " |", "addresses are no paths"],
  ["Use Node.js, e.g. version 3.5, and/or TCP/IP.", " |", "words with dots and strokes"],
])("%j: %s (%s)", (answer, expected) => {
  expect(check(answer).trim()).toBe(expected.trim());
});

test.each([
  ["`save` calls `writeFile` with `dump(STATE)`.", " |", "names of the sources"],
  ["`save()` and `args.path` and `save(path: string)`.", " |", "calls and members"],
  ["`await save(args.path)`, `{ retries: 3 }`", " |", "quoted code"],
  ["`--no-cache`, `Guide`, `src/cli`", " |", "flags, headings, folders"],
  ["`true`, `null`, `async`, `string`, `undefined`", " |", "words of the language"],
  ["`3`, `=>`, `x`", " |", "nothing to look up"],
  ["`saveAll` does it.", " | identifier:saveAll", "an invented function"],
  ["`Save` does it.", " | identifier:Save", "letter case counts"],
  ["`sav` does it.", " | identifier:sav", "a part of a name is no name"],
  ["`store.flush()` does it.", " | identifier:store.flush()", "an invented method"],
  ["`save(args, deepCopy(x))`", " | identifier:save(args, deepCopy(x))", "an invented call in longer code"],
  ["`Cache.evictOldest` twice: `Cache.evictOldest`", " | identifier:Cache.evictOldest", "each once"],
  ["`` `save` `` and ``writeFile``", " |", "longer runs of back-ticks"],
  ["one ` alone and `save`", " | ", "a back-tick without a partner"],
])("%j: %s (%s)", (answer, expected) => {
  expect(check(answer).trim()).toBe(expected.trim());
});

test.each([
  ["It runs `await save(args.path, { retries: 3 })` [2].", "2 |", "a line as it is"],
  [
    "It runs `await save(args.path, { retries: 4 })` [2].",
    "2 | quote:await save(args.path, { retries: 4 })",
    "one digit",
  ],
  ["It runs `await save(…, { retries: 3 });` [2].", "2 |", "something left out, punctuation added"],
  ["It says “See `x` and the --no-cache flag” [3].", "3 |", "no quotation: it holds code of its own"],
  ['It says "and the --no-cache flag" [3].', "3 |", "prose as it is"],
  ['It says "and the --no-cache flags" [3].', "3 | quote:and the --no-cache flags", "a letter added"],
  ['It says "never use this flag in production" [3].', "3 | quote:never use this flag in production", "words invented"],
  ['A so-called "state of the art" thing [3].', "3 |", "a way to speak"],
  ["[1]:\n```ts\nexport function save(path: string) {\n  writeFile(path, dump(STATE));\n}\n```", "1 |", "a block"],
  [
    "[1]:\n```ts\nexport function save(path: string) {\n  writeFile(path, dump(STAGE));\n}\n```",
    "1 | quote:writeFile(path, dump(STAGE));",
    "a block with one letter changed",
  ],
  ["Try:\n```ts\nconst result = await retryForever(() => save(path));\n```", " |", "a proposal"],
])("%j: %s (%s)", (answer, expected) => {
  expect(check(answer).trim()).toBe(expected.trim());
});

test.each([
  ["`save` is defined in src/store.ts:10.", " |", "where it is"],
  ["`save` is defined in src/store.ts:12.", " | lines:src/store.ts:12", "where it is not"],
  ["`writeFile` is called at `src/store.ts:11`.", " |", "within"],
  ["`save` writes at src/store.ts:12.", " |", "lines within what is named"],
  ["`retries` is set at src/cli/main.ts:31. `save` comes from src/cli/main.ts:30.", " |", "each in its sentence"],
  ["It is in src/store.ts:12.", " |", "nothing is named"],
])("%j: %s (%s)", (answer, expected) => {
  expect(check(answer).trim()).toBe(expected.trim());
});

test.each([
  ["Run `go run cmd/serve/main.go`.", " | path:cmd/serve/main.go", "an invented file"],
  ["Run `node --test ./lib/cache.test.js:7 --watch`.", " | path:./lib/cache.test.js:7", "among flags, with a line"],
  ["Run `cp src/store.ts lib/store.ts`.", " | path:lib/store.ts", "one of two"],
  ["Run `node src/cli/main.ts && cat ./docs/README.md`.", " |", "files of the sources"],
  ["Run `node src/legacy/old.js`.", " |", "a path that a source mentions"],
  ["Run `curl https://example.com/a/b.json` or `go get example.com/a/b.go`.", " |", "addresses and hosts"],
  ["Run `prettier --config=a/b.json src/**/*.ts lib/{a,b}.js`.", " |", "flags and patterns"],
  ["Run `cat /etc/hosts/x.conf ~/x/y.toml $HOME/x/y.sh ../x/y.md`.", " |", "outside of the folder"],
  ["Write `import x from 'x/y.js'` or `#include <sys/types.h>`.", " |", "code"],
  ["Run `node dist/cli.js > logs/run.txt` or `pytest path/to/test.py`.", " |", "built, written or made up on purpose"],
  ["Run `git checkout feature/one` and `git log x/y`.", " |", "no file's ending"],
])("of the words of a command, %j: %s (%s)", (answer, expected) => {
  expect(check(answer).trim()).toBe(expected.trim());
});

test("what the person said may be said again", () => {
  expect(check("`flushAll` in src/odd/place.rs is not in the sources.", "What is flushAll in src/odd/place.rs?")).toBe(
    " | ",
  );
});

test("an answer that quotes its sources rightly has nothing unverified", () => {
  const piece = fc.constantFrom(
    "[1]",
    "[2][3]",
    "`save`",
    "`writeFile(path, dump(STATE))`",
    "src/store.ts:10-12",
    "`src/cli/main.ts:31`",
    "which saves the state",
    "and **then**",
    "`retries`",
    "\n\n- ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      expect(failed(checkCitations(pieces.join(" "), SOURCES, []).checks)).toBe("");
    }),
  );
});

test.each([
  ["back-ticks", "`".repeat(3) + " `".repeat(50_000)],
  ["brackets", "[1 ".repeat(50_000)],
  ["numbers", `[${"1, ".repeat(50_000)}`],
  ["dots", "a.".repeat(50_000)],
  ["strokes", "a/".repeat(50_000)],
  ["spaces", `[1${" ".repeat(100_000)}]`],
])("reads an endless run of %s in no time", (_, answer) => {
  expect(checkCitations(answer, SOURCES, []).cited).toBeDefined();
});
