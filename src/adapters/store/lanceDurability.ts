/**
 * Puts the files of a table on the disk itself. LanceDB leaves that to the system, so a power cut some seconds after a
 * write may leave the newest files empty; the manifest, which vouches for the rows, would then be ahead of the table.
 */

import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "./fileErrors";

/** Where a table keeps what it cannot do without; transactions are only looked at while they run. */
const ROW_FOLDERS = ["data", "_deletions", "_versions"];
const INDEX_FOLDER = "_indices";

/** Some network file systems know no synchronisation; they are no worse off than before. */
const UNSUPPORTED = new Set(["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);

export class TableFiles {
  readonly #tableDir: string;
  /** The files that are safe, by their folder. */
  readonly #synced = new Map<string, ReadonlySet<string>>();

  private constructor(tableDir: string) {
    this.#tableDir = tableDir;
  }

  /** Takes the files that are there for safe. */
  static async of(tableDir: string): Promise<TableFiles> {
    const files = new TableFiles(tableDir);
    for (const folder of [...ROW_FOLDERS, INDEX_FOLDER]) {
      files.#synced.set(folder, await files.#list(folder));
    }
    return files;
  }

  /** Synchronises what has come since the last time. Lance never changes a file that is there. */
  async syncNew(): Promise<void> {
    await this.#syncFolders([...ROW_FOLDERS, INDEX_FOLDER]);
  }

  /** The same without the indices: one may be under construction, and half a file is not to be taken for safe. */
  async syncNewRows(): Promise<void> {
    await this.#syncFolders(ROW_FOLDERS);
  }

  async #syncFolders(folders: readonly string[]): Promise<void> {
    await Promise.all(
      folders.map(async (folder) => {
        const present = await this.#list(folder);
        const synced = this.#synced.get(folder);
        await Promise.all([...present].filter((path) => synced?.has(path) !== true).map(syncFile));
        this.#synced.set(folder, present);
      }),
    );
  }

  async #list(folder: string): Promise<Set<string>> {
    return new Set(await listFiles(join(this.#tableDir, folder)));
  }
}

async function listFiles(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true, recursive: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`);
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
