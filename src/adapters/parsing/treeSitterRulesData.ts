/** Data, style sheets and pages: keys, selectors and elements enclose what is in them and define nothing. */

import type { Node } from "web-tree-sitter";
import {
  childOfType,
  field,
  longOnes,
  type NameReader,
  type NodeRules,
  textUpTo,
  titles,
  unquoted,
} from "./treeSitterRules";

const key: NameReader = (node) => unquoted(field("key")(node));

export const JSON_RULES: NodeRules = {
  comment: "prefix",
  object: "group",
  pair: longOnes(titles("block", key)),
};

export const YAML: NodeRules = {
  comment: "prefix",
  document: "group",
  block_node: "group",
  block_mapping: "group",
  block_sequence: "group",
  block_mapping_pair: longOnes(titles("block", key)),
};

const tomlName = childOfType("bare_key", "dotted_key", "quoted_key");

export const TOML: NodeRules = {
  comment: "prefix",
  table: titles("block", tomlName),
  table_array_element: titles("block", tomlName),
  pair: longOnes(titles("block", tomlName)),
};

/** `resource "aws_instance" "web" {` is `resource aws_instance web`. */
const blockHead: NameReader = (node) => textUpTo("{")(node)?.replace(/"/g, "").trim();

export const HCL: NodeRules = {
  comment: "prefix",
  body: "group",
  block: titles("block", blockHead),
};

const selector = titles("block", textUpTo("{"));

export const CSS: NodeRules = {
  comment: "prefix",
  rule_set: longOnes(selector),
  media_statement: selector,
  supports_statement: selector,
  keyframes_statement: selector,
  at_rule: longOnes(selector),
  scope_statement: selector,
};

/** Elements that a person would name: those with an id, and the parts of a component file. */
const COMPONENT_PARTS = new Set(["template", "main", "header", "footer", "nav", "form", "body"]);

function elementName(node: Node): string | undefined {
  const tag = node.namedChildren[0];
  const name = tag?.namedChildren[0]?.text;
  const id = tag?.namedChildren.find((child) => child.type === "attribute" && child.namedChildren[0]?.text === "id")
    ?.namedChildren[1]?.text;
  if (name === undefined || (id === undefined && !COMPONENT_PARTS.has(name))) {
    return undefined;
  }
  return id === undefined ? name : `${name}#${unquoted(id)}`;
}

export const HTML: NodeRules = {
  comment: "prefix",
  element: longOnes(titles("block", elementName)),
  script_element: "embedded",
  style_element: "embedded",
};
