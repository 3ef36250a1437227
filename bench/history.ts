/**
 * Gives repositories that were laid out for the benches their history, as a clone has it: `checkout.py` and `commits.py` lay
 * out files alone.
 *
 *     npm run bench:history -- --mirrors MIRRORS --repos REPOS [--benchmark DIR]
 *
 * `MIRRORS` is what they were laid out from. The history ends with the commit that was laid out; the files have to be those of
 * this commit, so that nothing is told that came later.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readPublished } from "./retrieval/questions";

/** The subjects of the newest of them ask the questions of `commits.py`. */
const COMMITS_ASKING = 400;

function main(): void {
  const { values } = parseArgs({
    options: {
      mirrors: { type: "string" },
      repos: { type: "string" },
      benchmark: { type: "string", default: "../shared/benchmark" },
    },
  });
  const { mirrors, repos, benchmark } = values;
  if (mirrors === undefined || repos === undefined) {
    throw new Error("--mirrors DIR and --repos DIR are needed");
  }
  const folders = readdirSync(repos, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const published = readPublished(benchmark);
  for (const { name } of folders) {
    const mirror = gitDirectoryIn(resolve(mirrors, mirrorName(name, published.get(name)?.url)));
    const revision = revisionOf(name, repos, mirror);
    giveHistory(resolve(repos, name), mirror, revision);
    process.stdout.write(`${name}: history up to ${revision.slice(0, 10)}\n`);
  }
}

/** `owner+name`. */
function mirrorName(name: string, url: string | undefined): string {
  return url === undefined
    ? name
    : new URL(url).pathname
        .slice(1)
        .replace(/\.git$/, "")
        .replace("/", "+");
}

function gitDirectoryIn(folder: string): string {
  const head = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((path) => /(?:^|[/\\])HEAD$/.test(path));
  if (head === undefined) {
    throw new Error(`${folder} holds no repository`);
  }
  return join(folder, head, "..");
}

/** The commit that was laid out: `checkout.py` has noted it, `commits.py` takes the one before those that ask. */
function revisionOf(name: string, repos: string, mirror: string): string {
  const noted = join(repos, `${name}.json`);
  if (existsSync(noted)) {
    return (JSON.parse(readFileSync(noted, "utf8")) as { revision: string }).revision;
  }
  const commits = git(mirror, "rev-list", "--first-parent", `--max-count=${COMMITS_ASKING + 1}`, "HEAD");
  return commits.trim().split("\n").at(-1) ?? "";
}

function giveHistory(folder: string, mirror: string, revision: string): void {
  const own = join(folder, ".git");
  rmSync(own, { recursive: true, force: true });
  git(folder, "init", "--quiet");
  mkdirSync(join(own, "objects/info"), { recursive: true });
  writeFileSync(join(own, "objects/info/alternates"), `${join(mirror, "objects")}\n`);
  git(folder, "update-ref", "--no-deref", "HEAD", revision);
  git(folder, "read-tree", "HEAD");
  const changed = git(folder, "diff", "--name-only", "--ignore-submodules", "--diff-filter=AMT").trim();
  if (changed !== "") {
    rmSync(own, { recursive: true, force: true });
    throw new Error(`${folder} does not hold the files of ${revision}: ${changed.split("\n", 1)[0]} differs`);
  }
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
}

main();
