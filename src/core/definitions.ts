/** Names that files define, and how an index keeps them. */

/** A name that a file defines. */
export interface Definition {
  /** Never empty. */
  readonly name: string;
  /** True for a function, type or constant that no other definition encloses. */
  readonly isTopLevel: boolean;
  /** True for a class, interface, struct, enum, trait or the like. */
  readonly isType: boolean;
  /** Position in the file of the chunk in which it begins, from 0. */
  readonly chunk: number;
}

/**
 * The definitions of one file as one text, a line for each, in order of their chunks: a digit to base 36 (1 top level, 2
 * type, 4 for each chunk further on than the one before), then the name. A line without a name is of no definition: its
 * chunks are further on than one digit can say. A large folder has a million, and few are ever looked at.
 */
export type EncodedDefinitions = string;

/** The most that one digit says. */
const MAX_STEP = 8;

export function encodeDefinitions(definitions: readonly Definition[]): EncodedDefinitions {
  const lines: string[] = [];
  let chunk = 0;
  for (const definition of definitions.toSorted((a, b) => a.chunk - b.chunk)) {
    for (; definition.chunk - chunk > MAX_STEP; chunk += MAX_STEP) {
      lines.push((4 * MAX_STEP).toString(36));
    }
    const flags = Number(definition.isTopLevel) + 2 * Number(definition.isType) + 4 * (definition.chunk - chunk);
    lines.push(flags.toString(36) + definition.name.replaceAll("\n", " "));
    chunk = definition.chunk;
  }
  return lines.join("\n");
}

/** @param encoded any text at all. */
export function decodeDefinitions(encoded: EncodedDefinitions): Definition[] {
  const definitions: Definition[] = [];
  let chunk = 0;
  for (const line of encoded === "" ? [] : encoded.split("\n")) {
    const digit = Number.parseInt(line[0] ?? "", 36) || 0;
    chunk += digit >> 2;
    const name = line.slice(1);
    if (name !== "") {
      definitions.push({ name, isTopLevel: (digit & 1) !== 0, isType: (digit & 2) !== 0, chunk });
    }
  }
  return definitions;
}
