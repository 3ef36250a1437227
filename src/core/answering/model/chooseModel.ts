/**
 * Which installed model answers when the person has not named one.
 *
 * Only models on this machine that can chat come into question. Among them: a family known to be good at this before an
 * unknown one before an outdated one, general or code models before those made for something else, a size that runs on
 * most machines before very small and very large ones, and of equals the newest.
 */

import type { InstalledModel } from "../../modelPorts";
import { looksLikeEmbedder } from "../../models/chooseEmbedder";
import { sameModel } from "../../models/modelName";

/** Best first; matched against the beginning of the name. */
const GOOD_FAMILIES =
  /^(gemma4|qwen3\.[5-9]|qwen3-coder|gpt-oss|devstral-small-2|gemma3n?|qwen3|granite4|ministral-3|nemotron-3|phi4|mistral-small)\b/;

/** What Ollama itself lists as outdated. */
const OUTDATED_FAMILIES =
  /^(codellama|qwen2(\.5)?(-coder)?|qwen|llama2|llama3(\.\d)?|mistral|starcoder2?|deepseek-r1|deepseek-coder|gemma2?|phi3?|vicuna|orca)\b/;

/** Made for one thing that is not answering questions. */
const SPECIAL =
  /guard|shield|ocr|translat|medgemma|meditron|reader-lm|functiongemma|reward|rerank|-base\b|-text-|sqlcoder|nuextract/i;

export function canChat(model: InstalledModel): boolean {
  return model.capabilities.length > 0 ? model.capabilities.includes("completion") : !looksLikeEmbedder(model);
}

/** @returns the model that answers; undefined if none can. The same list gives the same model, in any order. */
export function chooseChatModel(installed: readonly InstalledModel[]): InstalledModel | undefined {
  const usable = installed.filter((model) => !model.isRemote && canChat(model));
  return usable.toSorted(byPreference)[0];
}

/** The installed model of that name; `:latest` may be left out. */
export function findModel(installed: readonly InstalledModel[], name: string): InstalledModel | undefined {
  return installed.find((model) => sameModel(model.name, name));
}

function byPreference(a: InstalledModel, b: InstalledModel): number {
  return (
    purposeRank(a) - purposeRank(b) ||
    familyRank(a) - familyRank(b) ||
    sizeRank(a) - sizeRank(b) ||
    styleRank(a) - styleRank(b) ||
    b.modifiedAt - a.modifiedAt ||
    (a.name < b.name ? -1 : 1)
  );
}

const purposeRank = ({ name }: InstalledModel): number => (SPECIAL.test(name) ? 1 : 0);

function familyRank({ name }: InstalledModel): number {
  const bare = name.slice(name.lastIndexOf("/") + 1).toLowerCase();
  return GOOD_FAMILIES.test(bare) ? 0 : OUTDATED_FAMILIES.test(bare) ? 2 : 1;
}

const styleRank = ({ name }: InstalledModel): number => (/instruct|coder|-it\b|chat/i.test(name) ? 0 : 1);

/** Billions of parameters that answer well and run on an ordinary machine; then smaller, then larger ones. */
function sizeRank(model: InstalledModel): number {
  const billions = parametersOf(model);
  if (billions === undefined) {
    return 1;
  }
  return billions >= 3 && billions <= 16 ? 0 : billions >= 1 && billions <= 36 ? 1 : 2;
}

/** @returns billions of parameters, by name where Ollama gives none. */
function parametersOf({ parameterSize, name }: InstalledModel): number | undefined {
  const match = /^([\d.]+)\s*([KMBT])/i.exec(parameterSize) ?? /:e?([\d.]+)([mb])\b/i.exec(name);
  const scale = { k: 1e-6, m: 1e-3, b: 1, t: 1e3 }[match?.[2]?.toLowerCase() ?? ""];
  return match === null || scale === undefined ? undefined : Number(match[1]) * scale;
}
