/**
 * Switches a repository to a branch on which many files differ, and back, and waits until the index is as the files are.
 */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { locateIndex } from "../../src/adapters/store/indexDirectory";
import { openLanceChunkStore } from "../../src/adapters/store/lanceChunkStore";
import { openSqliteManifest } from "../../src/adapters/store/sqliteManifest";
import type { EngineClient } from "../../src/client/engineClient";
import { requests } from "../../src/protocol/engine";
import { withDefaults } from "./benchEngine";
import { percentile } from "./percentile";

const SEARCHES = 9;

export interface Switch {
  readonly freshMs: number;
  readonly filesIndexed: number;
  /** Chunks of these files that were in the index before, word for word. */
  readonly chunksKnown: number;
  readonly chunksWritten: number;
  /** What one search takes right after it, before the index has been tidied. */
  readonly searchMs: number;
  /** Indexed files that are not as they are on the disk. */
  readonly staleFiles: number;
}

/** @param folder a repository with everything committed, and indexed. @param paths the files that differ. */
export async function switchBranches(
  engine: EngineClient,
  folder: string,
  indexRoot: string,
  paths: readonly string[],
): Promise<readonly Switch[]> {
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=bench", "-c", "user.email=bench@localhost", ...args], {
      cwd: folder,
      encoding: "utf8",
    }).trim();
  const here = git("rev-parse", "--abbrev-ref", "HEAD");
  git("checkout", "-q", "-b", "elsewhere");
  for (const path of paths) {
    appendFileSync(join(folder, path), "\nwritten on another branch\n");
  }
  git("commit", "-q", "-a", "-m", "elsewhere");
  git("checkout", "-q", here);
  await engine.request(requests.index, { folder: withDefaults(folder), rebuild: false });

  const switches: Switch[] = [];
  for (const branch of ["elsewhere", here]) {
    const held = await chunksIn(folder, indexRoot);
    const known = new Set(held.map(({ textHash }) => textHash));
    const lastId = held.reduce((last, { fileId }) => Math.max(last, fileId), 0);
    git("checkout", "-q", branch);
    const startedAt = performance.now();
    const summary = await engine.request(requests.index, { folder: withDefaults(folder), rebuild: false });
    const freshMs = performance.now() - startedAt;
    const searchMs = await timeSearches(engine, folder);
    const written = (await chunksIn(folder, indexRoot)).filter(({ fileId }) => fileId > lastId);
    switches.push({
      freshMs: Math.round(freshMs),
      filesIndexed: summary.filesIndexed,
      chunksKnown: written.filter(({ textHash }) => known.has(textHash)).length,
      chunksWritten: summary.chunksWritten,
      searchMs,
      staleFiles: countStale(folder, indexRoot),
    });
  }
  return switches;
}

/** @returns the median, in milliseconds. */
async function timeSearches(engine: EngineClient, folder: string): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < SEARCHES; turn += 1) {
    const startedAt = performance.now();
    const query = "where is what was written on another branch read";
    await engine.request(requests.search, { folders: [withDefaults(folder)], query, limit: 10 });
    times.push(performance.now() - startedAt);
  }
  return percentile(times, 0.5);
}

async function chunksIn(folder: string, indexRoot: string): Promise<{ fileId: number; textHash: string }[]> {
  const { indexDir } = locateIndex(folder, indexRoot);
  const store = await openLanceChunkStore({ indexDir, isIntact: () => true });
  const chunks: { fileId: number; textHash: string }[] = [];
  for await (const rows of store.scan()) {
    chunks.push(...rows.map(({ fileId, textHash }) => ({ fileId, textHash })));
  }
  await store.close();
  return chunks;
}

function countStale(folder: string, indexRoot: string): number {
  const manifest = openSqliteManifest(locateIndex(folder, indexRoot).indexDir, false);
  const indexed = Array.from(manifest.all()).filter(({ state }) => state === "indexed");
  manifest.close();
  const hashOf = (path: string) =>
    createHash("sha256")
      .update(readFileSync(join(folder, path)))
      .digest("hex");
  return indexed.filter(({ path, contentHash }) => hashOf(path) !== contentHash).length;
}
