/**
 * A few values by name, kept on disk: what was learnt of each model.
 *
 * None of it is needed. A file that cannot be read or written only means that it is learnt again.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as v from "valibot";

export class KeptRecords<Value> {
  readonly #file: string | undefined;
  readonly #values: Map<string, Value>;

  /** @param file absolute path; undefined forgets with the process. */
  constructor(file: string | undefined, schema: v.GenericSchema<unknown, Value>) {
    this.#file = file;
    this.#values = new Map(file === undefined ? [] : readValues(file, schema));
  }

  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
    if (this.#file === undefined) {
      return;
    }
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      const draft = `${this.#file}.${process.pid}`;
      writeFileSync(draft, JSON.stringify(Object.fromEntries(this.#values)), { mode: 0o600 });
      renameSync(draft, this.#file);
    } catch {
      // a full disk must not spoil an answer
    }
  }
}

function readValues<Value>(file: string, schema: v.GenericSchema<unknown, Value>): [string, Value][] {
  try {
    const parsed = v.safeParse(v.record(v.string(), schema), JSON.parse(readFileSync(file, "utf8")));
    return parsed.success ? Object.entries(parsed.output) : [];
  } catch {
    return []; // there is none yet
  }
}
