/**
 * What an index was built to hold, kept beside it: so the command line and a second window, asked for nothing else, keep
 * what the first one left out.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { errorCode, toFileEngineError } from "../../adapters/store/fileErrors";
import { type IndexLocation, isForeign, SETTINGS_FILE, writeDurably } from "../../adapters/store/indexDirectory";
import { EngineError } from "../../domain/errors";
import type { FolderSettings } from "../../protocol/engine";

const schema = v.object({ exclude: v.array(v.string()), maxFileKiB: v.pipe(v.number(), v.minValue(1)) });

/**
 * @returns undefined where none were kept.
 * @throws {EngineError} `settings-damaged` where some were kept that cannot be read: the defaults would leave out less.
 */
function readFolderSettings(indexDir: string): FolderSettings | undefined {
  const path = join(indexDir, SETTINGS_FILE);
  try {
    return v.parse(schema, JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") {
      return undefined;
    }
    throw new EngineError({ code: "settings-damaged", path }, { cause: error });
  }
}

/**
 * To be called by the holder of the lock. Writes only where something differs.
 *
 * @param asked those of `settings` that somebody named: the others replace none, whoever has named those meanwhile.
 * @throws {EngineError} `settings-damaged` where some were kept that cannot be read or replaced; `index-unwritable`, `disk-full`.
 */
export function keepFolderSettings(indexDir: string, settings: FolderSettings, asked: Partial<FolderSettings>): void {
  const kept = asked.exclude === undefined ? readFolderSettings(indexDir) : readIfSound(indexDir);
  if (kept !== undefined && isAsAsked(kept, asked)) {
    return;
  }
  const path = join(indexDir, SETTINGS_FILE);
  try {
    writeDurably(path, `${JSON.stringify({ ...settings, ...kept, ...asked })}\n`);
  } catch (error) {
    throw errorCode(error) === "EISDIR"
      ? new EngineError({ code: "settings-damaged", path }, { cause: error })
      : toFileEngineError(error, indexDir, "write");
  }
}

/**
 * To be called before a folder is listed by the settings that were kept.
 *
 * @throws {EngineError} `settings-damaged` where it is not known what is to be left out.
 */
export function requireSettings(location: IndexLocation, asked: Partial<FolderSettings>): void {
  if (asked.exclude === undefined && !isForeign(location)) {
    readFolderSettings(location.indexDir);
  }
}

/** For reading an index: what it holds was settled when it was written. */
export function readIfSound(indexDir: string): FolderSettings | undefined {
  try {
    return readFolderSettings(indexDir);
  } catch {
    return undefined;
  }
}

/** @param asked what is not named may be anything. */
export function isAsAsked(settings: FolderSettings, asked: Partial<FolderSettings>): boolean {
  const { exclude, maxFileKiB } = { ...settings, ...asked };
  return JSON.stringify([settings.exclude, settings.maxFileKiB]) === JSON.stringify([exclude, maxFileKiB]);
}
