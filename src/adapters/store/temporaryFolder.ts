/**
 * A place of its own for what LanceDB puts among the system's temporary files: with each connection it makes a folder there
 * that it leaves behind, and where it cannot make one it ends the process. The place goes when this process ends or, if that
 * is killed, when another one begins a day later.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineError } from "../../domain/errors";

const PREFIX = "cloister-engine-";
const VARIABLES = process.platform === "win32" ? ["TEMP", "TMP"] : ["TMPDIR"];
const LITTER_AGE_MS = 24 * 60 * 60_000;

let place: string | undefined;

/**
 * To be called before each connection: what cleans the system's temporary files may have taken the place away.
 *
 * @throws {EngineError} `temporary-folder-unwritable`.
 */
export function holdTemporaryFolder(): void {
  try {
    if (place === undefined) {
      place = takePlace(tmpdir());
    } else {
      mkdirSync(place, { recursive: true, mode: 0o700 });
    }
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new EngineError({ code: "temporary-folder-unwritable", folder: tmpdir(), cause }, { cause: error });
  }
}

function takePlace(parent: string): string {
  const taken = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  process.once("exit", () => rmSync(taken, { recursive: true, force: true }));
  for (const name of VARIABLES) {
    process.env[name] = taken;
  }
  removeLitter(parent);
  return taken;
}

function removeLitter(parent: string): void {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(PREFIX))) {
    const path = join(parent, name);
    try {
      if (!isRunning(Number.parseInt(name.slice(PREFIX.length), 10)) && isOld(path)) {
        rmSync(path, { recursive: true, force: true });
      }
    } catch {
      // it is another user's, or somebody else has just removed it
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** A process in another container has another number here. */
function isOld(path: string): boolean {
  return Date.now() - statSync(path).mtimeMs > LITTER_AGE_MS;
}
