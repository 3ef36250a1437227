/** Searches files as they lie in this process. */

import type { FileScanner } from "../../src/core/ports";
import { cutFiles, findFiles, findNames } from "../../src/engine/scanFiles";

export function createInProcessScanner(folder: string): FileScanner {
  const until = (endsAt: number) => ({
    folder,
    maxFileKiB: 1_024,
    isOver: () => Date.now() >= endsAt,
    onProblem: (problem: string) => {
      throw new Error(problem);
    },
  });
  return {
    find: (paths, query) => findFiles(until(query.endsAt), query, paths),
    cut: (paths, endsAt) => cutFiles(until(endsAt), paths),
    findNames: async (paths, names, endsAt) => findNames(until(endsAt), names, paths),
  };
}
