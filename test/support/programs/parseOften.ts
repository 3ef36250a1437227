/**
 * Program of treeSitterGrammars.test.ts: parses a text over and over, so that V8 has every reason to optimise what parses it.
 *
 * Arguments: folder of grammars, language, file.
 */

import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { createTreeSitterParser } from "../../../src/adapters/parsing/treeSitterParser";

const CHARACTERS = 4_000_000;

/** V8 compiles in threads of its own. */
const COMPILING_MS = 1_000;

const [grammarDir = "", language = "", file = ""] = process.argv.slice(2);
const parse = createTreeSitterParser(grammarDir, (problem) => {
  throw new Error(problem);
});
const text = readFileSync(file, "utf8");
for (let parsed = 0; parsed < CHARACTERS; parsed += text.length) {
  await parse(text, language);
}
await wait(COMPILING_MS);
