/**
 * Collects what may have changed in a folder and passes it on when it has been quiet for a moment.
 *
 * Hints are cheap to give and may be wrong or missing: a watcher drops events in a storm, so a storm is passed on as
 * "everything", which makes the engine scan.
 */

/** What may have changed: these paths (relative, with `/`), or more than can be named. */
export type Change = ReadonlySet<string> | "everything";

/** A save is passed on quickly, since somebody waits to find the new text; what a watcher reports may go on for a while. */
export type Urgency = "save" | "watch";

const QUIET_MS: Readonly<Record<Urgency, number>> = { save: 50, watch: 300 };
/** No hint waits longer than this, however busy the folder is. */
const LONGEST_WAIT_MS = 2_000;
/** More paths than this at once are a storm: scanning is cheaper than naming them. */
const STORM_PATHS = 500;

export function mergeChanges(first: Change | undefined, second: Change): Change {
  if (first === undefined) {
    return second;
  }
  if (first === "everything" || second === "everything") {
    return "everything";
  }
  const merged = new Set([...first, ...second]);
  return merged.size > STORM_PATHS ? "everything" : merged;
}

/** Sorts a changed path: worth nothing, worth a look, or a sign that much else changed with it. */
export function changeOf(path: string): Change | undefined {
  const names = path.split("/");
  const name = names.at(-1);
  if (path === "" || path === ".git/HEAD" || path === ".git/info/exclude") {
    return "everything";
  }
  if (names.includes(".git") || names.includes("node_modules")) {
    return undefined;
  }
  return name === ".gitignore" || name === ".cloisterignore" ? "everything" : new Set([path]);
}

export class ChangeHints {
  readonly #pass: (change: Change) => void;
  #pending: Change | undefined;
  #hasSave = false;
  #timer: NodeJS.Timeout | undefined;
  #firstAt = 0;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(pass: (change: Change) => void) {
    this.#pass = pass;
  }

  /** @param path relative to the folder, with `/`. */
  add(path: string, urgency: Urgency): void {
    const change = changeOf(path);
    if (change === undefined) {
      return;
    }
    const now = Date.now();
    if (this.#pending === undefined) {
      this.#firstAt = now;
      this.#dueAt = Number.POSITIVE_INFINITY;
    }
    this.#pending = mergeChanges(this.#pending, change);
    this.#schedule(now, urgency);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#pending = undefined;
  }

  /** A save brings the moment forward; what the watcher reports puts it off, but not for ever. */
  #schedule(now: number, urgency: Urgency): void {
    const quietAt = now + QUIET_MS[urgency];
    const latest = Math.min(this.#firstAt + LONGEST_WAIT_MS, quietAt);
    const isPutOff = urgency === "watch" && !this.#hasSave;
    this.#dueAt = isPutOff ? latest : Math.min(this.#dueAt, quietAt);
    this.#hasSave ||= urgency === "save";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#flush(), Math.max(0, this.#dueAt - now));
  }

  #flush(): void {
    const change = this.#pending;
    this.#pending = undefined;
    this.#hasSave = false;
    if (change !== undefined) {
      this.#pass(change);
    }
  }
}
