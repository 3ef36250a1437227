/** Search over the real LanceDB and the real manifest, written by the real protocol. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPatternMatcher } from "../../../src/adapters/patternMatcher";
import { openLanceChunkStore } from "../../../src/adapters/store/lanceChunkStore";
import { createLanceTable } from "../../../src/adapters/store/lanceTable";
import { createSqliteManifest, openSqliteManifest } from "../../../src/adapters/store/sqliteManifest";
import { openTableFile } from "../../../src/adapters/store/tableFile";
import { textHash } from "../../../src/adapters/store/textHash";
import type { FileChange } from "../../../src/core/indexing/fileChange";
import { writeBatch } from "../../../src/core/indexing/writeBatch";
import type { ChunkStore, Manifest } from "../../../src/core/ports";
import { chunkTerms } from "../../../src/core/retrieval/query/terms";
import { relatedTo } from "../../../src/core/retrieval/relatedTo";
import type { Searcher } from "../../../src/core/retrieval/searchDeps";
import { createSearcher } from "../../../src/core/retrieval/searcher";
import { CommitIndex } from "../../../src/core/retrieval/table/commitIndex";
import { codeFile, codeFiles } from "../../support/codeFiles";
import { type MemoryFile, recordOf } from "../../support/memoryIndex";

const FILES = {
  "src/http/client.py": "class HttpClient # sends requests\n\n  def send_request # retries\n\n  def close",
  "src/http/retry.py": "def back_off # how long to wait before a request is sent again",
  "src/config/settings.py": "class Settings # what the user can change\n\n  def load # reads a file",
  "src/shop.py": "def buy # client.send_request(order)",
  'src/it\'s "quoted".py': "def odd_name # in a file with quotes",
  "src/中文.py": "def lock # 锁在这里",
  "tests/test_client.py": "def test_send_request # sends requests with HttpClient",
};

const indexDir = mkdtempSync(join(tmpdir(), "cloister-search-"));
let manifest: Manifest;
let store: ChunkStore;
let searcher: Searcher;

beforeAll(async () => {
  createSqliteManifest(indexDir);
  await createLanceTable(indexDir);
  manifest = openSqliteManifest(indexDir, true);
  store = await openLanceChunkStore({ indexDir, isIntact: () => true });
  const commits = () => new CommitIndex([]);
  const patterns = createPatternMatcher();
  const keptTable = openTableFile(indexDir);
  const nextTurn = setImmediate;
  searcher = createSearcher({ folderName: "folder", manifest, store, commits, keptTable, patterns, nextTurn });
  await write(...codeFiles(FILES));
});

afterAll(async () => {
  manifest?.close();
  await store?.close();
  rmSync(indexDir, { recursive: true, force: true });
});

async function write(...files: readonly MemoryFile[]): Promise<void> {
  const changes = files.map((file): FileChange => {
    const { fileId: _, ...next } = recordOf(file, 0);
    const chunks = file.chunks.map((chunk) => ({
      ...chunk,
      terms: chunkTerms(chunk),
      textHash: textHash(chunk.text),
    }));
    return { path: file.path, known: manifest.get(file.path), next, chunks };
  });
  await writeBatch({ manifest, store }, changes);
}

const first = async (question: string) => {
  const [found] = await searcher.search(question, 5);
  return found === undefined ? undefined : `${found.path} ${found.symbol}`;
};

test.each([
  ["HttpClient", "src/http/client.py HttpClient"],
  ["http_client", "src/http/client.py HttpClient"],
  ["HttpClient.close", "src/http/client.py close"],
  ["how long to wait before sending again", "src/http/retry.py back_off"],
  ["what can a user change", "src/config/settings.py Settings"],
  ["锁在哪里", "src/中文.py lock"],
  ['it\'s "quoted".py', 'src/it\'s "quoted".py odd_name'],
  ["which tests send requests", "tests/test_client.py test_send_request"],
  ["sends requests path:tests", "tests/test_client.py test_send_request"],
  ["requests symbol:Settings", "src/config/settings.py Settings"],
  ['"before a request is sent"', "src/http/retry.py back_off"],
  ["/retr[iy]/", "src/http/client.py send_request"],
  ["requests lang:cobol", undefined],
])("%j finds %s", async (question, expected) => {
  expect(await first(question)).toBe(expected);
});

test.each([
  ["SQL", "'; DROP TABLE chunks; -- \" OR 1=1"],
  ["query language", 'a AND (b OR c) NOT d* +e -f "g h"~2 [i TO j] k^2 \\'],
  ["control characters", "\u0000\u001b[31m"],
  ["100,000 characters", "client ".repeat(15_000)],
  ["100,000 different words", Array.from({ length: 15_000 }, (_, n) => `word${n}`).join(" ")],
  ["an emoji", "🎉"],
])("%s does no harm", async (_, question) => {
  const before = await store.countRows();
  expect((await searcher.search(question, 5)).length).toBeLessThanOrEqual(5);
  expect(await store.countRows()).toBe(before);
});

test("a changed file is found as it is now and not as it was", async () => {
  await write(codeFile("src/http/retry.py", "def jitter # spreads attempts"));
  expect(await first("jitter")).toBe("src/http/retry.py jitter");
  expect((await searcher.search("back_off", 10)).filter(({ text }) => text.includes("back_off"))).toEqual([]);
});

test("what a selection uses and what uses it", async () => {
  const text = "  def send_request # retries\n  Settings()";
  const found = await relatedTo(searcher, { path: "src/http/client.py", startLine: 3, endLine: 4, text }, 10);
  expect(found.map(({ role, path }) => `${role} ${path}`)).toEqual([
    "definition src/config/settings.py",
    "caller src/shop.py",
  ]);
});
