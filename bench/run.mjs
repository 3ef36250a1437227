/**
 * Runs a benchmark written in TypeScript: bundles it as the product is bundled, then starts it.
 *
 * Usage: node bench/run.mjs NAME [arguments of bench/NAME.ts]
 */

import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as esbuild from "esbuild";

const [name, ...args] = process.argv.slice(2);
const here = import.meta.dirname;
/** Programs find the product and their helpers from where they were written. */
const keepDirnames = {
  name: "keep-dirnames",
  setup: (build) =>
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll("import.meta.dirname", JSON.stringify(dirname(path))),
      loader: "ts",
    })),
};
const outfile = join(here, "..", "dist", "bench", `${name}.mjs`);

await esbuild.build({
  entryPoints: [join(here, `${name}.ts`)],
  outfile,
  bundle: true,
  platform: "node",
  target: "node22",
  format: "esm",
  packages: "external",
  plugins: [keepDirnames],
  sourcemap: "linked",
  logLevel: "warning",
});
const { status } = spawnSync(process.execPath, ["--enable-source-maps", outfile, ...args], { stdio: "inherit" });
process.exitCode = status ?? 1;
