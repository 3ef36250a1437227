/** Paths inside a folder as the engine names them: relative, with `/` on every system. */

import { isAbsolute, relative, resolve, sep } from "node:path";

/** @returns `""` for the folder itself; undefined for a path that is not inside the folder. */
export function pathInFolder(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    return undefined;
  }
  return sep === "/" ? inside : inside.split(sep).join("/");
}

/** The absolute path of a file that the engine named; undefined for a name that leads out of the folder. */
export function absoluteInFolder(folder: string, path: string): string | undefined {
  const absolute = resolve(folder, path);
  return pathInFolder(folder, absolute) ? absolute : undefined;
}
