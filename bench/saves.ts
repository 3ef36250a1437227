/**
 * Saves files and waits until a search finds the new text.
 *
 *     npm run bench:saves -- FOLDER [COUNT]
 *
 * FOLDER is copied first. Each save writes a word that stands nowhere else into a file of the folder, tells the engine
 * as the editor does, and searches. The time of the write alone stands beside it.
 */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createEngineClient } from "../src/client/engineClient";
import { DEFAULT_CONTEXT_WINDOW, DEFAULT_OLLAMA_URL } from "../src/protocol/defaultSettings";
import { type FolderRef, requests } from "../src/protocol/engine";

const ENGINE = resolve(import.meta.dirname, "../dist/engine.js");

async function main(source: string, count: number): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "cloister-saves-"));
  const folder: FolderRef = { folder: join(scratch, "folder"), settings: undefined };
  cpSync(source, folder.folder, { recursive: true });
  const engine = createEngineClient({
    engineScript: ENGINE,
    settings: {
      indexRoot: join(scratch, "indexes"),
      ollamaUrl: DEFAULT_OLLAMA_URL,
      allowRemoteOllama: false,
      noOllama: true,
      chatModel: undefined,
      contextWindow: DEFAULT_CONTEXT_WINDOW,
    },
  });
  try {
    const { chunks } = await engine.request(requests.index, { folder, rebuild: false });
    const { files } = await engine.request(requests.files, { folder });
    const indexed = files.filter(({ state, chunks: own }) => state === "indexed" && own > 0);
    const times: number[] = [];
    const writes: number[] = [];
    for (let turn = 0; turn < count; turn += 1) {
      const { path } = indexed[(turn * 7919) % indexed.length] ?? { path: "" };
      const word = rareWord(turn);
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
    const figures = {
      folder: source,
      chunks,
      saves: count,
      saveToFoundMs: { p50: percentile(times, 0.5), p95: percentile(times, 0.95), max: percentile(times, 1) },
      writeAloneMs: { p50: percentile(writes, 0.5) },
    };
    process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
  } finally {
    await engine.dispose();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Letters alone, since parts of identifiers are found as well; no two share a beginning. */
function rareWord(turn: number): string {
  const letters = Array.from(String(turn), (digit) => "bcdfghjklm"[Number(digit)]).join("");
  return `${letters.padStart(4, "q")}xyzzy${letters}`;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return Math.round(value * 10) / 10;
}

await main(resolve(process.argv[2] ?? "."), Number(process.argv[3] ?? 50));
