/** Vectors that were damaged on disk: words serve, what is broken is set aside and made anew, and doctor says so. */

import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { tryAcquireWriterLock, VECTORS_LOCK_FILE } from "../../../src/adapters/store/writerLock";
import type { FolderSession } from "../../../src/engine/folder/folderSession";
import { isWeakEvidence, searchSessions } from "../../../src/engine/searchSessions";
import { Embeddings } from "../../../src/engine/vectors/embeddings";
import { ModelTraffic } from "../../../src/engine/vectors/modelTraffic";
import { fakeChatServer } from "../../support/fakeChatServer";
import { fakeEmbedding } from "../../support/fakeEmbedding";
import { openFolderSession } from "../../support/folderSession";
import { BAD_SECTORS, descriptorOf, largestDataFile, overwriteMiddle, vectorFiles } from "../../support/harmVectors";
import { temporaryFolder } from "../../support/temporaryFolder";
import { files, model } from "../../support/vectorWorld";

const { signal } = new AbortController();
const TEXTS = 300;
const QUESTION = "file number 7";

/** A folder whose vectors are complete, and sessions of it, each as a process of its own would have. */
async function embeddedFolder(dimensions = 64) {
  const folder = temporaryFolder(files(TEXTS));
  const root = temporaryFolder();
  const embedding = fakeEmbedding({ dimensions });
  const open = () => {
    const embeddings = new Embeddings({
      server: () => ({ models: fakeChatServer([], { models: [model()] }), embedding }),
      wanted: () => undefined,
      traffic: new ModelTraffic(),
      clock: Date.now,
    });
    const { session } = openFolderSession(folder, { root, embeddings });
    const deps = { sessions: [session], embeddings, patienceMs: 10_000 };
    return { session, search: () => searchSessions(deps, QUESTION, 5, signal), deps };
  };
  const { session } = open();
  await session.index(false, signal);
  await session.vectors.fill(signal);
  const { indexDir } = await session.status();
  await session.dispose();
  const setAside = () => readdirSync(dirname(indexDir)).filter((name) => name.includes("-vectors-damaged-"));
  const setAsideFiles = () =>
    setAside().flatMap((name) => readdirSync(join(dirname(indexDir), name), { recursive: true, encoding: "utf8" }));
  return { indexDir, open, setAside, setAsideFiles };
}

const vectorState = async (session: FolderSession) => (await session.status()).vectors;

describe.each(BAD_SECTORS)("a sector of $what", ({ bytes }) => {
  test("has a search go by words, and the vectors made anew by the next filling", async () => {
    const { indexDir, open, setAsideFiles } = await embeddedFolder();
    overwriteMiddle(largestDataFile(indexDir), bytes);
    const { session, search } = open();
    const found = await search();
    expect(found).toMatchObject({ tier: "lexical", notice: undefined });
    expect(found.results[0]?.path).toBe("src/file7.txt");
    await expect.poll(setAsideFiles).toContain(join("vectors", basename(descriptorOf(indexDir))));
    expect((await search()).tier).toBe("lexical");
    expect(await session.vectors.fill(signal)).toMatchObject({ texts: TEXTS, embedded: TEXTS });
    expect((await search()).tier).toBe("hybrid");
  });

  test("is filled in by itself where the folder is followed", async () => {
    const { indexDir, open } = await embeddedFolder();
    overwriteMiddle(largestDataFile(indexDir), bytes);
    const { session, search } = open();
    await session.follow([]);
    await expect.poll(() => session.isAtWork()).toBe(false);
    expect((await search()).tier).toBe("lexical");
    await expect.poll(async () => (await search()).tier).toBe("hybrid");
  });

  test("is found by a checkup, also where vectors can be read", async () => {
    const { indexDir, open, setAside } = await embeddedFolder(384); // more numbers lie in another encoding
    overwriteMiddle(largestDataFile(indexDir), bytes);
    const first = open();
    expect(await first.session.checkUp(signal)).toMatchObject({
      repairs: [{ kind: "vectors-set-aside" }],
      problem: undefined,
      status: { health: "ready", tier: "lexical", vectors: { state: "paused", done: 0, model: "all-minilm:latest" } },
    });
    expect(setAside()).toHaveLength(1);
    expect(await first.session.checkUp(signal)).toMatchObject({ repairs: [], problem: undefined });
    await first.session.vectors.fill(signal);
    expect((await first.search()).tier).toBe("hybrid");
  });
});

test("a process that ends after one search has set the vectors aside by then", async () => {
  const { indexDir, open, setAside } = await embeddedFolder();
  overwriteMiddle(largestDataFile(indexDir), Buffer.alloc(4096));
  const { session, search } = open();
  await search();
  await session.dispose();
  expect(setAside()).toHaveLength(1);
});

test("a question is judged by words where the vectors prove to be damaged only then", async () => {
  const { indexDir, open } = await embeddedFolder();
  const { search, deps } = open();
  const found = await search();
  expect(found.tier).toBe("hybrid");
  overwriteMiddle(largestDataFile(indexDir), Buffer.alloc(4096));
  expect(await isWeakEvidence(deps, QUESTION, found)).toBe(false);
});

test("while another process fills in vectors, words serve and nothing is set aside", async () => {
  const { indexDir, open, setAside } = await embeddedFolder();
  const lock = tryAcquireWriterLock(indexDir, VECTORS_LOCK_FILE);
  overwriteMiddle(largestDataFile(indexDir), Buffer.alloc(4096));
  const { session, search } = open();
  expect((await search()).tier).toBe("lexical");
  expect((await search()).tier).toBe("lexical");
  expect(await session.vectors.checkUp(signal)).toBe(true);
  expect(setAside()).toEqual([]);
  lock?.release();
  expect(await session.vectors.fill(signal)).toMatchObject({ embedded: TEXTS });
  expect(setAside()).toHaveLength(1);
});

test("vectors that one process makes anew serve in another that has the old ones open", async () => {
  const { indexDir, open, setAside } = await embeddedFolder();
  const [one, other] = [open(), open()];
  expect((await other.search()).tier).toBe("hybrid");
  overwriteMiddle(largestDataFile(indexDir), Buffer.alloc(4096));
  expect((await one.search()).tier).toBe("lexical");
  await expect.poll(setAside).toHaveLength(1);
  expect((await other.search()).tier).toBe("lexical");
  expect(await one.session.vectors.fill(signal)).toMatchObject({ embedded: TEXTS });
  await expect.poll(async () => (await other.search()).tier).toBe("hybrid");
  expect(setAside()).toHaveLength(1);
});

test("an index whose vectors are sound is healthy, and keeps them", async () => {
  const { open, setAside } = await embeddedFolder();
  const { session, search } = open();
  expect(await session.checkUp(signal)).toMatchObject({ repairs: [], problem: undefined });
  expect(setAside()).toEqual([]);
  expect(await session.vectors.fill(signal)).toMatchObject({ embedded: 0 });
  expect((await search()).tier).toBe("hybrid");
});

const newestVersion = (indexDir: string) => vectorFiles(indexDir, "_versions").sort()[0] ?? "";

describe.each([
  { what: "their data file is gone", harm: (dir: string) => rmSync(largestDataFile(dir)) },
  { what: "their data file is empty", harm: (dir: string) => truncateSync(largestDataFile(dir), 0) },
  {
    what: "their data file is zeroed",
    harm: (dir: string) => writeFileSync(largestDataFile(dir), Buffer.alloc(statSync(largestDataFile(dir)).size)),
  },
  { what: "their newest version is empty", harm: (dir: string) => truncateSync(newestVersion(dir), 0) },
  { what: "their descriptor is garbage", harm: (dir: string) => writeFileSync(descriptorOf(dir), "garbage") },
  { what: "their descriptor is gone", harm: (dir: string) => rmSync(descriptorOf(dir)) },
])("vectors that do not open: $what", ({ harm }) => {
  test("a search goes by words, a status says so, and the next filling makes them anew", async () => {
    const { indexDir, open, setAside } = await embeddedFolder();
    harm(indexDir);
    const { session, search } = open();
    expect(await session.status()).toMatchObject({
      health: "ready",
      tier: "lexical",
      vectors: { state: "failed", problem: { code: "index-damaged" } },
      problem: undefined,
    });
    expect((await search()).tier).toBe("lexical");
    expect(await session.vectors.fill(signal)).toMatchObject({ texts: TEXTS, embedded: TEXTS });
    expect(setAside()).toHaveLength(1);
    expect((await search()).tier).toBe("hybrid");
    expect(await vectorState(session)).toMatchObject({ state: "complete", done: TEXTS, total: TEXTS });
  });

  test("a checkup sets them aside", async () => {
    const { indexDir, open, setAside } = await embeddedFolder();
    harm(indexDir);
    const { session } = open();
    expect(await session.checkUp(signal)).toMatchObject({
      repairs: [{ kind: "vectors-set-aside" }],
      problem: undefined,
    });
    expect(setAside()).toHaveLength(1);
    expect(readFileSync(join(indexDir, "troubles.jsonl"), "utf8")).toContain("vectors were set aside");
    expect(await session.checkUp(signal)).toMatchObject({ repairs: [], problem: undefined });
  });
});

test("vectors that break while they are open are made anew by the next filling", async () => {
  const { indexDir, open, setAside } = await embeddedFolder();
  const { session, search } = open();
  expect((await search()).tier).toBe("hybrid");
  truncateSync(largestDataFile(indexDir), 0);
  expect(await session.vectors.fill(signal)).toMatchObject({ embedded: TEXTS });
  expect(setAside()).toHaveLength(1);
  expect((await search()).tier).toBe("hybrid");
});
