/** The grammars as they ship, in a folder that all test files share. */

import { join } from "node:path";
import { copyGrammars } from "../../grammars.mjs";

export function grammarsForTests(): string {
  const folder = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "cloister", "grammars");
  copyGrammars(folder);
  return folder;
}
