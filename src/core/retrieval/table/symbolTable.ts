/**
 * Which files define a name, however it is spelled: `getHTTPResponse` finds `get_http_response`.
 *
 * A folder of 50,000 files defines about a million names, so an entry is one number; whether the spelling is the same
 * is looked up in the file's record, for the few files that a name leads to.
 */

import type { Definition } from "../../ports";
import { foldName } from "../query/splitIdentifier";

export type DefinitionLevel = "member" | "topLevel" | "type";

const LEVELS: readonly DefinitionLevel[] = ["member", "topLevel", "type"];

export interface DefinitionSite {
  readonly slot: number;
  readonly level: DefinitionLevel;
}

export class SymbolTable {
  /** By folded name `slot * 4 + level`; one number alone where one file defines the name, which is the rule. */
  readonly #sites = new Map<string, number | number[]>();

  add(slot: number, definitions: readonly Definition[]): void {
    for (const [name, level] of strongestLevels(definitions)) {
      const site = slot * 4 + level;
      const sites = this.#sites.get(name);
      if (sites === undefined) {
        this.#sites.set(name, site);
      } else if (typeof sites === "number") {
        this.#sites.set(name, [sites, site]);
      } else {
        sites.push(site);
      }
    }
  }

  /** @returns one site for each file that defines `name`; also files that were removed since. */
  sitesOf(name: string): DefinitionSite[] {
    const sites = this.#sites.get(foldName(name));
    return (typeof sites === "number" ? [sites] : (sites ?? [])).map((site) => ({
      slot: Math.floor(site / 4),
      level: LEVELS[site % 4] ?? "member",
    }));
  }
}

export function levelOf(definition: Definition): DefinitionLevel {
  if (definition.isType) {
    return "type";
  }
  return definition.isTopLevel ? "topLevel" : "member";
}

function strongestLevels(definitions: readonly Definition[]): Map<string, number> {
  const levels = new Map<string, number>();
  for (const definition of definitions) {
    const name = foldName(definition.name);
    if (name !== "") {
      levels.set(name, Math.max(levels.get(name) ?? 0, LEVELS.indexOf(levelOf(definition))));
    }
  }
  return levels;
}
