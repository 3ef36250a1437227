/**
 * What could be installed on this machine, from the catalogue (`catalogue.json`, as of its `checkedOn`).
 *
 * A tag whose size nobody stated is left out: whether it fits, and whether the disk has room, could not be said.
 */

import type { AvailableModel, ModelFit, ModelRole } from "../../domain/availableModel";
import { isMultilingual } from "./catalogue";
import catalogue from "./catalogue.json";
import { fitOf } from "./fit";

interface Listed {
  readonly name: string;
  readonly licence?: string;
  readonly downloadBytes?: Readonly<Record<string, number>>;
}

const FIT_ORDER: readonly (ModelFit | undefined)[] = ["fits", "tight", undefined, "too-large"];

/**
 * @param memoryBytes of the machine that models run on; undefined where that is not known.
 * @returns chat models first; of each role those that fit first, and of equals the better ones first.
 */
export function availableModels(memoryBytes: number | undefined): readonly AvailableModel[] {
  const ofRole = (listed: readonly Listed[], role: ModelRole) =>
    listed
      .flatMap((entry) => tagsOf(entry, role, memoryBytes))
      .toSorted((a, b) => FIT_ORDER.indexOf(a.fit) - FIT_ORDER.indexOf(b.fit));
  return [...ofRole(catalogue.chat, "chat"), ...ofRole(catalogue.embedding, "embedding")];
}

function tagsOf(
  { name, licence, downloadBytes = {} }: Listed,
  role: ModelRole,
  memoryBytes: number | undefined,
): AvailableModel[] {
  const sizes = Object.entries(downloadBytes);
  const isSecondName = (tag: string, bytes: number) =>
    tag === "" && sizes.some(([more, of]) => more !== "" && of === bytes);
  return sizes
    .filter(([tag, bytes]) => !isSecondName(tag, bytes))
    .map(([tag, bytes]) => ({
      name: tag === "" ? name : `${name}:${tag}`,
      role,
      downloadBytes: bytes,
      licence,
      isMultilingual: role === "embedding" ? isMultilingual(name) : undefined,
      fit: memoryBytes === undefined ? undefined : fitOf(bytes, memoryBytes),
    }));
}
