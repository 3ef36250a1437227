/**
 * Which files define a name, however it is spelled: `getHTTPResponse` finds `get_http_response`.
 *
 * A folder of 50,000 files defines about a million names, so names are kept as digests of 48 bits, of which two names
 * share one in one of five hundred such folders; whether the spelling is the same is looked up in the file's record, for
 * the few files that a name leads to.
 */

import type { Definition } from "../../definitions";
import { foldName } from "../query/splitIdentifier";
import { IntGroups } from "./intGroups";

export type DefinitionLevel = "member" | "topLevel" | "type";

const LEVELS: readonly DefinitionLevel[] = ["member", "topLevel", "type"];

export interface DefinitionSite {
  readonly slot: number;
  readonly level: DefinitionLevel;
}

/** Bits of a digest beside the lower 32, which are kept with each site. */
const GROUP_BITS = 16;

export class SymbolTable {
  /** By the upper bits of a name's digest, its lower bits and `slot * 4 + level` by turns. */
  readonly #sites = new IntGroups();

  /** @param levels by digest of each name that the file defines, its strongest level, as `levelRank` has it. */
  add(slot: number, levels: ReadonlyMap<number, number>): void {
    for (const [digest, level] of levels) {
      this.#sites.add(groupOf(digest), digest | 0);
      this.#sites.add(groupOf(digest), slot * 4 + level);
    }
  }

  /** @returns one site for each file that defines `name`; also files that were removed since. */
  sitesOf(name: string): DefinitionSite[] {
    const digest = digestName(name);
    if (digest === undefined) {
      return [];
    }
    const group = this.#sites.of(groupOf(digest));
    const sites: DefinitionSite[] = [];
    for (let at = 0; at < group.length; at += 2) {
      if (group[at] === (digest | 0)) {
        const site = group[at + 1] ?? 0;
        sites.push({ slot: site >> 2, level: LEVELS[site & 3] ?? "member" });
      }
    }
    return sites;
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

/** @returns a number of 48 bits, equal for a name in all its spellings; undefined for one without letters and digits. */
export function digestName(name: string): number | undefined {
  const folded = foldName(name);
  if (folded === "") {
    return undefined;
  }
  let first = 0xdeadbeef | 0;
  let second = 0x41c6ce57 | 0;
  for (let at = 0; at < folded.length; at += 1) {
    const code = folded.charCodeAt(at);
    first = Math.imul(first ^ code, 0x9e3779b1);
    second = Math.imul(second ^ code, 0x5f356495);
  }
  first = Math.imul(first ^ (first >>> 16), 0x85ebca6b) ^ Math.imul(second ^ (second >>> 13), 0xc2b2ae35);
  second = Math.imul(second ^ (second >>> 16), 0x85ebca6b) ^ Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (first >>> (32 - GROUP_BITS)) * 2 ** 32 + (second >>> 0);
}

function groupOf(digest: number): number {
  return Math.floor(digest / 2 ** 32);
}
