/** What the newest commits of a repository say, and of which files. */

import type { Commit, CommitHistory } from "../../core/ports";
import { type GitRun, runGit } from "./runGit";

/** Older ones tell little more: with 5,000 the ranking is as good. */
const MAX_COMMITS = 2_000;

/** A commit that changed more files says little of each. */
const MAX_FILES = 30;

const MAX_SUBJECT_LENGTH = 300;

/** Some thirty times as much as 2,000 commits are wont to take. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Before each commit, since no path and hardly a subject holds it. */
const MARK = "\x01";

/**
 * Reads the newest commits of the repository that a directory is, or lies in. In a large one that takes git a second; what it
 * has said when its time is over counts.
 *
 * Renames are not followed: git would have to read the files, which a partial clone does not have.
 *
 * @param knownHead the commit that was read last.
 * @returns `unchanged` if it still is the newest; undefined where there is no commit, or git could tell of none.
 * @throws {DOMException} `AbortError`.
 */
export async function readGitHistory(
  run: GitRun,
  knownHead: string | undefined,
  signal: AbortSignal,
): Promise<CommitHistory | "unchanged" | undefined> {
  const place = await runGit(run, ["rev-parse", "--show-prefix", "--verify", "HEAD"], signal);
  const [prefix = "", head = ""] = place.output.toString("utf8").split("\n");
  if (place.problem !== undefined || head === "") {
    return undefined;
  }
  if (head === knownHead) {
    return "unchanged";
  }
  const { output, problem } = await runGit(
    { ...run, maxBytes: MAX_BYTES },
    [
      ...["-c", "log.showSignature=false", "-c", "log.follow=false"],
      ...["log", `--max-count=${MAX_COMMITS}`, "--no-merges", "--no-renames", "--no-ext-diff", "--no-textconv"],
      ...["--no-notes", "--no-mailmap", "-O/dev/null", "--encoding=UTF-8", "--format=%x01%s"],
      ...["--name-only", "-z", "--relative", head, "--"],
      ...(prefix === "" ? [] : ["."]),
    ],
    signal,
  );
  const parts = output.toString("utf8").split(MARK).slice(1);
  const whole = problem === undefined ? parts : parts.slice(0, -1);
  return problem !== undefined && whole.length === 0
    ? undefined
    : { head, commits: whole.map(toCommit).filter(isTelling) };
}

/** @param part the subject and the paths, separated by NUL; the first path comes after a line break. */
function toCommit(part: string): Commit {
  const [subject = "", first = "", ...others] = part.split("\0");
  const paths = [first.replace(/^\n/, ""), ...others].filter((path) => path !== "");
  return { subject: subject.slice(0, MAX_SUBJECT_LENGTH), paths };
}

function isTelling({ paths }: Commit): boolean {
  return paths.length > 0 && paths.length <= MAX_FILES;
}
