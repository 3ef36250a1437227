/**
 * Makes a VSIX for this platform: production bundles, the grammars and the native library, and nothing to fetch later.
 *
 * Usage: npm run package
 */

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

process.chdir(import.meta.dirname);

const MIB = 1024 * 1024;

/** As VS Code names platforms; on Linux the C library decides. */
function target() {
  const isMusl = process.platform === "linux" && process.report.getReport().header.glibcVersionRuntime === undefined;
  return `${isMusl ? "alpine" : process.platform}-${process.arch}`;
}

const run = (script, ...args) => execFileSync(process.execPath, [script, ...args], { stdio: "inherit" });

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const vsix = `cloister-${target()}-${version}.vsix`;

rmSync(vsix, { force: true });
run("esbuild.mjs", "--production");
run(
  join("node_modules", "@vscode", "vsce", "vsce"),
  "package",
  "--no-dependencies", // the bundles need none
  "--allow-missing-repository",
  "--no-rewrite-relative-links",
  "--no-git-tag-version",
  `--target=${target()}`,
  `--out=${vsix}`,
);
console.log(`${vsix}: ${(statSync(vsix).size / MIB).toFixed(1)} MiB. Install it: code --install-extension ${vsix}`);
