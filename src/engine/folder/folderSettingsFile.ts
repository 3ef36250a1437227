/**
 * What an index was built to hold, kept beside it: so the command line and a second window, asked for nothing else, keep
 * what the first one left out.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { FolderSettings } from "../../protocol/engine";

const SETTINGS_FILE = "settings.json";

const schema = v.object({ exclude: v.array(v.string()), maxFileKiB: v.pipe(v.number(), v.minValue(1)) });

/** @returns undefined where none were kept, or none that can be read: then the defaults hold. */
export function readFolderSettings(indexDir: string): FolderSettings | undefined {
  try {
    return v.parse(schema, JSON.parse(readFileSync(join(indexDir, SETTINGS_FILE), "utf8")));
  } catch {
    return undefined;
  }
}

/** To be called by the holder of the lock. Writes only where something differs. */
export function keepFolderSettings(indexDir: string, settings: FolderSettings): void {
  const kept = readFolderSettings(indexDir);
  if (kept === undefined || !isSameSettings(kept, settings)) {
    writeFileSync(join(indexDir, SETTINGS_FILE), `${JSON.stringify(settings)}\n`, { mode: 0o600 });
  }
}

export function isSameSettings(a: FolderSettings, b: FolderSettings): boolean {
  return JSON.stringify([a.exclude, a.maxFileKiB]) === JSON.stringify([b.exclude, b.maxFileKiB]);
}
