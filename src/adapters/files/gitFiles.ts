/**
 * The files of a repository as git sees them: tracked, or untracked and not ignored.
 *
 * Git is asked because only git knows what it ignores: there are global rules and rules inside `.git`, and a tracked file
 * is never ignored. The repository may be hostile, and its configuration can name programs. So every setting through which
 * this one command could start a program or reach a network is overridden, nothing of the caller's `GIT_*` environment is
 * passed on, no shell is involved, and `git` is taken from an absolute folder of the PATH and never from the repository.
 * Git's own refusal of a repository that belongs to another user stands.
 */

import { type ExecFileException, execFile } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { devNull } from "node:os";
import { delimiter, isAbsolute, join, relative } from "node:path";

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

export interface GitListOptions {
  /** Absolute, without links on the way. */
  readonly directory: string;
  /** Files and directories to restrict the listing to, relative to `directory`; undefined for everything. */
  readonly within: readonly string[] | undefined;
  /** Patterns of untracked files that are left out too, in the language of `.gitignore`. */
  readonly leaveOut: readonly string[];
  /** Git is stopped after this: a FIFO in place of an ignore file blocks it for ever. */
  readonly timeLimitMs: number;
}

const SAFE_SETTINGS = [
  "core.fsmonitor=false",
  `core.hooksPath=${devNull}`,
  "core.sshCommand=false",
  "protocol.allow=never",
  "safe.bareRepository=explicit",
  // This would change what is listed.
  "submodule.recurse=false",
].flatMap((setting) => ["-c", setting]);

/** A repository can override `protocol.allow` for one protocol, as `ext`, which is a program; not so the environment. */
const SAFE_ENVIRONMENT = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
  GIT_TERMINAL_PROMPT: "0",
  LC_ALL: "C",
};

/** More does not fit on a command line of Windows; then everything is listed and filtered here. */
const MAX_ARGUMENT_LENGTH = 20_000;

/** @throws {DOMException} `AbortError` when `signal` fires. */
export async function listGitFiles(options: GitListOptions, signal: AbortSignal): Promise<GitListing> {
  const within = options.within ?? [];
  const fits = within.reduce((length, path) => length + path.length + 1, 0) <= MAX_ARGUMENT_LENGTH;
  const patterns = options.leaveOut.map((pattern) => `--exclude=${pattern}`);
  const result = await runGit(
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
  if (typeof result === "string") {
    return { state: "unusable", problem: result };
  }
  const paths = uniquePaths(result.output);
  return {
    state: "listed",
    paths: fits ? paths : keepWithin(paths, within),
    unopened: unopened(result.errors),
  };
}

/** Whether the repository that holds this directory ignores all of it, so that git says nothing about its files. */
export async function isIgnoredByGit(run: GitRun, signal: AbortSignal): Promise<boolean> {
  return typeof (await runGit(run, ["check-ignore", "--quiet", "--", "."], signal)) !== "string";
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

// ---------------------------------------------------------------- running git

interface GitOutput {
  readonly output: Buffer;
  readonly errors: string;
}

type GitRun = Pick<GitListOptions, "directory" | "timeLimitMs">;

/** @returns what git said, or why it failed, in a line. @throws {DOMException} `AbortError`. */
function runGit(run: GitRun, command: readonly string[], signal: AbortSignal): Promise<GitOutput | string> {
  const git = findGit(run.directory);
  if (git === undefined) {
    return Promise.resolve("git was not found");
  }
  const options = {
    cwd: run.directory,
    env: safeEnvironment(process.env),
    encoding: "buffer",
    maxBuffer: Number.POSITIVE_INFINITY,
    timeout: run.timeLimitMs,
    killSignal: "SIGKILL",
    windowsHide: true,
    signal,
  } as const;
  return new Promise((resolve, reject) => {
    execFile(git, [...SAFE_SETTINGS, ...command], options, (error, output, errors) => {
      if (signal.aborted) {
        reject(signal.reason);
      } else {
        resolve(error === null ? { output, errors: errors.toString("utf8") } : failure(error, errors.toString("utf8")));
      }
    });
  });
}

function failure(error: ExecFileException, errors: string): string {
  return error.killed ? "git took too long" : errors.trim().split("\n", 1)[0] || error.message;
}

function safeEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^(?:GIT_|LC_|LANG)/i.test(name));
  return { ...Object.fromEntries(kept), ...SAFE_ENVIRONMENT };
}

/**
 * The first git on the PATH that lies outside the directory. A bare name would be looked for in the current folder first on
 * Windows, and anywhere in relative entries of the PATH.
 */
function findGit(directory: string): string | undefined {
  const name = process.platform === "win32" ? "git.exe" : "git";
  const path = process.env["PATH"] ?? process.env["Path"] ?? "";
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !isInside(directory, folder))
    .map((folder) => join(folder, name))
    .find((candidate) => isProgram(candidate) && !isInstallPrompt(candidate));
}

function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return !way.startsWith("..") && !isAbsolute(way);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // no such file, or not ours to run: the next folder of the PATH is tried
  }
}

/** On a Mac without developer tools `/usr/bin/git` opens a window that offers to install them. */
function isInstallPrompt(path: string): boolean {
  const tools = [
    "/Library/Developer/CommandLineTools/usr/bin/git",
    "/Applications/Xcode.app/Contents/Developer/usr/bin/git",
  ];
  return process.platform === "darwin" && path === "/usr/bin/git" && !tools.some((tool) => existsSync(tool));
}
