/**
 * Runs a folder again when what made it fail has gone: nothing tells that a disk has room again, or that a folder is back.
 *
 * Looking costs a moment every few seconds, and only while there is a problem. A run that fails although all looked well
 * makes the next look come later.
 */

import { statSync } from "node:fs";
import type { IndexLocation } from "../../adapters/store/indexDirectory";
import { canWriteIndex } from "../../adapters/store/probeIndexDirectory";
import type { EngineErrorDetail } from "../../domain/errors";

const LOOK_EVERY_MS = 4_000;
const LONGEST_PAUSE_MS = 60_000;

export class RetryWhenCured {
  readonly #location: IndexLocation;
  readonly #retry: () => void;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = LOOK_EVERY_MS;
  /** The run that goes on, or went on last, was one of ours. */
  #hasRetried = false;

  constructor(location: IndexLocation, retry: () => void) {
    this.#location = location;
    this.#retry = retry;
  }

  /** A run has failed. */
  failed(problem: EngineErrorDetail): void {
    this.#pauseMs = this.#hasRetried ? Math.min(LONGEST_PAUSE_MS, 2 * this.#pauseMs) : LOOK_EVERY_MS;
    this.#hasRetried = false;
    this.#wait(problem, this.#pauseMs);
  }

  /** A run has ended well. */
  succeeded(): void {
    this.stop();
    this.#hasRetried = false;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(problem: EngineErrorDetail, pauseMs: number): void {
    this.stop();
    const isCured = cureOf(problem, this.#location);
    if (isCured === undefined) {
      return;
    }
    this.#timer = setTimeout(() => {
      if (isCured()) {
        this.#hasRetried = true;
        this.#retry();
      } else {
        this.#pauseMs = LOOK_EVERY_MS;
        this.#wait(problem, LOOK_EVERY_MS);
      }
    }, pauseMs);
  }
}

/** @returns how to see that the problem is gone; undefined for one that somebody has to do something about. */
function cureOf(problem: EngineErrorDetail, location: IndexLocation): (() => boolean) | undefined {
  switch (problem.code) {
    case "folder-not-found":
    case "folder-not-a-directory":
    case "folder-unreadable":
      return () => isFolder(location.folder);
    case "disk-full":
    case "index-unwritable":
    case "index-unreadable":
    case "index-damaged":
      return () => canWriteIndex(location);
    default:
      return undefined;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false; // no way there
  }
}
