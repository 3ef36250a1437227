/**
 * Puts the files of a table on the disk itself. LanceDB leaves that to the system, so a power cut some seconds after a
 * write may leave the newest files empty; the manifest, which vouches for the rows, would then be ahead of the table.
 */

import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "./fileErrors";

/** Where a table keeps what it cannot do without; transactions are only looked at while they run. */
const FOLDERS = ["data", "_deletions", "_indices", "_versions"];

/** Some network file systems know no synchronisation; they are no worse off than before. */
const UNSUPPORTED = new Set(["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);

export class TableFiles {
  readonly #tableDir: string;
  #synced: ReadonlySet<string> = new Set();

  private constructor(tableDir: string) {
    this.#tableDir = tableDir;
  }

  /** Takes the files that are there for safe. */
  static async of(tableDir: string): Promise<TableFiles> {
    const files = new TableFiles(tableDir);
    files.#synced = await files.#list();
    return files;
  }

  /** Synchronises what has come since the last time. Lance never changes a file that is there. */
  async syncNew(): Promise<void> {
    const present = await this.#list();
    await Promise.all([...present].filter((path) => !this.#synced.has(path)).map(syncFile));
    this.#synced = present;
  }

  async #list(): Promise<Set<string>> {
    const lists = await Promise.all(FOLDERS.map((name) => listFiles(join(this.#tableDir, name))));
    return new Set(lists.flat());
  }
}

async function listFiles(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true, recursive: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      return []; // Lance makes each folder when it first needs it
    }
    throw error;
  }
}

async function syncFile(path: string): Promise<void> {
  try {
    const file = await open(path, "r+"); // Windows synchronises only what may be written
    await file.sync().finally(() => file.close());
  } catch (error) {
    const code = errorCode(error) ?? "";
    if (code !== "ENOENT" && !UNSUPPORTED.has(code)) {
      throw error;
    }
  }
}
