/** Empty files in the folder of an index: each says something of it by being there, also to other processes. */

import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { guardWrite } from "../../adapters/store/fileErrors";
import { PAUSED_FILE, syncDirectory } from "../../adapters/store/indexDirectory";

/** There once a run over the whole folder has ended, as long as none of its files was dropped. */
const COMPLETE_FILE = "complete";

/** There while a run goes on; one that is found tells of a run that was cut off. */
const RUNNING_FILE = "running";

export class IndexMarks {
  readonly #indexDir: string;

  constructor(indexDir: string) {
    this.#indexDir = indexDir;
  }

  get isComplete(): boolean {
    return this.#has(COMPLETE_FILE);
  }

  setComplete(): void {
    if (!this.isComplete) {
      writeFileSync(this.#path(COMPLETE_FILE), "");
    }
  }

  /** To be called before files are dropped, so that a kill in between leaves no index that lacks them and looks complete. */
  clearComplete(): void {
    if (this.isComplete) {
      guardWrite(this.#indexDir, () => {
        rmSync(this.#path(COMPLETE_FILE), { force: true });
        syncDirectory(this.#indexDir);
      });
    }
  }

  get isPaused(): boolean {
    return this.#has(PAUSED_FILE);
  }

  keepPaused(isPaused: boolean): void {
    try {
      if (isPaused) {
        writeFileSync(this.#path(PAUSED_FILE), "", { mode: 0o600 });
      } else {
        rmSync(this.#path(PAUSED_FILE), { force: true });
      }
    } catch {
      // then the pause, or its end, is forgotten with this engine
    }
  }

  get isRunning(): boolean {
    return this.#has(RUNNING_FILE);
  }

  /** @throws {EngineError} `index-unwritable`, `disk-full`. */
  setRunning(): void {
    guardWrite(this.#indexDir, () => writeFileSync(this.#path(RUNNING_FILE), "", { mode: 0o600 }));
  }

  clearRunning(): void {
    try {
      rmSync(this.#path(RUNNING_FILE), { force: true });
    } catch {
      // where nothing can be written a mark that stays only has the next writer look at everything
    }
  }

  #has(name: string): boolean {
    return existsSync(this.#path(name));
  }

  #path(name: string): string {
    return join(this.#indexDir, name);
  }
}
