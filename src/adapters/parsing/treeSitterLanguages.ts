/**
 * The languages that are parsed: their grammar's file and what its nodes mean. All of a language's knowledge is here; a
 * language without an entry is cut by headings, keywords or lines.
 */

import type { Node } from "web-tree-sitter";
import { makeLabel } from "../../core/indexing/chunking/outline";
import {
  bareTypeName,
  childOfType,
  defines,
  field,
  type LabelReader,
  longOnes,
  type NodeRules,
  qualified,
  qualifiedLabel,
  titles,
  unquoted,
} from "./treeSitterRules";
import { C, CPP } from "./treeSitterRulesC";
import { CSS, HCL, HTML, JSON_RULES, TOML, YAML } from "./treeSitterRulesData";
import { JAVASCRIPT } from "./treeSitterRulesJavascript";

export interface ParsedLanguage {
  /** File in the folder of grammars. */
  readonly grammar: string;
  readonly rules: NodeRules;
}

const COMMENTS = { comment: "prefix", line_comment: "prefix", block_comment: "prefix" } as const;

// ---------------------------------------------------------------- scripting languages

const topLevelAssignment: LabelReader = (node) => {
  const assignment = node.namedChildren[0];
  const left = assignment?.type === "assignment" ? assignment.childForFieldName("left") : undefined;
  return left?.type === "identifier" ? makeLabel("variable", left.text) : undefined;
};

const PYTHON: NodeRules = {
  ...COMMENTS,
  decorated_definition: "wrapper",
  function_definition: defines("function"),
  class_definition: defines("class"),
  type_alias_statement: defines("type", field("left")),
  expression_statement: topLevelAssignment,
};

const RUBY_TESTS = new Set([
  "describe",
  "context",
  "it",
  "specify",
  "feature",
  "scenario",
  "test",
  "namespace",
  "task",
]);

const rubyTest: LabelReader = (node) => {
  const method = node.childForFieldName("method")?.text;
  if (method === undefined || !RUBY_TESTS.has(method) || node.childForFieldName("block") === null) {
    return undefined;
  }
  const title = node.childForFieldName("arguments")?.namedChildren[0]?.text;
  return makeLabel("block", unquoted(title) ?? method, { isDefinition: false });
};

const RUBY: NodeRules = {
  ...COMMENTS,
  class: qualified("class", /::/),
  module: qualified("module", /::/),
  singleton_class: "group",
  body_statement: "group",
  method: defines("function"),
  singleton_method: defines("function"),
  call: longOnes(rubyTest),
  assignment: (node) => {
    const left = node.childForFieldName("left");
    return left?.type === "constant" ? makeLabel("variable", left.text) : undefined;
  },
};

const PHP: NodeRules = {
  ...COMMENTS,
  attribute_list: "prefix",
  namespace_definition: (node) =>
    node.childForFieldName("body") === null ? undefined : titles("module", field("name"))(node),
  class_declaration: defines("class"),
  trait_declaration: defines("class"),
  enum_declaration: defines("type"),
  interface_declaration: defines("interface"),
  method_declaration: defines("method"),
  function_definition: defines("function"),
};

const BASH: NodeRules = { ...COMMENTS, function_definition: defines("function") };

const luaAssignment: LabelReader = (node) => {
  const [variables, values] = node.namedChildren;
  const isFunction = values?.namedChildren[0]?.type === "function_definition";
  const name = variables?.namedChildren[0]?.text;
  return isFunction ? qualifiedLabel("function", /[.:]/, name) : undefined;
};

const LUA: NodeRules = {
  ...COMMENTS,
  function_declaration: qualified("function", /[.:]/),
  variable_declaration: "wrapper",
  assignment_statement: luaAssignment,
};

// ---------------------------------------------------------------- compiled languages

const GO_TYPES: Readonly<Record<string, "class" | "interface">> = { struct_type: "class", interface_type: "interface" };

const goMethod: LabelReader = (node) => {
  const receiver = node.childForFieldName("receiver")?.namedChildren[0]?.childForFieldName("type")?.text;
  const qualifier = bareTypeName(receiver);
  const name = node.childForFieldName("name")?.text;
  return name === undefined ? undefined : makeLabel("method", name, { qualifier: qualifier ? [qualifier] : [] });
};

const GO: NodeRules = {
  ...COMMENTS,
  function_declaration: defines("function"),
  method_declaration: goMethod,
  type_declaration: "wrapper",
  type_spec: (node) => defines(GO_TYPES[node.childForFieldName("type")?.type ?? ""] ?? "type")(node),
  type_alias: defines("type"),
  const_declaration: "wrapper",
  const_spec: defines("variable"),
  var_declaration: "wrapper",
  var_spec_list: "group",
  var_spec: defines("variable"),
};

const RUST: NodeRules = {
  ...COMMENTS,
  attribute_item: "prefix",
  function_item: defines("function"),
  function_signature_item: defines("function"),
  struct_item: defines("class"),
  enum_item: defines("type"),
  union_item: defines("type"),
  trait_item: defines("interface"),
  impl_item: titles("class", (node) => bareTypeName(node.childForFieldName("type")?.text)),
  mod_item: longOnes(defines("module")),
  foreign_mod_item: "group",
  const_item: defines("variable"),
  static_item: defines("variable"),
  type_item: defines("type"),
  macro_definition: defines("function"),
};

const JAVA: NodeRules = {
  ...COMMENTS,
  class_declaration: defines("class"),
  record_declaration: defines("class"),
  annotation_type_declaration: defines("interface"),
  interface_declaration: defines("interface"),
  enum_declaration: defines("class"),
  enum_body_declarations: "group",
  method_declaration: defines("method"),
  constructor_declaration: defines("method"),
  compact_constructor_declaration: defines("method"),
};

const CSHARP: NodeRules = {
  ...COMMENTS,
  namespace_declaration: titles("module", field("name")),
  class_declaration: defines("class"),
  struct_declaration: defines("class"),
  record_declaration: defines("class"),
  record_struct_declaration: defines("class"),
  interface_declaration: defines("interface"),
  enum_declaration: defines("type"),
  delegate_declaration: defines("type"),
  method_declaration: defines("method"),
  constructor_declaration: defines("method"),
  destructor_declaration: defines("method"),
  property_declaration: longOnes(defines("method")),
  local_function_statement: defines("function"),
  preproc_if: "group",
};

const KOTLIN: NodeRules = {
  ...COMMENTS,
  multiline_comment: "prefix",
  class_declaration: (node) => {
    const isInterface = node.children.some((child) => child.type === "interface");
    return defines(isInterface ? "interface" : "class")(node);
  },
  object_declaration: defines("class"),
  companion_object: "group",
  function_declaration: defines("function"),
  secondary_constructor: titles("method", () => "constructor"),
  type_alias: defines("type", (node) => node.childForFieldName("type")?.text ?? childOfType("identifier")(node)),
  property_declaration: defines("variable", (node) => node.descendantsOfType("identifier")[0]?.text),
};

const SCALA: NodeRules = {
  ...COMMENTS,
  package_clause: "group",
  class_definition: defines("class"),
  object_definition: defines("class"),
  package_object: defines("module"),
  trait_definition: defines("interface"),
  enum_definition: defines("type"),
  function_definition: defines("function"),
  function_declaration: defines("function"),
  type_definition: defines("type"),
  given_definition: defines("variable"),
  val_definition: defines("variable", field("pattern")),
  var_definition: defines("variable", field("pattern")),
  extension_definition: "group",
};

const HASKELL: NodeRules = {
  ...COMMENTS,
  haddock: "prefix",
  signature: "prefix",
  pragma: "prefix",
  declarations: "group",
  function: defines("function"),
  bind: defines("function"),
  data_type: defines("type"),
  newtype: defines("type"),
  type_synomym: defines("type"),
  type_family: defines("type"),
  class: defines("interface"),
  instance: titles("class", (node) => /\binstance\b\s*([\s\S]*?)\s*(?:\bwhere\b|$)/.exec(node.text.slice(0, 300))?.[1]),
};

const ZIG_TYPES = new Set(["struct_declaration", "enum_declaration", "union_declaration", "opaque_declaration"]);

/** `const std = @import("std")` names what another file defines. */
const zigVariable: LabelReader = (node) => {
  const isType = node.namedChildren.some((child) => ZIG_TYPES.has(child.type));
  const isImport = node.namedChildren.some(
    (child) => child.type === "builtin_function" && /^@import\b/.test(child.text),
  );
  return isImport ? undefined : defines(isType ? "class" : "variable", childOfType("identifier"))(node);
};

const ZIG: NodeRules = {
  ...COMMENTS,
  function_declaration: defines("function"),
  variable_declaration: zigVariable,
  struct_declaration: "group",
  enum_declaration: "group",
  union_declaration: "group",
  test_declaration: titles("block", (node: Node) => unquoted(childOfType("string", "identifier")(node))),
};

/** By the identifiers that `languageOf` gives. */
export const PARSED_LANGUAGES: Readonly<Record<string, ParsedLanguage>> = {
  typescript: { grammar: "tree-sitter-typescript.wasm", rules: JAVASCRIPT },
  tsx: { grammar: "tree-sitter-tsx.wasm", rules: JAVASCRIPT },
  javascript: { grammar: "tree-sitter-javascript.wasm", rules: JAVASCRIPT },
  python: { grammar: "tree-sitter-python.wasm", rules: PYTHON },
  go: { grammar: "tree-sitter-go.wasm", rules: GO },
  rust: { grammar: "tree-sitter-rust.wasm", rules: RUST },
  java: { grammar: "tree-sitter-java.wasm", rules: JAVA },
  c: { grammar: "tree-sitter-c.wasm", rules: C },
  cpp: { grammar: "tree-sitter-cpp.wasm", rules: CPP },
  csharp: { grammar: "tree-sitter-c-sharp.wasm", rules: CSHARP },
  ruby: { grammar: "tree-sitter-ruby.wasm", rules: RUBY },
  php: { grammar: "tree-sitter-php.wasm", rules: PHP },
  kotlin: { grammar: "tree-sitter-kotlin.wasm", rules: KOTLIN },
  scala: { grammar: "tree-sitter-scala.wasm", rules: SCALA },
  bash: { grammar: "tree-sitter-bash.wasm", rules: BASH },
  lua: { grammar: "tree-sitter-lua.wasm", rules: LUA },
  haskell: { grammar: "tree-sitter-haskell.wasm", rules: HASKELL },
  zig: { grammar: "tree-sitter-zig.wasm", rules: ZIG },
  html: { grammar: "tree-sitter-html.wasm", rules: HTML },
  vue: { grammar: "tree-sitter-html.wasm", rules: HTML },
  svelte: { grammar: "tree-sitter-html.wasm", rules: HTML },
  css: { grammar: "tree-sitter-css.wasm", rules: CSS },
  scss: { grammar: "tree-sitter-css.wasm", rules: CSS },
  less: { grammar: "tree-sitter-css.wasm", rules: CSS },
  json: { grammar: "tree-sitter-json.wasm", rules: JSON_RULES },
  yaml: { grammar: "tree-sitter-yaml.wasm", rules: YAML },
  toml: { grammar: "tree-sitter-toml.wasm", rules: TOML },
  hcl: { grammar: "tree-sitter-hcl.wasm", rules: HCL },
};
