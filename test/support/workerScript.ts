/** Bundles a worker as it ships, into a folder of the test's own. */

import { join } from "node:path";
import { build } from "esbuild";

export async function bundleWorker(
  outDir: string,
  name: "prepareWorker" | "scanWorker" = "prepareWorker",
): Promise<string> {
  const outfile = join(outDir, `${name}.cjs`);
  await build({
    entryPoints: [join(import.meta.dirname, "..", "..", "src", "engine", `${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    mainFields: ["module", "main"],
    define: { "import.meta.url": "bundleUrl" },
    banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: "error",
  });
  return outfile;
}
