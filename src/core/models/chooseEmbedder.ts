/** Which installed model makes the vectors when the person has not named one. */

import { EngineError } from "../../domain/errors";
import type { InstalledModel } from "../modelPorts";
import { embeddingRank } from "./catalogue";
import { hasCloudTag, sameModel } from "./modelName";

/** Model architectures and names that only make vectors, for servers too old to state capabilities. */
const EMBEDDER_FAMILY = /bert|^nomic|embed/i;
const EMBEDDER_NAME = /embed|minilm|(^|\/)(bge|e5|gte|mxbai|paraphrase)-|arctic-embed/i;

export function canEmbed({ capabilities, family, name, isRemote }: InstalledModel): boolean {
  return (
    !isRemote && (capabilities.length > 0 ? capabilities.includes("embedding") : looksLikeEmbedder({ family, name }))
  );
}

export function looksLikeEmbedder({ family, name }: Pick<InstalledModel, "family" | "name">): boolean {
  return EMBEDDER_FAMILY.test(family) || EMBEDDER_NAME.test(name);
}

/**
 * @param wanted undefined: the best of those known to be good, which understand several languages first.
 * @returns undefined where none was named and none is installed. The same list gives the same model, in any order.
 * @throws {EngineError} `model-not-installed`, `model-is-remote`, and `ollama-failed` if it makes no vectors, for `wanted`.
 */
export function chooseEmbedder(
  installed: readonly InstalledModel[],
  wanted: string | undefined,
  url: string,
): InstalledModel | undefined {
  if (wanted === undefined) {
    return installed.filter(canEmbed).toSorted(byPreference)[0];
  }
  const found = installed.find(({ name }) => sameModel(name, wanted));
  if (found?.isRemote ?? hasCloudTag(wanted)) {
    throw new EngineError({ code: "model-is-remote", model: wanted });
  }
  if (found === undefined) {
    const names = installed.filter(canEmbed).map(({ name }) => name);
    throw new EngineError({ code: "model-not-installed", model: wanted, installed: names });
  }
  if (!canEmbed(found)) {
    throw new EngineError({ code: "ollama-failed", url, status: 400, message: `${found.name} makes no vectors` });
  }
  return found;
}

function byPreference(a: InstalledModel, b: InstalledModel): number {
  return embeddingRank(a.name) - embeddingRank(b.name) || a.sizeBytes - b.sizeBytes || (a.name < b.name ? -1 : 1);
}
