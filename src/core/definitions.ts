/** Names that files define, and how an index keeps them. */

/** A name that a file defines. */
export interface Definition {
  readonly name: string;
  /** True for a function, type or constant that no other definition encloses. */
  readonly isTopLevel: boolean;
  /** True for a class, interface, struct, enum, trait or the like. */
  readonly isType: boolean;
}

/**
 * The definitions of one file as one text, a line for each: a digit of flags (1 top level, 2 type), then the name. A large
 * folder has a million, and few are ever looked at.
 */
export type EncodedDefinitions = string;

export function encodeDefinitions(definitions: readonly Definition[]): EncodedDefinitions {
  return definitions
    .map(({ name, isTopLevel, isType }) => `${Number(isTopLevel) + 2 * Number(isType)}${name.replaceAll("\n", " ")}`)
    .join("\n");
}

/** @param encoded any text at all. */
export function decodeDefinitions(encoded: EncodedDefinitions): Definition[] {
  if (encoded === "") {
    return [];
  }
  return encoded.split("\n").map((line) => {
    const flags = Number(line[0]);
    return { name: line.slice(1), isTopLevel: (flags & 1) !== 0, isType: (flags & 2) !== 0 };
  });
}
