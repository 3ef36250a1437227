/**
 * Keeps V8 from optimising the lexers of some grammars.
 *
 * A lexer is one function, V8 optimises what runs often, and for that takes memory by the square of a function's size: 600 MB
 * for Kotlin's and 700 MB for that of bash, for a third of a second, which is more than all else a first index needs. As they
 * are compiled at first they are as fast. Other lexers take 110 MB at most, but for C++ with 260, and this one gains by it.
 *
 * V8 counts the calls of what it compiled while it may optimise, and of nothing else. So the lexer runs for the first time
 * while it may not, and what it runs in has run before.
 */

import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { Language, type Parser } from "web-tree-sitter";

const LARGE_LEXERS: ReadonlySet<string> = new Set(["tree-sitter-bash.wasm", "tree-sitter-kotlin.wasm"]);

/** The smallest grammar, whose lexer is nothing to speak of. */
const SMALL_GRAMMAR = "tree-sitter-json.wasm";

const MAY_OPTIMISE = ["--wasm-tier-up", "--wasm-dynamic-tiering"];
const MAY_NOT_OPTIMISE = ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering"];

/** @param grammar file in the folder of grammars. @throws what web-tree-sitter throws where it cannot be loaded. */
export async function loadGrammar(parser: Parser, grammarDir: string, grammar: string): Promise<Language> {
  const language = await Language.load(join(grammarDir, grammar));
  if (LARGE_LEXERS.has(grammar)) {
    parseOnce(parser, await Language.load(join(grammarDir, SMALL_GRAMMAR)));
    MAY_NOT_OPTIMISE.forEach(setFlagsFromString);
    try {
      parseOnce(parser, language);
    } finally {
      MAY_OPTIMISE.forEach(setFlagsFromString);
    }
  }
  return language;
}

function parseOnce(parser: Parser, language: Language): void {
  parser.setLanguage(language);
  parser.parse("1\n")?.delete();
}
