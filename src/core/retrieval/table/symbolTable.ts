/**
 * Which files define a name, however it is spelled: `getHTTPResponse` finds `get_http_response`.
 *
 * Whether the spelling is the same is looked up in the file's record, for the few files that a name leads to.
 */

import type { Definition } from "../../definitions";
import { foldName } from "../query/splitIdentifier";
import { DigestGroups, digestOf } from "./digestGroups";
import type { KeptIntGroups } from "./intGroups";

export type DefinitionLevel = "member" | "topLevel" | "type";

const LEVELS: readonly DefinitionLevel[] = ["member", "topLevel", "type"];

export interface DefinitionSite {
  readonly slot: number;
  readonly level: DefinitionLevel;
}

export class SymbolTable {
  /** By folded name, `slot * 4 + level`. */
  readonly #sites: DigestGroups;

  /** @param kept what `toKept` gave. */
  constructor(kept?: KeptIntGroups) {
    this.#sites = new DigestGroups(kept);
  }

  toKept(): KeptIntGroups {
    return this.#sites.toKept();
  }

  /** @param levels by digest of each name that the file defines, its strongest level, as `levelRank` has it. */
  add(slot: number, levels: ReadonlyMap<number, number>): void {
    for (const [digest, level] of levels) {
      this.#sites.add(digest, slot * 4 + level);
    }
  }

  settle(): void {
    this.#sites.settle();
  }

  /** @returns one site for each file that defines `name`; also files that were removed since. */
  sitesOf(name: string): DefinitionSite[] {
    const digest = digestName(name);
    const sites = digest === undefined ? [] : this.#sites.of(digest);
    return sites.map((site) => ({ slot: site >> 2, level: LEVELS[site & 3] ?? "member" }));
  }
}

export function levelOf(definition: Definition): DefinitionLevel {
  if (definition.isType) {
    return "type";
  }
  return definition.isTopLevel ? "topLevel" : "member";
}

/** The stronger, the higher. */
export function levelRank(definition: Definition): number {
  return LEVELS.indexOf(levelOf(definition));
}

/** @returns equal digests for a name in all its spellings; undefined for one without letters and digits. */
export function digestName(name: string): number | undefined {
  const folded = foldName(name);
  return folded === "" ? undefined : digestOf(folded);
}
