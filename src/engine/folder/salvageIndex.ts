/** Makes the manifest and the table of a damaged index readable again, keeping what can be kept (`docs/adr/0011`). */

import { finishTableSalvage, salvageTable } from "../../adapters/store/lanceSalvage";
import { finishManifestSalvage, salvageManifest } from "../../adapters/store/salvageManifest";
import { openSqliteManifest } from "../../adapters/store/sqliteManifest";
import { EngineError } from "../../domain/errors";
import type { IndexRepair } from "../../domain/indexRepair";

export interface Salvage {
  readonly indexDir: string;
  /** Moves a file or folder of the index, named relative to its folder, out of the way; it is kept. */
  readonly setAside: (name: string) => void;
  readonly tellOf: (repair: IndexRepair) => void;
}

/**
 * To be called by the holder of the lock, with the index closed.
 *
 * @returns the number of rows that were lost.
 * @throws {EngineError} `index-damaged` if manifest or table cannot be made readable.
 */
export async function salvageIndex({ indexDir, setAside, tellOf }: Salvage): Promise<number> {
  if (!isManifestSound(indexDir)) {
    if (!salvageManifest(indexDir, setAside)) {
      throw new EngineError({ code: "index-damaged", indexDir, problem: "the manifest cannot be read" });
    }
    tellOf({ kind: "manifest-salvaged" });
  }
  const table = await salvageTable(indexDir, setAside);
  if (table === undefined) {
    throw new EngineError({ code: "index-damaged", indexDir, problem: "no version of the chunk table opens" });
  }
  if (table.rolledBack > 0) {
    tellOf({ kind: "rolled-back", versions: table.rolledBack });
  }
  return table.rowsLost;
}

/** Ends what a killed repair has begun, to be called by the holder of the lock before the index is opened. */
export function finishSalvage(indexDir: string): void {
  finishManifestSalvage(indexDir);
  finishTableSalvage(indexDir);
}

/** @returns what is wrong. @throws whatever is not damage. */
export function problemOf(error: unknown): string {
  if (error instanceof EngineError && error.detail.code === "index-damaged") {
    return error.detail.problem;
  }
  throw error;
}

function isManifestSound(indexDir: string): boolean {
  try {
    const manifest = openSqliteManifest(indexDir, true);
    try {
      manifest.verify();
      return true;
    } finally {
      manifest.close();
    }
  } catch (error) {
    problemOf(error);
    return false;
  }
}
