/**
 * Runs git on a repository that may be hostile: its configuration can name programs. So every setting through which one of
 * our commands could start a program or reach a network is overridden, nothing of the caller's `GIT_*` environment is passed
 * on, no shell is involved, and `git` is taken from an absolute folder of the PATH and never from the repository. Git's own
 * refusal of a repository that belongs to another user stands.
 */

import { type ExecFileException, execFile } from "node:child_process";
import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import { devNull } from "node:os";
import { delimiter, isAbsolute, join, relative } from "node:path";

export interface GitRun {
  /** Absolute, without links on the way. */
  readonly directory: string;
  /** The folder that was opened, which the directory is or lies in: no program of it is run. Likewise. */
  readonly folder: string;
  /** Git is stopped after this: a FIFO in place of a file that it reads blocks it for ever. */
  readonly timeLimitMs: number;
  /** Called when it was stopped for that. */
  readonly onTimeout?: () => void;
  /** Git is stopped when it has said more; no limit by default. */
  readonly maxBytes?: number;
}

export interface GitOutput {
  /** What it said before it ended or was stopped. */
  readonly output: Buffer;
  readonly errors: string;
  /** Why it failed or was stopped, in a line; undefined where it did what it was asked. */
  readonly problem: string | undefined;
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

/** @throws {DOMException} `AbortError` when `signal` fires. */
export function runGit(run: GitRun, command: readonly string[], signal: AbortSignal): Promise<GitOutput> {
  const git = findGit(run.folder);
  if (git === undefined) {
    return Promise.resolve({ output: Buffer.alloc(0), errors: "", problem: "git was not found" });
  }
  const options = {
    cwd: run.directory,
    env: safeEnvironment(process.env),
    encoding: "buffer",
    maxBuffer: run.maxBytes ?? Number.POSITIVE_INFINITY,
    timeout: run.timeLimitMs,
    killSignal: "SIGKILL",
    windowsHide: true,
    signal,
  } as const;
  return new Promise((resolve, reject) => {
    execFile(git, [...SAFE_SETTINGS, ...command], options, (error, output, said) => {
      const errors = said.toString("utf8");
      if (signal.aborted) {
        reject(signal.reason);
      } else {
        if (error !== null && tookTooLong(error)) {
          run.onTimeout?.();
        }
        resolve({ output, errors, problem: error === null ? undefined : failure(error, errors) });
      }
    });
  });
}

/** Not so where it said too much. */
const tookTooLong = ({ killed, code }: ExecFileException): boolean => killed === true && typeof code !== "string";

function failure(error: ExecFileException, errors: string): string {
  return error.killed ? "git took too long" : errors.trim().split("\n", 1)[0] || error.message;
}

function safeEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^(?:GIT_|LC_|LANG)/i.test(name));
  return { ...Object.fromEntries(kept), ...SAFE_ENVIRONMENT };
}

/**
 * The first git on the PATH that lies outside the folder. A bare name would be looked for in the current folder first on
 * Windows, and anywhere in relative entries of the PATH.
 */
function findGit(opened: string): string | undefined {
  const name = process.platform === "win32" ? "git.exe" : "git";
  const path = process.env["PATH"] ?? process.env["Path"] ?? "";
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !isInside(opened, realPathOf(folder)))
    .map((folder) => join(folder, name))
    .find((candidate) => isProgram(candidate) && !isInstallPrompt(candidate));
}

function realPathOf(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder; // there is none, so no program either
  }
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
