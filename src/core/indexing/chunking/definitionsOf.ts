/** The names that a file defines, out of its outline: what the symbol table of the manifest holds. */

import type { Definition } from "../../definitions";
import type { OutlineNode } from "./outline";

/** A file with more is data and not code. */
const MAX_DEFINITIONS = 5000;

const TYPE_KINDS = new Set(["class", "interface", "type"]);

/**
 * @param chunkAt the position of the chunk that holds a line, from 1.
 * @returns every name once; a type before anything else of that name, then what is at the top.
 */
export function definitionsOf(outline: readonly OutlineNode[], chunkAt: (line: number) => number): Definition[] {
  const byName = new Map<string, Definition>();
  const visit = (nodes: readonly OutlineNode[], isTopLevel: boolean) => {
    for (const { label, startLine, children } of nodes) {
      if (label?.isDefinition && byName.size < MAX_DEFINITIONS) {
        const isType = TYPE_KINDS.has(label.kind);
        const isMember = label.kind === "method" || (label.qualifier.length > 0 && !isType);
        const chunk = chunkAt(startLine);
        const found = { name: label.name, isTopLevel: isTopLevel && !isMember, isType, chunk };
        byName.set(label.name, stronger(found, byName.get(label.name)));
      }
      visit(children, isTopLevel && (label === undefined || label.kind === "module"));
    }
  };
  visit(outline, true);
  return [...byName.values()];
}

function stronger(found: Definition, known: Definition | undefined): Definition {
  const weight = ({ isType, isTopLevel }: Definition) => 2 * Number(isType) + Number(isTopLevel);
  return known === undefined || weight(found) > weight(known) ? found : known;
}
