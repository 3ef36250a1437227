/**
 * What is embedded of a chunk, and the key under which its vector is kept.
 *
 * The names of what encloses a chunk and its own tell what it is about where its lines do not. Its path is left out,
 * though it would do the same: a renamed file would have to be embedded again, and the ranker has features of the path
 * already (`docs/adr/0014`).
 */

import type { Chunk } from "../../domain/chunk";
import type { EmbeddableText } from "../modelPorts";
import type { ChunkName, HashText } from "../ports";

/** Part of an identity: raised whenever the same chunk would be embedded otherwise. */
export const EMBED_TEXT_VERSION = 1;

export function embedText(chunk: Pick<Chunk, "symbol" | "enclosing" | "text">): EmbeddableText {
  return { title: titleOf(chunk), text: chunk.text };
}

/** @returns the same for chunks of which the same is embedded, in whichever file and at whichever line they stand. */
export function vectorKey(chunk: ChunkName, hashText: HashText): string {
  return hashText(`${chunk.textHash}\n${titleOf(chunk)}`);
}

function titleOf({ symbol, enclosing }: Pick<Chunk, "symbol" | "enclosing">): string {
  return [...enclosing, ...(symbol === undefined ? [] : [symbol])].join(" › ");
}
