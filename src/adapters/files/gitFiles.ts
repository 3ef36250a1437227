/**
 * The files of a repository as git sees them: tracked, or untracked and not ignored.
 *
 * Git is asked because only git knows what it ignores: there are global rules and rules inside `.git`, and a tracked file
 * is never ignored.
 */

import { type GitRun, runGit } from "./runGit";

export type GitListing =
  | {
      readonly state: "listed";
      /** Relative to the directory, with `/`, each once. Nested repositories and submodules appear as their directory. */
      readonly paths: readonly string[];
      /** Directories that git was not allowed to open, relative to the top of the work tree. */
      readonly unopened: readonly string[];
    }
  /** No git, no repository, or a repository that git refuses or cannot read. */
  | { readonly state: "unusable"; readonly problem: string };

export interface GitListOptions extends GitRun {
  /** Files and directories to restrict the listing to, relative to `directory`; undefined for everything. */
  readonly within: readonly string[] | undefined;
  /** Patterns of untracked files that are left out too, in the language of `.gitignore`. */
  readonly leaveOut: readonly string[];
}

/** More does not fit on a command line of Windows; then everything is listed and filtered here. */
const MAX_ARGUMENT_LENGTH = 20_000;

/** @throws {DOMException} `AbortError` when `signal` fires. */
export async function listGitFiles(options: GitListOptions, signal: AbortSignal): Promise<GitListing> {
  const within = options.within ?? [];
  const fits = within.reduce((length, path) => length + path.length + 1, 0) <= MAX_ARGUMENT_LENGTH;
  const patterns = options.leaveOut.map((pattern) => `--exclude=${pattern}`);
  const { output, errors, problem } = await runGit(
    options,
    [
      "--literal-pathspecs",
      "ls-files",
      "--cached",
      "--others",
      "--exclude-standard",
      ...patterns,
      "-z",
      "--",
      ...(fits ? within : []),
    ],
    signal,
  );
  if (problem !== undefined) {
    return { state: "unusable", problem };
  }
  const paths = uniquePaths(output);
  return {
    state: "listed",
    paths: fits ? paths : keepWithin(paths, within),
    unopened: unopened(errors),
  };
}

/** Whether the repository that holds this directory ignores all of it, so that git says nothing about its files. */
export async function isIgnoredByGit(run: GitRun, signal: AbortSignal): Promise<boolean> {
  const { problem } = await runGit(run, ["check-ignore", "--quiet", "--", "."], signal);
  return problem === undefined;
}

function uniquePaths(output: Buffer): string[] {
  const paths = new Set<string>();
  for (const entry of output.toString("utf8").split("\0")) {
    const path = entry.endsWith("/") ? entry.slice(0, -1) : entry;
    if (path !== "" && path !== "." && !leadsOut(path)) {
      paths.add(path);
    }
  }
  return [...paths];
}

/** Git says no such thing of itself; a damaged index might. */
function leadsOut(path: string): boolean {
  return path.startsWith("/") || (path.includes("..") && path.split("/").includes(".."));
}

function keepWithin(paths: readonly string[], within: readonly string[]): string[] {
  const wanted = new Set(within);
  return paths.filter((path) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      if (wanted.has(path.slice(0, end))) {
        return true;
      }
    }
    return false;
  });
}

function unopened(errors: string): string[] {
  return [...errors.matchAll(/^warning: could not open directory '(.+)\/': /gm)].map((match) => match[1] as string);
}
