/**
 * The last things that went wrong with an index, kept beside it, so that a report can tell of what an engine met that has
 * ended since. Written when something goes wrong and at no other time.
 */

import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { TROUBLE_FILE } from "../../adapters/store/indexDirectory";
import type { Trouble } from "../../domain/doctorReport";

const MAX_KEPT = 20;
const MAX_LENGTH = 500;
/** The file is cut down when it has grown to this. */
const MAX_BYTES = 64 * 1024;

const schema = v.object({ at: v.number(), what: v.string() });

/** Best effort: what is wrong with the disk shall not make things worse. */
export function noteTrouble(indexDir: string, trouble: Trouble): void {
  const file = join(indexDir, TROUBLE_FILE);
  try {
    appendFileSync(file, `${JSON.stringify({ ...trouble, what: trouble.what.slice(0, MAX_LENGTH) })}\n`, {
      mode: 0o600,
    });
    if (readFileSync(file).length > MAX_BYTES) {
      writeFileSync(
        file,
        readTroubles(indexDir)
          .map((kept) => `${JSON.stringify(kept)}\n`)
          .join(""),
      );
    }
  } catch {
    // the caller reports the trouble itself
  }
}

/** @returns the newest last. */
export function readTroubles(indexDir: string): Trouble[] {
  try {
    const lines = readFileSync(join(indexDir, TROUBLE_FILE), "utf8")
      .split("\n")
      .slice(-MAX_KEPT - 1);
    return lines.flatMap((line) => parse(line) ?? []);
  } catch {
    return []; // nothing went wrong yet
  }
}

function parse(line: string): Trouble | undefined {
  try {
    return v.parse(schema, JSON.parse(line));
  } catch {
    return undefined; // the end of a line that was cut off
  }
}
