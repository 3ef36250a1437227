/**
 * How definitions begin in languages that have no grammar here. A pattern is tried on a line without its indentation and
 * names what it defines in the group `name`.
 */

import type { ChunkKind } from "../../../domain/chunk";

export interface KeywordRules {
  /** Tried in order on a line without its indentation; the group `name` is the name. */
  readonly patterns: readonly (readonly [RegExp, ChunkKind])[];
  /** A line that belongs to the definition on the next one. */
  readonly prefix: RegExp;
  /** Text between `"""` is no code, however much it looks like it. */
  readonly hasTripleQuotes?: boolean;
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

export const KEYWORD_RULES: Readonly<Record<string, KeywordRules>> = {
  swift: { ...COMMON, hasTripleQuotes: true },
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
  elixir: {
    patterns: [
      [/^(?:defmodule|defprotocol|defimpl)\s+(?<name>[\w.]+)/u, "module"],
      [
        /^(?:def|defp|defmacro|defmacrop|defguard|defguardp|defdelegate)\s+(?<name>[\p{L}_][\p{L}\p{N}_]*[!?]?)/u,
        "function",
      ],
      [/^(?:test|describe|feature)\s+"(?<name>[^"]+)"/u, "block"],
    ],
    prefix: /^(?:#|@(?:doc|spec|impl|moduledoc|typedoc|deprecated|since|tag)\b)/,
    hasTripleQuotes: true,
  },
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
  groovy: { ...COMMON, hasTripleQuotes: true },
  julia: {
    patterns: [
      [/^(?:module|baremodule)\s+(?<name>\w+)/u, "module"],
      [/^(?:mutable\s+struct|struct|abstract\s+type|primitive\s+type)\s+(?<name>\w+)/u, "class"],
      [/^(?:function|macro)\s+(?:\w+\.)*(?<name>[\p{L}_][\p{L}\p{N}_]*!?)/u, "function"],
      [/^(?<name>[\p{L}_][\p{L}\p{N}_]*!?)\([^=]*\)\s*=(?!=)/u, "function"],
    ],
    prefix: /^(?:#|"""|@\w)/,
    hasTripleQuotes: true,
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
  graphql: {
    patterns: [
      [/^(?:extend\s+)?(?:type|interface|union|enum|input|scalar)\s+(?<name>\w+)/u, "type"],
      [/^(?:query|mutation|subscription|fragment|directive)\s+@?(?<name>\w+)/u, "function"],
    ],
    prefix: /^(?:#|""")/,
    hasTripleQuotes: true,
  },
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
