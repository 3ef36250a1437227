/** One file or more in each language that has a grammar, with what reviewers agreed on beside it (`NAME.chunks`). */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const SAMPLE_DIR = join(import.meta.dirname, "..", "fixtures", "chunks");

export const samples = readdirSync(SAMPLE_DIR)
  .filter((name) => !name.endsWith(".chunks"))
  .map((name) => ({ name, text: readFileSync(join(SAMPLE_DIR, name), "utf8") }));
