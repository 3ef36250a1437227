/** C and C++, where a name lies inside of its declarator: `static int (*f(int a))[3] { … }` defines `f`. */

import type { Node } from "web-tree-sitter";
import type { OutlineLabel } from "../../core/indexing/chunking/outline";
import { defines, field, type NodeRules, qualifiedLabel, titles, withBody } from "./treeSitterRules";

/** Declarators nest as deep as types do; nobody writes more. */
const MAX_DECLARATORS = 12;

const NAMES = new Set([
  "identifier",
  "field_identifier",
  "type_identifier",
  "qualified_identifier",
  "destructor_name",
  "operator_name",
  "operator_cast",
  "template_function",
]);

function declaredName(node: Node): string | undefined {
  let current: Node | null = node;
  for (let depth = 0; current !== null && depth < MAX_DECLARATORS; depth += 1) {
    if (NAMES.has(current.type)) {
      return current.text;
    }
    const inner: Node | null = current.childForFieldName("declarator");
    current = inner ?? current.namedChildren.find(({ type }) => NAMES.has(type) || type.endsWith("declarator")) ?? null;
  }
  return undefined;
}

function functionLabel(node: Node): OutlineLabel | undefined {
  const declarator = node.childForFieldName("declarator");
  const name = declarator === null ? undefined : declaredName(declarator)?.replace(/<.*$/s, "");
  const isMisread = name !== undefined && /^\w+\s+\w/.test(name) && !name.startsWith("operator");
  return isMisread ? undefined : qualifiedLabel("function", /::/, name); // `MACRO namespace detail {` is no function
}

/** A macro with a value; `#define FOO_H` only guards its file. */
function macroLabel(node: Node): OutlineLabel | undefined {
  return node.childForFieldName("value") === null ? undefined : defines("variable")(node);
}

/** `typedef struct foo { … } foo_t` defines `foo` as well, which is found inside. */
function definesBody(typedef: Node): boolean {
  const type = typedef.childForFieldName("type");
  return type !== null && type.childForFieldName("body") !== null;
}

export const C: NodeRules = {
  comment: "prefix",
  function_definition: functionLabel,
  struct_specifier: withBody(defines("class")),
  union_specifier: withBody(defines("class")),
  enum_specifier: withBody(defines("type")),
  type_definition: (node) => defines(definesBody(node) ? "class" : "type", field("declarator"))(node),
  preproc_function_def: defines("function"),
  preproc_def: macroLabel,
  preproc_if: "group",
  preproc_ifdef: "group",
  preproc_elif: "group",
  preproc_elifdef: "group",
  preproc_else: "group",
  linkage_specification: "group",
  declaration_list: "group",
};

export const CPP: NodeRules = {
  ...C,
  attribute_declaration: "prefix",
  class_specifier: withBody(defines("class")),
  namespace_definition: titles("module", field("name")),
  template_declaration: "wrapper",
  alias_declaration: defines("type"),
  concept_definition: defines("interface"),
};
