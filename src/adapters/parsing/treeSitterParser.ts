/**
 * The parser: tree-sitter's grammars as WebAssembly, loaded when first needed.
 *
 * Files are hostile. A parse has a time limit, what would cost far more memory than it has text (very long lines) is not
 * parsed at all, and every tree is deleted, since the garbage collector does not see into WebAssembly. Whatever fails
 * here costs the file its structure and never its lines.
 */

import { join } from "node:path";
import { type Language, type Node, Parser, type Range } from "web-tree-sitter";
import type { OutlineNode } from "../../core/indexing/chunking/outline";
import type { ParseOutline } from "../../core/indexing/prepareFile";
import { loadGrammar } from "./treeSitterGrammars";
import { PARSED_LANGUAGES } from "./treeSitterLanguages";
import { type RuleTable, walkOutline } from "./treeSitterOutline";
import type { NodeRules } from "./treeSitterRules";

/** The runtime's own file in the folder of grammars. */
const RUNTIME = "web-tree-sitter.wasm";

/** A line of 10.8 MB took 970 MB to parse; nobody reads such lines. */
const MAX_LINE_LENGTH = 20_000;
const MAX_TEXT_LENGTH = 4_000_000;

/** Scala, the slowest grammar, needs 4 s for the largest file that is indexed by default. */
const PARSE_LIMIT_MS = 5_000;

/** The parser asks every few microseconds whether it is to stop, and to answer takes half of one. */
const ASKED_FOR_A_LOOK = 50;

/**
 * Characters given to the parser at once. It asks again wherever it looks back, and each time the runtime copies what it is
 * given, up to 5,000 characters one by one: of a whole text, each seven times.
 */
const PIECE_LENGTH = 1_024;

/** Memory of the runtime beyond which a parse is given up; code takes about 90 bytes a character, 2 MB of `/*` 1 GB. */
const MAX_RUNTIME_BYTES = 320 * 1024 * 1024;

/** Scripts on a page; more are not looked into. */
const MAX_EMBEDDED = 50;

interface LoadedGrammar {
  readonly language: Language;
  readonly rules: RuleTable;
}

/**
 * @param grammarDir holds the runtime and the grammars, as `grammars.mjs` copies them.
 * @param onProblem told once of each grammar that cannot be loaded; files in its language are cut without it.
 */
export function createTreeSitterParser(grammarDir: string, onProblem: (problem: string) => void): ParseOutline {
  const parser = new LazyParser(grammarDir, onProblem);
  return (text, language) => parser.parse(text, language);
}

function hasGrammar(language: string): boolean {
  return Object.hasOwn(PARSED_LANGUAGES, language);
}

class LazyParser {
  readonly #grammarDir: string;
  readonly #onProblem: (problem: string) => void;
  readonly #grammars = new Map<string, Promise<LoadedGrammar | undefined>>();
  /** Emscripten puts the runtime's memory here. */
  readonly #module: { HEAPU8?: Uint8Array; locateFile: () => string };
  #runtime: Promise<Parser> | undefined;

  constructor(grammarDir: string, onProblem: (problem: string) => void) {
    this.#grammarDir = grammarDir;
    this.#onProblem = onProblem;
    this.#module = { locateFile: () => join(grammarDir, RUNTIME) };
  }

  /** @returns undefined if there is no grammar for the language, or the text is too much for it. */
  async parse(text: string, language: string): Promise<readonly OutlineNode[] | undefined> {
    const grammar = isParseable(text) ? await this.#grammar(language) : undefined;
    if (grammar === undefined) {
      return undefined;
    }
    const parser = await this.#parser();
    const embedded = EMBEDDING_LANGUAGES.has(language) ? await this.#embeddedGrammars() : undefined;
    const deadline = workedMs() + PARSE_LIMIT_MS;
    const isOver = () => workedMs() > deadline || (this.#module.HEAPU8?.length ?? 0) > MAX_RUNTIME_BYTES;
    return new Parsing(parser, text, { grammar, embedded, isOver }).outline();
  }

  #parser(): Promise<Parser> {
    this.#runtime ??= Parser.init(this.#module).then(() => new Parser());
    return this.#runtime;
  }

  async #grammar(language: string): Promise<LoadedGrammar | undefined> {
    const parsed = hasGrammar(language) ? PARSED_LANGUAGES[language] : undefined;
    if (parsed === undefined) {
      return undefined;
    }
    let loading = this.#grammars.get(parsed.grammar);
    if (loading === undefined) {
      loading = this.#load(parsed.grammar, parsed.rules);
      this.#grammars.set(parsed.grammar, loading);
    }
    return loading;
  }

  async #load(grammar: string, rules: NodeRules): Promise<LoadedGrammar | undefined> {
    try {
      const language = await loadGrammar(await this.#parser(), this.#grammarDir, grammar);
      return { language, rules: ruleTable(language, rules) };
    } catch (error) {
      this.#onProblem(`The grammar ${join(this.#grammarDir, grammar)} cannot be loaded: ${String(error)}`);
      return undefined;
    }
  }

  async #embeddedGrammars(): Promise<EmbeddedGrammars> {
    const [javascript, typescript, tsx, css] = await Promise.all([
      this.#grammar("javascript"),
      this.#grammar("typescript"),
      this.#grammar("tsx"),
      this.#grammar("css"),
    ]);
    return { javascript, typescript, tsx, css };
  }
}

/** Time that this thread has worked, so that a busy machine does not change where files are cut; where Node knows it. */
function workedMs(): number {
  if (process.threadCpuUsage === undefined) {
    return performance.now();
  }
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The same, once true for good, but the answer to most calls is that to an earlier one. */
function lookingSeldom(isOver: () => boolean): () => boolean {
  let asked = 0;
  let wasOver = false;
  return () => {
    asked += 1;
    wasOver ||= asked % ASKED_FOR_A_LOOK === 0 && isOver();
    return wasOver;
  };
}

const EMBEDDING_LANGUAGES = new Set(["html", "vue", "svelte"]);

type EmbeddedGrammars = Readonly<Record<"javascript" | "typescript" | "tsx" | "css", LoadedGrammar | undefined>>;

/** False for what would take too much memory. */
export function isParseable(text: string): boolean {
  if (text.length > MAX_TEXT_LENGTH) {
    return false;
  }
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start);
    const lineEnd = end < 0 ? text.length : end;
    if (lineEnd - start > MAX_LINE_LENGTH) {
      return false;
    }
    start = lineEnd + 1;
  }
  return true;
}

function ruleTable(language: Language, rules: NodeRules): RuleTable {
  return Array.from({ length: language.nodeTypeCount }, (_, id) => {
    const name = language.nodeTypeForId(id);
    if (name === null || !language.nodeTypeIsNamed(id)) {
      return null;
    }
    return Object.hasOwn(rules, name) ? rules[name] : undefined;
  });
}

interface ParsingOptions {
  readonly grammar: LoadedGrammar;
  /** For a page: the languages of its scripts and styles. */
  readonly embedded: EmbeddedGrammars | undefined;
  /** True when time or memory is used up. */
  readonly isOver: () => boolean;
}

/** One text being parsed. */
class Parsing {
  readonly #parser: Parser;
  readonly #text: string;
  readonly #options: ParsingOptions;
  #embeddedCount = 0;

  constructor(parser: Parser, text: string, options: ParsingOptions) {
    this.#parser = parser;
    this.#text = text;
    this.#options = options;
  }

  outline(): OutlineNode[] | undefined {
    return this.#outlineOf(this.#options.grammar, undefined);
  }

  #outlineOf(grammar: LoadedGrammar, range: Range | undefined): OutlineNode[] | undefined {
    const { isOver } = this.#options;
    this.#parser.setLanguage(grammar.language);
    const tree = this.#parser.parse((index) => this.#text.slice(index, index + PIECE_LENGTH), null, {
      progressCallback: lookingSeldom(isOver),
      ...(range === undefined ? {} : { includedRanges: [range] }),
    });
    if (tree === null) {
      this.#parser.reset();
      return undefined;
    }
    const cursor = tree.walk();
    try {
      return walkOutline(cursor, { rules: grammar.rules, isOver, parseEmbedded: this.#parseEmbedded });
    } finally {
      cursor.delete();
      tree.delete();
    }
  }

  /** The script or style of a page, parsed in its own language. Its lines are those of the page. */
  #parseEmbedded = (node: Node): readonly OutlineNode[] => {
    const raw = node.namedChildren.find(({ type }) => type === "raw_text");
    const grammar = this.#options.embedded?.[embeddedLanguage(node)];
    this.#embeddedCount += 1;
    if (raw === undefined || grammar === undefined || this.#embeddedCount > MAX_EMBEDDED) {
      return [];
    }
    const { startPosition, endPosition, startIndex, endIndex } = raw;
    return this.#outlineOf(grammar, { startPosition, endPosition, startIndex, endIndex }) ?? [];
  };
}

function embeddedLanguage(node: Node): keyof EmbeddedGrammars {
  if (node.type === "style_element") {
    return "css";
  }
  const tag = node.namedChildren[0]?.text ?? "";
  const language = /\b(?:lang|type)\s*=\s*["']?(?:text\/)?(\w+)/.exec(tag)?.[1];
  switch (language) {
    case "ts":
    case "typescript":
      return "typescript";
    case "tsx":
    case "jsx":
      return "tsx";
    default:
      return "javascript";
  }
}
