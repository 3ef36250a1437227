/**
 * Files for tests of search, written as text: a blank line parts two chunks, `class A` defines a type and `def a` a
 * function; indented ones are members of the class above them.
 */

import type { Definition } from "../../src/core/definitions";
import type { Chunk } from "../../src/domain/chunk";
import type { MemoryFile } from "./memoryIndex";

const DEFINITION = /^( *)(class|def) (\w+)/gm;

export function codeFile(path: string, text: string): MemoryFile {
  const chunks: Chunk[] = [];
  let enclosing: string[] = [];
  let line = 1;
  for (const part of text.split("\n\n")) {
    const [found] = part.matchAll(DEFINITION);
    const [, indent, keyword, symbol] = found ?? [];
    enclosing = indent === "" ? [] : enclosing;
    const lines = part.split("\n").length;
    const kind = keyword === undefined ? "lines" : keyword === "class" ? "class" : "function";
    chunks.push({
      path,
      language: "python",
      kind,
      symbol,
      enclosing,
      startLine: line,
      endLine: line + lines,
      text: part,
    });
    enclosing = keyword === "class" && symbol !== undefined ? [symbol] : enclosing;
    line += lines + 1;
  }
  return { path, chunks, definitions: chunks.flatMap(definitionsIn) };
}

function definitionsIn({ text }: Chunk, chunk: number): Definition[] {
  return [...text.matchAll(DEFINITION)].map(([, indent, keyword, name = ""]) => ({
    name,
    isTopLevel: indent === "",
    isType: keyword === "class",
    chunk,
  }));
}

/** @param files text by path. */
export function codeFiles(files: Readonly<Record<string, string>>): MemoryFile[] {
  return Object.entries(files).map(([path, text]) => codeFile(path, text));
}
