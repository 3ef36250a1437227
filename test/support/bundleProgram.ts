/** Bundles a program of the tests, which then starts in a fraction of the time that it takes from its sources. */

import { join } from "node:path";
import { build } from "esbuild";

/**
 * @param program name of a file in `test/support/programs`. VS Code's API is the fake one.
 * @returns what to give Node; it lies where packages are found.
 */
export async function bundleProgram(program: string): Promise<string> {
  const outfile = join(import.meta.dirname, "../../dist/programs", `${program}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, "programs", `${program}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "esm",
    alias: { vscode: join(import.meta.dirname, "fakeVscode.ts") },
    packages: "external",
    logLevel: "error",
  });
  return outfile;
}
