/**
 * An outline without a parser, for languages that have no grammar here: a line that begins like a definition begins one,
 * and indentation says where it ends.
 *
 * It misses definitions in unusual layout and takes a few lines for definitions that are none. Both only move a cut.
 */

import type { ChunkKind } from "../../../domain/chunk";
import { makeLabel, makeNode, type OutlineLabel, type OutlineNode } from "./outline";

interface KeywordRules {
  /** Tried in order on a line without its indentation; the group `name` is the name. */
  readonly patterns: readonly (readonly [RegExp, ChunkKind])[];
  /** A line that belongs to the definition on the next one. */
  readonly prefix: RegExp;
}

const MODIFIERS =
  "(?:(?:public|private|protected|internal|open|final|static|abstract|override|sealed|external|async|export|default|inline|const|" +
  "virtual|extern|partial|shared|local|pub|unsafe|mutating|nonisolated|convenience|required|lazy|weak|fileprivate|indirect|" +
  "factory|late|base|mixin|pure|elemental|recursive|friend|overridable|overrides|sub)\\s+)*";

const NAME = "(?<name>[\\p{L}_$][\\p{L}\\p{N}_$]*[!?']?)";

const rule = (keywords: string, kind: ChunkKind, name = NAME): readonly [RegExp, ChunkKind] => [
  new RegExp(`^${MODIFIERS}(?:${keywords})\\s+${name}`, "iu"),
  kind,
];

const SLASH_COMMENT = /^(?:\/\/|\/\*|\*|@\w|#\[|\[<)/;
const HASH_COMMENT = /^(?:#|@\w)/;

const TYPE_WORDS = "class|struct|enum|union|record|actor|contract|library|mixin|extension|object|module type";

/** What most languages with braces or `end` agree on. */
const COMMON: KeywordRules = {
  patterns: [
    rule("module|namespace|package", "module", "(?<name>[\\p{L}_][\\p{L}\\p{N}_.]*)"),
    rule(TYPE_WORDS, "class"),
    rule("interface|protocol|trait|concept", "interface"),
    rule("func|function|fun|fn|def|sub|proc|procedure|method|macro|task|subroutine|init", "function"),
    rule("type|typealias|typedef", "type"),
  ],
  prefix: SLASH_COMMENT,
};

const withPatterns = (patterns: KeywordRules["patterns"], prefix: RegExp): KeywordRules => ({ patterns, prefix });

const SQL_NAME = '(?<name>[\\p{L}_"`\\[][\\p{L}\\p{N}_."`\\]\\[]*)';
const LISP_NAME = '(?<name>[^\\s()\\[\\]"]+)';

const RULES: Readonly<Record<string, KeywordRules>> = {
  swift: COMMON,
  dart: {
    ...COMMON,
    patterns: [
      ...COMMON.patterns,
      [/^(?:[\w<>?,[\]]+ )?(?<name>[a-z_]\w*)\([^;]*\)\s*(?:async\s*)?\{\s*$/u, "function"],
    ],
  },
  "objective-c": withPatterns(
    [
      [/^@(?:interface|implementation|protocol)\s+(?<name>\w+)/u, "class"],
      [/^[-+]\s*\([^)]*\)\s*(?<name>\w+)/u, "method"],
      [/^(?:static\s+|extern\s+)?[A-Za-z_][\w *]*?\b(?<name>\w+)\([^;]*$/u, "function"],
    ],
    SLASH_COMMENT,
  ),
  elixir: withPatterns(
    [
      [/^(?:defmodule|defprotocol|defimpl)\s+(?<name>[\w.]+)/u, "module"],
      [
        /^(?:def|defp|defmacro|defmacrop|defguard|defguardp|defdelegate)\s+(?<name>[\p{L}_][\p{L}\p{N}_]*[!?]?)/u,
        "function",
      ],
      [/^(?:test|describe|feature)\s+"(?<name>[^"]+)"/u, "block"],
    ],
    /^(?:#|@(?:doc|spec|impl|moduledoc|typedoc|deprecated|since|tag)\b)/,
  ),
  erlang: withPatterns(
    [
      [/^-module\((?<name>\w+)\)/u, "module"],
      [/^-(?:record|type|opaque)\(?\s*(?<name>\w+)/u, "type"],
      [/^(?<name>[a-z]\w*)\(.*\)\s*(?:when\b.*)?->/u, "function"],
    ],
    /^(?:%|-spec)/,
  ),
  clojure: withPatterns(
    [[new RegExp(`^\\((?:def\\w*|ns)[-*]?\\s+(?:\\^\\S+\\s+)*${LISP_NAME}`, "u"), "function"]],
    /^;/,
  ),
  lisp: withPatterns([[new RegExp(`^\\((?:cl-)?def[\\w-]*\\*?\\s+\\(?${LISP_NAME}`, "u"), "function"]], /^;/),
  ocaml: withPatterns(
    [
      [/^module\s+(?:type\s+)?(?:rec\s+)?(?<name>[A-Z]\w*)/u, "module"],
      [/^(?:type|exception|class)\s+(?:nonrec\s+)?(?:'?\w+\s+|\([^)]*\)\s+)?(?<name>[a-zA-Z_]\w*)/u, "type"],
      [/^(?:let|and|val|external)\s+(?:rec\s+)?(?<name>[a-z_][\w']*)/u, "function"],
    ],
    /^\(\*/,
  ),
  fsharp: withPatterns(
    [
      [/^(?:module|namespace)\s+(?:rec\s+)?(?<name>[\w.]+)/u, "module"],
      [/^type\s+(?:private\s+|internal\s+)?(?<name>\w+)/u, "type"],
      [
        /^(?:let|and|member|static member|override|abstract)\s+(?:rec\s+|inline\s+|private\s+)*(?:\w+\.)?(?<name>[a-zA-Z_]\w*)/u,
        "function",
      ],
    ],
    /^(?:\/\/|\[<)/,
  ),
  groovy: COMMON,
  julia: {
    patterns: [
      [/^(?:module|baremodule)\s+(?<name>\w+)/u, "module"],
      [/^(?:mutable\s+struct|struct|abstract\s+type|primitive\s+type)\s+(?<name>\w+)/u, "class"],
      [/^(?:function|macro)\s+(?:\w+\.)*(?<name>[\p{L}_][\p{L}\p{N}_]*!?)/u, "function"],
      [/^(?<name>[\p{L}_][\p{L}\p{N}_]*!?)\([^=]*\)\s*=(?!=)/u, "function"],
    ],
    prefix: /^(?:#|"""|@\w)/,
  },
  r: withPatterns([[/^(?<name>[\p{L}.][\p{L}\p{N}._]*)\s*(?:<-|=)\s*function\b/u, "function"]], /^#/),
  perl: withPatterns(
    [
      [/^package\s+(?<name>[\w:]+)/u, "module"],
      [/^sub\s+(?<name>\w+)/u, "function"],
    ],
    /^#/,
  ),
  powershell: withPatterns(
    [
      [/^(?:function|filter|workflow)\s+(?:\w+:)?(?<name>[\w-]+)/iu, "function"],
      [/^(?:class|enum)\s+(?<name>\w+)/iu, "class"],
    ],
    /^(?:#|<#|\[)/,
  ),
  sql: withPatterns(
    [
      [
        new RegExp(
          "^(?:create|alter)\\s+(?:or\\s+replace\\s+)?(?:global\\s+|temp(?:orary)?\\s+|unique\\s+|materialized\\s+|unlogged\\s+)*" +
            `(?:table|view|type|schema|sequence|domain|extension)\\s+(?:if\\s+(?:not\\s+)?exists\\s+)?${SQL_NAME}`,
          "iu",
        ),
        "type",
      ],
      [
        new RegExp(
          "^create\\s+(?:or\\s+replace\\s+)?(?:definer\\s*=\\s*\\S+\\s+)?(?:unique\\s+|constraint\\s+)*" +
            `(?:function|procedure|trigger|index|package|event|aggregate|policy)\\s+(?:concurrently\\s+|if\\s+not\\s+exists\\s+)*${SQL_NAME}`,
          "iu",
        ),
        "function",
      ],
    ],
    /^--/,
  ),
  protobuf: withPatterns(
    [
      [/^(?:message|enum|service|extend|oneof)\s+(?<name>[\w.]+)/u, "class"],
      [/^rpc\s+(?<name>\w+)/u, "method"],
    ],
    /^(?:\/\/|\/\*|\*)/,
  ),
  graphql: withPatterns(
    [
      [/^(?:extend\s+)?(?:type|interface|union|enum|input|scalar)\s+(?<name>\w+)/u, "type"],
      [/^(?:query|mutation|subscription|fragment|directive)\s+@?(?<name>\w+)/u, "function"],
    ],
    /^(?:#|""")/,
  ),
  thrift: withPatterns(
    [[/^(?:struct|service|enum|union|exception|typedef|const)\s+(?<name>\w+)/u, "class"]],
    SLASH_COMMENT,
  ),
  solidity: {
    ...COMMON,
    patterns: [...COMMON.patterns, [/^(?:event|error|modifier)\s+(?<name>\w+)/u, "function"]],
  },
  crystal: { ...COMMON, prefix: HASH_COMMENT },
  nim: { ...COMMON, prefix: HASH_COMMENT },
  d: COMMON,
  elm: withPatterns(
    [
      [/^(?:type\s+alias|type|port)\s+(?<name>\w+)/u, "type"],
      [/^(?<name>[a-z]\w*)\s*:(?!:)/u, "function"],
    ],
    /^(?:--|\{-\|)/,
  ),
  fortran: { ...COMMON, prefix: /^[!cC*]/ },
  ada: { ...COMMON, prefix: /^--/ },
  pascal: { ...COMMON, prefix: /^(?:\/\/|\{|\(\*)/ },
  vb: { ...COMMON, prefix: /^'/ },
  verilog: COMMON,
  vhdl: withPatterns(
    [[/^(?:entity|architecture|package|component|process|function)\s+(?:body\s+)?(?<name>\w+)/iu, "class"]],
    /^--/,
  ),
  tcl: withPatterns([[/^proc\s+(?<name>[\w:]+)/u, "function"]], /^#/),
  vim: withPatterns([[/^(?:function|def)!?\s+(?<name>[\w:#.]+)/u, "function"]], /^"/),
  fish: withPatterns([[/^function\s+(?<name>[\w-]+)/u, "function"]], /^#/),
  cmake: withPatterns(
    [[/^(?:function|macro|add_library|add_executable|project)\s*\(\s*(?<name>[\w-]+)/iu, "function"]],
    /^#/,
  ),
  makefile: withPatterns([[/^(?<name>[\w./%$(){}-]+(?: [\w./%$(){}-]+)*)\s*::?(?!=)/u, "block"]], /^(?:#|\.PHONY)/),
  dockerfile: withPatterns([[/^from\s+.*?(?:\bas\s+)?(?<name>\S+)$/iu, "block"]], /^#/),
  ini: withPatterns([[/^\[\[?(?<name>[^\]]+)\]/u, "block"]], /^[#;]/),
  latex: withPatterns(
    [[/^\\(?:part|chapter|section|subsection|subsubsection|begin)\*?\{(?<name>[^}]+)\}/u, "section"]],
    /^%/,
  ),
};

/** A longer line begins no definition, and a pattern would take long over it. */
const MAX_LINE_LENGTH = 300;

/** Deeper definitions are left to their parents. */
const MAX_DEPTH = 12;

const COMMON_KINDS_OF_NO_DEFINITION = new Set<ChunkKind>(["block", "section"]);

export function hasKeywords(language: string): boolean {
  return Object.hasOwn(RULES, language);
}

interface OpenDefinition {
  readonly startLine: number;
  readonly indentation: number;
  readonly label: OutlineLabel;
  readonly children: OutlineNode[];
}

/** @returns definitions; each ends before the next line that begins one and is not indented more. */
export function outlineByKeywords(lines: readonly string[], language: string): OutlineNode[] {
  const rules = RULES[language];
  if (rules === undefined) {
    return [];
  }
  const top: OutlineNode[] = [];
  const open: OpenDefinition[] = [];
  const close = (indentation: number, endLine: number) => {
    for (let last = open.at(-1); last !== undefined && last.indentation >= indentation; last = open.at(-1)) {
      open.pop();
      (open.at(-1)?.children ?? top).push(makeNode(last.startLine, endLine, last.label, last.children));
    }
  };
  lines.forEach((line, index) => {
    const indentation = line.search(/\S/);
    const label = indentation < 0 ? undefined : labelOf(line.slice(indentation), rules);
    if (label === undefined || (open.length >= MAX_DEPTH && indentation > (open.at(-1)?.indentation ?? 0))) {
      return;
    }
    const startLine = firstPrefix(lines, index, rules.prefix) + 1;
    close(indentation, startLine - 1);
    open.push({ startLine, indentation, label, children: [] });
  });
  close(0, lines.length);
  return top;
}

function labelOf(text: string, { patterns }: KeywordRules): OutlineLabel | undefined {
  if (text.length > MAX_LINE_LENGTH) {
    return undefined;
  }
  for (const [pattern, kind] of patterns) {
    const name = pattern.exec(text)?.groups?.["name"];
    if (name !== undefined) {
      return makeLabel(kind, name.replace(/["`[\]]/g, ""), { isDefinition: !COMMON_KINDS_OF_NO_DEFINITION.has(kind) });
    }
  }
  return undefined;
}

/** The first of the comment and attribute lines right above line `index` (from 0). */
function firstPrefix(lines: readonly string[], index: number, prefix: RegExp): number {
  let first = index;
  while (first > 0 && prefix.test((lines[first - 1] ?? "").trimStart())) {
    first -= 1;
  }
  return first;
}
