/**
 * The sets of vectors that an index has, one for each identity they were made with.
 *
 *     <folder of the index>/vectors/
 *       <id>.json    the descriptor: identity, when it became complete, keys that nothing refers to any more
 *       <id>.lance   the vectors
 *
 * They outlive the index beside them: a vector is known by the text it was made of, so it is as good for an index that was
 * built anew.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, parse } from "node:path";
import * as v from "valibot";
import type { EmbeddingIdentity } from "../../core/modelPorts";
import { errorCode, toFileEngineError } from "./fileErrors";
import { VECTORS_DIRECTORY, writeDurably } from "./indexDirectory";

const descriptorSchema = v.object({
  identity: v.object({
    model: v.string(),
    digest: v.string(),
    dimensions: v.pipe(v.number(), v.integer(), v.minValue(1)),
    scheme: v.string(),
  }),
  /** Milliseconds since the epoch; undefined until every chunk had its vector once. */
  completedAt: v.optional(v.number()),
  /** Milliseconds since the epoch at which a key was first seen unused. */
  unusedSince: v.record(v.string(), v.number()),
});

export interface VectorSet {
  readonly id: string;
  readonly identity: EmbeddingIdentity;
  readonly completedAt: number | undefined;
  readonly unusedSince: Readonly<Record<string, number>>;
}

export const vectorsDirectory = (indexDir: string): string => join(indexDir, VECTORS_DIRECTORY);

export const descriptorPath = (indexDir: string, id: string): string => join(vectorsDirectory(indexDir), `${id}.json`);

/** @returns 16 hexadecimal digits: the same for the same identity. */
export function vectorSetId({ model, digest, dimensions, scheme }: EmbeddingIdentity): string {
  return createHash("sha256")
    .update(JSON.stringify([model, digest, dimensions, scheme]))
    .digest("hex")
    .slice(0, 16);
}

/** Every set with a descriptor that can be read. */
export function listVectorSets(indexDir: string): VectorSet[] {
  const descriptors = contents(indexDir).filter((name) => name.endsWith(".json"));
  return descriptors.flatMap((name) => readVectorSet(indexDir, parse(name).name) ?? []);
}

/** What is of no use since the descriptor is gone, or is none. @returns names in the folder of the vectors. */
export function uselessVectors(indexDir: string): string[] {
  const isOfSet = (name: string) => name.endsWith(".json") || name.endsWith(".lance");
  return contents(indexDir).filter((name) => isOfSet(name) && !hasDescriptor(indexDir, parse(name).name));
}

/** True also for one that cannot be read at the moment. */
function hasDescriptor(indexDir: string, id: string): boolean {
  try {
    readFileSync(descriptorPath(indexDir, id));
  } catch (error) {
    return errorCode(error) !== "ENOENT";
  }
  return readVectorSet(indexDir, id) !== undefined;
}

function contents(indexDir: string): string[] {
  try {
    return readdirSync(vectorsDirectory(indexDir));
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") {
      return [];
    }
    throw toFileEngineError(error, indexDir, "write");
  }
}

/** @returns undefined where there is none, or none that can be read: its vectors are then made anew. */
export function readVectorSet(indexDir: string, id: string): VectorSet | undefined {
  try {
    const { identity, completedAt, unusedSince } = v.parse(
      descriptorSchema,
      JSON.parse(readFileSync(descriptorPath(indexDir, id), "utf8")),
    );
    return vectorSetId(identity) === id ? { id, identity, completedAt, unusedSince } : undefined;
  } catch {
    return undefined;
  }
}

/** To be called by the holder of the lock. */
export function writeVectorSet(indexDir: string, { id, identity, completedAt, unusedSince }: VectorSet): void {
  try {
    mkdirSync(vectorsDirectory(indexDir), { recursive: true, mode: 0o700 });
    writeDurably(descriptorPath(indexDir, id), `${JSON.stringify({ identity, completedAt, unusedSince })}\n`);
  } catch (error) {
    throw toFileEngineError(error, indexDir, "write");
  }
}

/** To be called by the holder of the lock, with the set closed. The descriptor goes first: what it does not name is litter. */
export function removeVectorSet(indexDir: string, id: string): void {
  try {
    rmSync(descriptorPath(indexDir, id), { force: true });
    rmSync(join(vectorsDirectory(indexDir), `${id}.lance`), { recursive: true, force: true });
  } catch (error) {
    throw toFileEngineError(error, indexDir, "write");
  }
}
