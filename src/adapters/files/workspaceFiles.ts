/**
 * The files of one folder: which there are, which are left out and why, and their text.
 *
 * Inside a git repository git lists them, elsewhere a walk; repositories inside the folder (submodules, clones) are listed
 * by their own rules. What git ignores is not mentioned. On top come `.cloisterignore` at every level and the user's own
 * patterns: what these leave out is mentioned, because nothing else would say why it is missing.
 *
 * No link is followed but the one that may lead to the folder itself: a link that leaves the folder is `outside-link`, any
 * other `not-a-file`, since what it names is listed under its own path.
 *
 * The state of files is asked synchronously, which is several times faster, in slices that let other events in.
 */

import { accessSync, constants, lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, sep } from "node:path";
import { decodeText } from "../../core/indexing/selecting/decodeText";
import { type IgnoreRules, parseIgnoreRules } from "../../core/indexing/selecting/ignoreRules";
import { createIgnoreTree, type IgnoreTree } from "../../core/indexing/selecting/ignoreTree";
import { skipByContent, skipByName } from "../../core/indexing/selecting/skipRules";
import type { FolderScan, FoundFile, SkippedFile, WorkspaceFiles } from "../../core/ports";
import { EngineError } from "../../domain/errors";
import type { SkipReason } from "../../domain/skipReason";
import { isIgnoredByGit, listGitFiles } from "./gitFiles";
import { readGitHistory } from "./gitHistory";
import { GitPatience } from "./gitPatience";
import { hasLinkOnTheWay, linkProblem, readFileSafely, stampOfStats } from "./readFile";
import type { GitRun } from "./runGit";
import { createPause, isLeftOut, isUnnameable, type Pause, TOOL_FOLDERS, walkFiles } from "./walkFiles";

export interface WorkspaceFilesOptions {
  /** Absolute path; may lead through links. */
  readonly folder: string;
  /** Patterns in the language of `.gitignore`; they decide before any `.cloisterignore`. */
  readonly exclude: readonly string[];
  /** Larger files are skipped as `too-large`. */
  readonly maxFileKiB: number;
  /** Told, in one line for the log, that git could not be used or that rules were dropped. */
  readonly onNotice?: (notice: string) => void;
  /** A listing by git that takes longer is given up. */
  readonly gitTimeLimitMs?: number;
}

const GIT_TIME_LIMIT_MS = 60_000;
const HISTORY_TIME_LIMIT_MS = 10_000;
const MAX_IGNORE_FILE_BYTES = 4_000_000;
const LEFT_OUT_BY_GIT = TOOL_FOLDERS.map((name) => `${name}/`);
/** As git's own default on these systems. */
const IGNORE_CASE = process.platform === "darwin" || process.platform === "win32";

export function createWorkspaceFiles(options: WorkspaceFilesOptions): WorkspaceFiles {
  const patience = new GitPatience(options.gitTimeLimitMs ?? GIT_TIME_LIMIT_MS);
  return {
    async scan(signal) {
      const scanner = startScan(options, patience, signal);
      await scanner.list("", undefined);
      return scanner.result;
    },
    async look(paths, signal, isListed = () => false) {
      const scanner = startScan(options, patience, signal);
      await scanner.look(paths, isListed);
      return scanner.result;
    },
    readText: (path) => Promise.resolve(readText(options, path)),
    history: async (knownHead, signal) => {
      const directory = openFolder(options.folder);
      return isInRepository(directory)
        ? readGitHistory({ directory, folder: directory, timeLimitMs: HISTORY_TIME_LIMIT_MS }, knownHead, signal)
        : undefined;
    },
  };
}

/** A file may have become a secret since it was indexed: then it is not shown any more. */
function readText({ folder, maxFileKiB }: WorkspaceFilesOptions, path: string): string | undefined {
  const file = readFileSafely(folder, path, maxFileKiB * 1024);
  const decoded = file.state === "read" ? decodeText(file.bytes) : undefined;
  const text = decoded !== undefined && "text" in decoded ? decoded.text : undefined;
  return text === undefined || skipByContent(path, text) === "secret" ? undefined : text;
}

function startScan(options: WorkspaceFilesOptions, patience: GitPatience, signal: AbortSignal): FolderScanner {
  signal.throwIfAborted();
  return new FolderScanner(options, openFolder(options.folder), patience, signal);
}

/** @returns the folder's real path. @throws {EngineError} if it is no folder or cannot be read. */
function openFolder(folder: string): string {
  try {
    if (statSync(folder).isDirectory()) {
      accessSync(folder, constants.R_OK | constants.X_OK);
      return realpathSync.native(folder);
    }
  } catch (error) {
    const isDenied = hasCode(error, "EACCES", "EPERM");
    throw new EngineError({ code: isDenied ? "folder-unreadable" : "folder-not-found", folder }, { cause: error });
  }
  throw new EngineError({ code: "folder-not-a-directory", folder });
}

/** One pass over a folder, or over parts of it. Paths are relative to the folder, with `/`; the folder itself is `""`. */
class FolderScanner {
  readonly #options: WorkspaceFilesOptions;
  readonly #folder: string;
  readonly #patience: GitPatience;
  readonly #signal: AbortSignal;
  readonly #pause: Pause;
  readonly #ignored: IgnoreTree;
  readonly #excluded: IgnoreTree;
  readonly #files: FoundFile[] = [];
  readonly #skipped: SkippedFile[] = [];

  constructor(options: WorkspaceFilesOptions, realFolder: string, patience: GitPatience, signal: AbortSignal) {
    this.#options = options;
    this.#folder = realFolder;
    this.#patience = patience;
    this.#signal = signal;
    this.#pause = createPause(signal);
    this.#ignored = createIgnoreTree((directory) => [
      ...this.#readRules(directory, ".gitignore"),
      ...this.#readRules(directory, ".git/info/exclude"),
    ]);
    const ownRules =
      options.exclude.length > 0 ? [this.#parseRules(options.exclude.join("\n"), "the list of excluded files")] : [];
    this.#excluded = createIgnoreTree((directory) => [
      ...(directory === "" ? ownRules : []),
      ...this.#readRules(directory, ".cloisterignore"),
    ]);
  }

  get result(): FolderScan {
    return { files: this.#files, skipped: this.#skipped };
  }

  /** Starting git takes longer than all the rest of a save, the more so the larger this process is. */
  async look(paths: readonly string[], isListed: (path: string) => boolean): Promise<void> {
    const asked = new Set(paths.map(cleanPath).filter((path) => path !== undefined));
    if (asked.has("")) {
      return this.list("", undefined);
    }
    const outermost = [...asked].filter((path) => !foldersAbove(path).some((folder) => asked.has(folder)));
    const present = outermost.filter((path) => this.#isPresent(path));
    const isKnownFile = (path: string) => isListed(path) && !this.#isDirectory(path);
    for (const path of present.filter(isKnownFile)) {
      this.#add(path);
    }
    const others = present.filter((path) => !isKnownFile(path));
    if (others.length > 0) {
      await this.list("", others);
    }
  }

  /** A path behind a link is the path of another file, which is listed there. */
  #isPresent(path: string): boolean {
    return this.#stats(path) !== undefined && !hasLinkOnTheWay(this.#folder, path);
  }

  /**
   * Lists the folder, or a repository in it.
   *
   * @param within files and directories to restrict the listing to; undefined for everything.
   */
  async list(directory: string, within: readonly string[] | undefined): Promise<void> {
    const asked = within && this.#splitAtRepositories(directory, within);
    const entries = asked && [...asked.keys()];
    const paths = (await this.#listByGit(directory, entries)) ?? (await this.#listByWalk(directory, entries));
    for (const path of paths) {
      const pause = this.#pause();
      if (pause !== undefined) {
        await pause; // to await nothing takes a fifth of a look at a file
      }
      const isDirectory = this.#add(path) === "directory";
      // Where a tracked file was replaced by a directory, git names both it and what is in it.
      if (isDirectory && path.length > directory.length && this.#isRepository(path)) {
        await this.list(path, asked?.get(path));
      }
    }
    this.#signal.throwIfAborted();
  }

  /**
   * What to ask this repository about. A path in a repository further in is asked of that one, and only if this one lists
   * it, because the outer repository may ignore it.
   *
   * @returns what to ask here; with a repository further in, what to ask there.
   */
  #splitAtRepositories(directory: string, paths: readonly string[]): Map<string, string[] | undefined> {
    const asked = new Map<string, string[] | undefined>();
    for (const path of paths) {
      const further = foldersAbove(path).filter((folder) => folder.length > directory.length);
      const repository = further.find((folder) => this.#isRepository(folder));
      if (repository === undefined) {
        asked.set(path, undefined);
      } else {
        asked.set(repository, [...(asked.get(repository) ?? []), path]);
      }
    }
    return asked;
  }

  /** @returns undefined where git is of no use. */
  async #listByGit(directory: string, within: readonly string[] | undefined): Promise<readonly string[] | undefined> {
    if (this.#patience.isOver) {
      return undefined;
    }
    const git: GitRun = {
      directory: this.#fullPath(directory),
      folder: this.#folder,
      timeLimitMs: this.#patience.timeLimitMs,
      onTimeout: () => this.#patience.end(),
    };
    if (!this.#isRepository(directory)) {
      // The folder may lie inside a repository. One that is ignored there was opened on purpose all the same.
      const isPart = directory === "" && isBelowRepository(this.#folder);
      if (!isPart || (await isIgnoredByGit(git, this.#signal))) {
        return undefined;
      }
    }
    const inside = within?.map((path) => path.slice(joined(directory, "").length));
    const listing = await listGitFiles({ ...git, within: inside, leaveOut: LEFT_OUT_BY_GIT }, this.#signal);
    if (listing.state === "unusable") {
      this.#options.onNotice?.(`${git.directory} is walked, because git cannot list it: ${listing.problem}`);
      return undefined;
    }
    this.#addUnopened(directory, listing.unopened);
    return directory === "" ? listing.paths : listing.paths.map((path) => joined(directory, path));
  }

  /** @param paths directories that git could not open, relative to the top of a repository that may lie above the folder. */
  #addUnopened(directory: string, paths: readonly string[]): void {
    for (const path of paths) {
      const names = path.split("/");
      const found = names
        .map((_, start) => joined(directory, names.slice(start).join("/")))
        .find((at) => this.#exists(at));
      if (found !== undefined) {
        this.#skipped.push({ path: found, reason: "unreadable" });
      }
    }
  }

  async #listByWalk(directory: string, within: readonly string[] | undefined): Promise<readonly string[]> {
    const asked = within?.filter((path) => !this.#isIgnoredByWalk(directory, path)) ?? [directory];
    const folders = asked.filter((path) => path === directory || this.#isWalkable(path));
    const listing = await walkFiles(this.#folder, folders, this.#ignored, this.#pause);
    for (const path of listing.unreadable) {
      this.#skipped.push({ path, reason: "unreadable" });
    }
    const walked = new Set(folders);
    return [...asked.filter((path) => !walked.has(path)), ...listing.paths];
  }

  #isIgnoredByWalk(directory: string, path: string): boolean {
    const isDirectory = this.#isDirectory(path);
    const innermost = isDirectory ? path : (foldersAbove(path).at(-1) ?? "");
    return isLeftOut(this.#folder, directory, innermost) || this.#ignored.isIgnored(path, isDirectory);
  }

  #isWalkable(path: string): boolean {
    return this.#isDirectory(path) && !this.#isRepository(path);
  }

  /** Adds a file to the result. @returns `directory` for one, which has to be listed on its own. */
  #add(path: string): "directory" | undefined {
    const stats = this.#stats(path);
    if (stats === undefined) {
      this.#addUnnameable(path);
      return undefined;
    }
    if (stats === "unreadable") {
      this.#skipped.push({ path, reason: "unreadable" });
      return undefined;
    }
    if (stats.isDirectory()) {
      return "directory";
    }
    const reason = this.#skipReason(path, stats);
    if (reason === undefined) {
      this.#files.push({ path, ...stampOfStats(stats) });
    } else {
      this.#skipped.push({ path, reason });
    }
    return undefined;
  }

  /** A listed file that is not there was deleted, unless its name cannot be said. */
  #addUnnameable(path: string): void {
    if (isUnnameable(path)) {
      this.#skipped.push({ path, reason: "unreadable" });
    }
  }

  #skipReason(path: string, stats: Stats): SkipReason | undefined {
    if (this.#excluded.isIgnored(path, false)) {
      return "excluded";
    }
    if (stats.isSymbolicLink()) {
      return linkProblem(this.#folder, this.#fullPath(path));
    }
    if (!stats.isFile()) {
      return "not-a-file";
    }
    return skipByName(path) ?? (stats.size > this.#options.maxFileKiB * 1024 ? "too-large" : undefined);
  }

  // -------------------------------------------------------------- ignore files

  #readRules(directory: string, name: string): IgnoreRules[] {
    const path = joined(directory, name);
    if (!this.#exists(path)) {
      return [];
    }
    const file = readFileSafely(this.#folder, path, MAX_IGNORE_FILE_BYTES);
    if (file.state === "skipped") {
      this.#options.onNotice?.(`${path} is not used: ${file.reason}`);
    }
    return file.state !== "read" ? [] : [this.#parseRules(new TextDecoder().decode(file.bytes), path)];
  }

  #parseRules(text: string, origin: string): IgnoreRules {
    const rules = parseIgnoreRules(text, IGNORE_CASE);
    if (rules.notices.length > 0) {
      this.#options.onNotice?.(`Some rules of ${origin} are not used: ${rules.notices.join(", ")}`);
    }
    return rules;
  }

  // -------------------------------------------------------------- the disk

  #fullPath(path: string): string {
    return path === "" ? this.#folder : `${this.#folder}/${path}`;
  }

  /** @returns undefined if there is no such file. */
  #stats(path: string): Stats | "unreadable" | undefined {
    try {
      return lstatSync(this.#fullPath(path), { throwIfNoEntry: false });
    } catch (error) {
      // A file stands where a folder was; else no permission on the way, or a name that is too long.
      return hasCode(error, "ENOTDIR") ? undefined : "unreadable";
    }
  }

  #exists(path: string): boolean {
    return this.#stats(path) !== undefined;
  }

  #isDirectory(path: string): boolean {
    const stats = this.#stats(path);
    return stats !== undefined && stats !== "unreadable" && stats.isDirectory();
  }

  #isRepository(directory: string): boolean {
    return this.#exists(joined(directory, ".git"));
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.some((code) => code === error.code);
}

function joined(directory: string, path: string): string {
  return directory === "" ? path : `${directory}/${path}`;
}

/** `a/b/c` → `a`, `a/b`. */
function foldersAbove(path: string): string[] {
  const names = path.split("/");
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join("/"));
}

const isBelowRepository = (folder: string): boolean => isInRepository(dirname(folder));

function isInRepository(folder: string): boolean {
  for (let around = folder; around !== dirname(around); around = dirname(around)) {
    if (lstatSync(`${around}/.git`, { throwIfNoEntry: false }) !== undefined) {
      return true;
    }
  }
  return false;
}

/**
 * A path of a watcher or an editor in the form used here.
 *
 * @returns undefined for one that is not in the folder, or is part of a repository's own data.
 */
function cleanPath(path: string): string | undefined {
  const slashed = sep === "\\" ? path.replaceAll("\\", "/") : path;
  const names = slashed.split("/").filter((name) => name !== ".");
  const trimmed = names.at(-1) === "" ? names.slice(0, -1) : names;
  const isForeign = trimmed.some(
    (name) => name === "" || name === ".." || name.includes("\0") || /^\.git$/i.test(name),
  );
  return isForeign ? undefined : trimmed.join("/");
}
