/**
 * Large tools that only some tests need: installed from npm into `.vscode-test/` on first use, at a pinned version, and
 * kept there.
 */

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const CACHE = resolve(__dirname, "../../.vscode-test");

/**
 * @param name with its version, such as `code-server-4.139.1`.
 * @param install fills an empty folder; an installation that fails leaves nothing behind.
 * @returns the folder that `install` filled, now or earlier.
 */
export async function installOnce(name: string, install: (folder: string) => Promise<void>): Promise<string> {
  const installed = join(CACHE, name);
  if (existsSync(installed)) {
    return installed;
  }
  console.error(`Installing ${name} for tests into .vscode-test …`);
  mkdirSync(CACHE, { recursive: true });
  const unfinished = mkdtempSync(join(CACHE, "installing-"));
  try {
    await install(unfinished);
    if (!existsSync(installed)) {
      renameSync(unfinished, installed);
    }
  } finally {
    rmSync(unfinished, { recursive: true, force: true }); // there still, if it failed or another process was faster
  }
  return installed;
}

/** Installs a package into a folder of its own, without its install scripts. */
export async function npmInstall(folder: string, ...args: readonly string[]): Promise<void> {
  if (!existsSync(join(folder, "package.json"))) {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  }
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  await promisify(execFile)("npm", ["install", ...flags, ...args], {
    cwd: folder,
    shell: process.platform === "win32",
  });
}
