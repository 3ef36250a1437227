/** JavaScript, TypeScript and TSX, whose grammars share their names. */

import type { Node } from "web-tree-sitter";
import { makeLabel, type OutlineLabel } from "../../core/indexing/chunking/outline";
import type { ChunkKind } from "../../domain/chunk";
import { defines, type NodeRules, qualifiedLabel, unquoted, withBody } from "./treeSitterRules";

const VALUE_KINDS: Readonly<Record<string, ChunkKind>> = {
  arrow_function: "function",
  function_expression: "function",
  function: "function",
  generator_function: "function",
  class: "class",
};

/** Functions of test runners whose first argument says what they test. */
const TESTS = new Set(["describe", "context", "suite", "it", "test", "specify", "bench"]);

function valueKind(value: Node | null): ChunkKind | undefined {
  return value === null ? undefined : VALUE_KINDS[value.type];
}

/** `const f = () => …` is a function, `const x = 1` a variable, `const { a } = b` and `const fs = require("fs")` neither. */
function variableLabel(node: Node): OutlineLabel | undefined {
  const name = node.childForFieldName("name");
  const value = node.childForFieldName("value");
  const isRequire = value?.type === "call_expression" && value.childForFieldName("function")?.text === "require";
  if (name?.type !== "identifier" || isRequire) {
    return undefined;
  }
  return makeLabel(valueKind(value) ?? "variable", name.text);
}

/** `exports.f = function …`, `Foo.prototype.bar = …`, and `describe("title", …)`. */
function statementLabel(node: Node): OutlineLabel | undefined {
  const expression = node.namedChildren[0];
  switch (expression?.type) {
    case "assignment_expression":
      return assignmentLabel(expression);
    case "call_expression":
      return testLabel(expression);
    default:
      return undefined;
  }
}

function assignmentLabel(assignment: Node): OutlineLabel | undefined {
  const left = assignment.childForFieldName("left");
  const kind = valueKind(assignment.childForFieldName("right"));
  if (kind === undefined || left?.type !== "member_expression") {
    return undefined;
  }
  const name = left.text.replace(/^(?:module\.exports|exports|globalThis|window|self|this)\./, "");
  return name === "module.exports" ? undefined : qualifiedLabel(kind, /\.prototype\.|\./, name);
}

function testLabel(call: Node): OutlineLabel | undefined {
  const callee = call.childForFieldName("function")?.text.slice(0, 40) ?? "";
  const runner = /^[a-z]+/.exec(callee)?.[0];
  if (runner === undefined || !TESTS.has(runner)) {
    return undefined;
  }
  const title = call.childForFieldName("arguments")?.namedChildren[0];
  const isText = title?.type === "string" || title?.type === "template_string";
  return makeLabel("block", isText ? (unquoted(title.text) ?? runner) : runner, { isDefinition: false });
}

/** A function as the value of a key or of a class's field. */
function memberLabel(nameField: string): (node: Node) => OutlineLabel | undefined {
  return (node) => {
    const kind = valueKind(node.childForFieldName("value"));
    const name = unquoted(node.childForFieldName(nameField)?.text);
    return kind === undefined || name === undefined ? undefined : makeLabel("method", name);
  };
}

export const JAVASCRIPT: NodeRules = {
  comment: "prefix",
  decorator: "prefix",
  export_statement: "wrapper",
  ambient_declaration: "wrapper",
  lexical_declaration: "wrapper",
  variable_declaration: "wrapper",
  variable_declarator: variableLabel,
  function_declaration: defines("function"),
  generator_function_declaration: defines("function"),
  function_signature: defines("function"),
  class_declaration: defines("class"),
  abstract_class_declaration: defines("class"),
  interface_declaration: defines("interface"),
  type_alias_declaration: defines("type"),
  enum_declaration: defines("type"),
  internal_module: withBody(defines("module")),
  module: withBody(defines("module", (node) => unquoted(node.childForFieldName("name")?.text))),
  method_definition: defines("method"),
  abstract_method_signature: defines("method"),
  public_field_definition: memberLabel("name"),
  field_definition: memberLabel("property"),
  pair: memberLabel("key"),
  expression_statement: statementLabel,
};
