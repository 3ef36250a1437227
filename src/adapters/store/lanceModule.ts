/**
 * LanceDB, loaded when it is first needed: its native module takes 150 ms and 30 MB, and a machine it does not run on
 * is to get a plain sentence and not a stack trace.
 *
 * `NAPI_RS_NATIVE_LIBRARY_PATH` in the environment names the native module where it does not lie in `node_modules`.
 */

import type * as Lance from "@lancedb/lancedb";
import { EngineError } from "../../domain/errors";

export type LanceModule = typeof Lance;

/** For what is wanted whole: by default rows come 1,024 at a time, each time by way of the event loop. */
export const ALL_AT_ONCE = { maxBatchLength: 65_536 };

/** What LanceDB takes from the environment alone, and reads once. */
const ENVIRONMENT = {
  LANCEDB_LOG: "error",
  /** Megabytes of the full-text index that is being built which are held in memory at a time (`docs/adr/0018`). */
  LANCE_FTS_PARTITION_SIZE: "128",
  /** Reads of one query at a time, by default 8: as many threads stay for ten seconds after each moment of many queries. With 1 LanceDB stands still. */
  LANCE_IO_THREADS: "4",
};

let loading: Promise<LanceModule> | undefined;

/** @throws {EngineError} `native-module-failed`. */
export function loadLance(): Promise<LanceModule> {
  loading ??= load();
  return loading;
}

async function load(): Promise<LanceModule> {
  for (const [name, value] of Object.entries(ENVIRONMENT)) {
    process.env[name] ??= value;
  }
  try {
    return await import("@lancedb/lancedb");
  } catch (error) {
    const cause = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
    throw new EngineError({ code: "native-module-failed", cause }, { cause: error });
  }
}
