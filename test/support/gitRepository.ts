/** Real git in a temporary folder, untouched by the settings of whoever runs the tests. */

import { execFileSync } from "node:child_process";
import { temporaryFolder } from "./temporaryFolder";

const IDENTITY = ["-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgSign=false"];

export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", [...IDENTITY, "-c", "protocol.file.allow=always", "-c", "init.templateDir=", ...args], {
    cwd: folder,
    encoding: "utf8",
    timeout: 30_000,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1" },
  });
}

/** Makes the folder a repository with everything in it committed. */
export function commitAll(folder: string): void {
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", "--all");
  git(folder, "commit", "-q", "--allow-empty", "-m", "all");
}

/** A temporary repository with these files committed. */
export function committed(contents: Record<string, string> = {}): string {
  const folder = temporaryFolder(contents);
  commitAll(folder);
  return folder;
}
