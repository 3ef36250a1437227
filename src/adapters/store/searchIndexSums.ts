/**
 * The hashes of the full-text index's files. LanceDB keeps none, and a flipped byte in them changes what is found and
 * raises no error; so what was built is summed once, and a full check compares.
 */

import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import * as v from "valibot";
import { errorCode } from "./fileErrors";

const SUMS_FILE = "search-index.json";

const schema = v.object({ uuid: v.string(), files: v.record(v.string(), v.string()) });

type Sums = v.InferOutput<typeof schema>;

/** @param tableDir that of the table, in the folder of the index. */
export class SearchIndexSums {
  readonly #file: string;
  readonly #indicesDir: string;

  constructor(indexDir: string, tableDir: string) {
    this.#file = join(indexDir, SUMS_FILE);
    this.#indicesDir = join(tableDir, "_indices");
  }

  /** Sums the index of this name, unless that was done before. */
  async record(uuid: string): Promise<void> {
    if (this.#read()?.uuid !== uuid) {
      const sums: Sums = { uuid, files: await this.#sum(uuid) };
      await writeFile(`${this.#file}.tmp`, JSON.stringify(sums), { mode: 0o600 });
      await rename(`${this.#file}.tmp`, this.#file);
    }
  }

  /** True if every file is as it was when it was summed; false also where that is not known. */
  async match(uuid: string): Promise<boolean> {
    const known = this.#read();
    if (known?.uuid !== uuid) {
      return false;
    }
    const found = await this.#sum(uuid);
    const names = new Set([...Object.keys(found), ...Object.keys(known.files)]);
    return [...names].every((name) => found[name] === known.files[name]);
  }

  #read(): Sums | undefined {
    try {
      return v.parse(schema, JSON.parse(readFileSync(this.#file, "utf8")));
    } catch {
      return undefined; // then nothing is known, and the index is built anew when it is asked for
    }
  }

  async #sum(uuid: string): Promise<Record<string, string>> {
    const dir = join(this.#indicesDir, uuid);
    const names = await readdir(dir).catch((error: unknown) => {
      if (errorCode(error) === "ENOENT") {
        return [];
      }
      throw error;
    });
    return Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await sumOf(join(dir, name))] as const)),
    );
  }
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
