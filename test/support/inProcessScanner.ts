/** Searches files as they lie in this process. */

import type { FileScanner } from "../../src/core/ports";
import { cutFiles, findFiles } from "../../src/engine/scanFiles";

/** @param limitMs for the files of one query. */
export function createInProcessScanner(folder: string, limitMs = 10_000): FileScanner {
  const files = {
    folder,
    maxFileKiB: 1_024,
    onProblem: (problem: string) => {
      throw new Error(problem);
    },
  };
  return {
    find: (paths, query) => findFiles(files, query, paths, limitMs),
    cut: (paths) => cutFiles(files, paths),
  };
}
