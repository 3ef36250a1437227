/**
 * Saves files and waits until a search finds the new text; then switches to a branch on which many files differ, and back.
 *
 *     npm run bench:saves -- FOLDER [SAVES] [FILES]
 *
 * FOLDER is copied first. Each save writes a word that stands nowhere else into a file of the folder, tells the engine
 * as the editor does, and searches; a second before, the file was opened. The time of the write alone stands beside it. SAVES
 * files are saved right after the first index, of which rows may still lie outside of the full-text index, and as many after
 * the index was tidied. FILES of the folder, which is then a repository, differ on the other branch.
 */

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { EngineClient } from "../src/client/engineClient";
import { type FolderRef, requests } from "../src/protocol/engine";
import { startBenchEngine, withDefaults } from "./support/benchEngine";
import { percentile } from "./support/percentile";
import { switchBranches } from "./support/switchBranches";

/** By then what is put off until all is quiet is done. */
const TIDY_MS = 50_000;

/** From when a file is opened until it is saved. Nobody is faster. */
const OPEN_MS = 1_000;

async function main(source: string, count: number, filesOnBranch: number): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "cloister-saves-"));
  const folder = withDefaults(join(scratch, "folder"));
  cpSync(source, folder.folder, { recursive: true, filter: (path) => basename(path) !== ".git" });
  commitAll(folder.folder);
  const indexRoot = join(scratch, "indexes");
  const { client: engine } = await startBenchEngine(indexRoot);
  try {
    await engine.request(requests.follow, { folder }); // as the editor does: an engine that nobody needs on merges after each run
    const { chunks } = await engine.request(requests.index, { folder, rebuild: false });
    const { files } = await engine.request(requests.files, { folder });
    const indexed = files.filter(({ state, chunks: own }) => state === "indexed" && own > 0);
    const saved = indexed.map(({ path }) => path);
    const first = await saveFiles(engine, folder, saved, { from: 0, count });
    await wait(TIDY_MS);
    const later = await saveFiles(engine, folder, saved, { from: count, count });
    print({ folder: source, chunks, saves: count, afterFirstIndex: first, afterQuiet: later });
    const paths = indexed.slice(0, filesOnBranch).map(({ path }) => path);
    if (paths.length > 0) {
      commitAll(folder.folder);
      print({ switches: await switchBranches(engine, folder.folder, indexRoot, paths) });
    }
  } finally {
    await engine.dispose();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @returns milliseconds from before a file is written until a search has found it. */
async function saveFiles(
  engine: EngineClient,
  folder: FolderRef,
  paths: readonly string[],
  { from, count }: { readonly from: number; readonly count: number },
) {
  const times: number[] = [];
  const writes: number[] = [];
  for (let turn = from; turn < from + count; turn += 1) {
    const path = paths[(turn * 7919) % paths.length] ?? "";
    const word = rareWord(turn);
    await engine.request(requests.prefer, { folder: folder.folder, paths: [path] });
    await wait(OPEN_MS);
    const startedAt = performance.now();
    writeFileSync(join(folder.folder, path), `${readFileSync(join(folder.folder, path), "utf8")}\n${word}\n`);
    writes.push(performance.now() - startedAt);
    await engine.request(requests.update, { folder: folder.folder, paths: [path] });
    const { results } = await engine.request(requests.search, { folders: [folder], query: word, limit: 5 });
    if (!results.some((result) => result.path === path && result.text.includes(word))) {
      throw new Error(`${word} was saved in ${path} and is not found`);
    }
    times.push(performance.now() - startedAt);
  }
  return {
    saveToFoundMs: { p50: percentile(times, 0.5), p95: percentile(times, 0.95), max: percentile(times, 1) },
    writeAloneMs: { p50: percentile(writes, 0.5) },
  };
}

function print(figures: object): void {
  process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
}

function commitAll(folder: string): void {
  for (const command of [
    ["init", "-q"],
    ["add", "-A", "-f"],
    ["commit", "-q", "--allow-empty", "-m", "all"],
  ]) {
    execFileSync("git", ["-c", "user.name=bench", "-c", "user.email=bench@localhost", ...command], { cwd: folder });
  }
}

/** Letters alone, since parts of identifiers are found as well; no two share a beginning. */
function rareWord(turn: number): string {
  const letters = Array.from(String(turn), (digit) => "bcdfghjklm"[Number(digit)]).join("");
  return `${letters.padStart(4, "q")}xyzzy${letters}`;
}

await main(resolve(process.argv[2] ?? "."), Number(process.argv[3] ?? 50), Number(process.argv[4] ?? 0));
