/**
 * A chunk: contiguous lines of one file, small enough to embed.
 *
 * The chunks of a file partition it: every line lies in exactly one of them.
 */

import type { LineRange } from "./lines";

/** What a chunk mainly holds. `section` is a part of a document under its heading; `lines` is anything without structure. */
export type ChunkKind =
  | "function"
  | "method"
  | "class"
  | "interface"
  | "type"
  | "module"
  | "variable"
  | "section"
  | "block"
  | "lines";

export interface Chunk extends LineRange {
  /** Relative to the indexed folder, with `/` between names on every system. */
  readonly path: string;
  /** A lower-case identifier such as `typescript`, `markdown` or `text`. */
  readonly language: string;
  readonly kind: ChunkKind;
  /** The name that the chunk defines, or its heading; undefined where it defines none. */
  readonly symbol: string | undefined;
  /** Names of what encloses the chunk, outermost first: `["Server", "handle"]`. */
  readonly enclosing: readonly string[];
  /** The lines themselves, joined by `\n`, without a final line end. */
  readonly text: string;
}
