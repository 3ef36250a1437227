/** `cloister doctor`: what it says of an index, and what it mends. */

import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { type CliWorld, createCliWorld } from "../support/cliRun";
import { largestDataFile } from "../support/harmVectors";
import { startScriptedOllama } from "../support/scriptedOllama";

const FILES = {
  "README.md": "# Toll gate\n\nLets cars through, at a rate.\n\n## Limits\n\nTen cars a minute.\n",
  "src/throttle.ts": "export function throttleRequests(limit: number): boolean {\n  return limit > 10;\n}\n",
  "src/server.ts": 'import { throttleRequests } from "./throttle";\n\nthrottleRequests(3);\n',
  ".env": "SECRET=hunter2\n",
};

let world: CliWorld;
afterEach(() => world.dispose());

/** Flips a bit in the text that is stored of README.md. */
const harm = () => {
  const data = readdirSync(world.indexRoot, { recursive: true, withFileTypes: true })
    .filter(({ parentPath, name }) => parentPath.endsWith("data") && name.endsWith(".lance"))
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const path of data) {
    const bytes = readFileSync(path);
    const at = bytes.indexOf("Lets cars through");
    if (at >= 0) {
      bytes[at] = "l".charCodeAt(0);
      writeFileSync(path, bytes);
      return;
    }
  }
  throw new Error("the text was not found");
};

test("says that an index is healthy, and what the machine is like; no paths, no contents", async () => {
  world = createCliWorld(FILES);
  await world.json("index");
  const { stdout, status } = await world.run("doctor", "--no-ollama");
  expect(status).toBe(0);
  expect(stdout).toContain("The index is as it was written.");
  expect(stdout).toContain("3 files, 1 left out");
  expect(stdout).toMatch(/LanceDB .*\n(.*\n)*hardware .*AVX2/);
  expect(stdout).not.toContain(world.folder);
  expect(stdout).not.toContain(world.indexRoot);
  expect(stdout).not.toContain("cars");
});

test("indexes again what was damaged, and names it", async () => {
  world = createCliWorld(FILES);
  await world.json("index");
  harm();
  expect(await world.json("doctor", "--no-ollama")).toMatchObject({
    verdict: "files-reindexed",
    repairs: [{ kind: "files-dropped", paths: ["README.md"] }],
    problem: null,
    index: { folder: "<folder>", indexDir: "<index>", health: "ready", files: 3 },
    ollama: null,
  });
  const report = await world.json<{ troubles: unknown[] }>("doctor", "--no-ollama");
  expect(report).toMatchObject({ verdict: "healthy", repairs: [] });
  expect(report.troubles).toHaveLength(1);
});

test("a search that meets damage repairs it, says what is missing, and answers", async () => {
  world = createCliWorld(FILES);
  await world.json("index");
  expect((await world.run("search", "cars")).stderr).toBe("");
  harm();
  const { stdout, stderr, status } = await world.run("search", "cars");
  expect([stderr, status]).toEqual([
    "Files that are not indexed yet were searched by their words alone. `cloister index` goes on with them.\n",
    0,
  ]);
  expect(stdout, "which the index has lost").toContain("Lets cars through");
  await world.json("index");
  const found = await world.json<{ results: { text: string }[] }>("search", "cars");
  expect(found.results[0]?.text).toContain("Lets cars through");
});

test("sets aside vectors that cannot be read, and the next run makes them anew", async () => {
  world = createCliWorld(FILES);
  const ollama = await startScriptedOllama({ "all-minilm:latest": "embedding" });
  onTestFinished(() => ollama.close());
  ollama.letGoOn(true);
  const json = <T>(command: string) => world.json<T>(command, "--ollama-url", ollama.url);
  const { embedded } = await json<{ embedded: number }>("index");
  expect(embedded).toBeGreaterThan(0);
  const { indexDir } = await world.json<{ indexDir: string }>("status");
  truncateSync(largestDataFile(indexDir), 0);
  expect(await world.run("search", "cars", "--ollama-url", ollama.url)).toMatchObject({ status: 0, stderr: "" });
  expect(await json("index")).toMatchObject({ embedded });
  truncateSync(largestDataFile(indexDir), 0);
  expect(await json("doctor")).toMatchObject({
    verdict: "vectors-set-aside",
    repairs: [{ kind: "vectors-set-aside" }],
    problem: null,
  });
  expect(await json("doctor")).toMatchObject({ verdict: "healthy" });
  expect(await world.json("status")).toMatchObject({
    health: "ready",
    tier: "lexical",
    vectors: { state: "paused", done: 0 },
  });
  expect(await json("index")).toMatchObject({ embedded });
  expect(await world.json("status")).toMatchObject({ tier: "hybrid", vectors: { state: "complete" } });
});

test("makes no index where there is none", async () => {
  world = createCliWorld(FILES);
  expect(await world.json("doctor", "--no-ollama")).toMatchObject({ verdict: "not-indexed", repairs: [] });
  expect(await world.json("doctor", "--no-ollama")).toMatchObject({ verdict: "not-indexed" });
});

test("a table that is gone: what LanceDB says of it names no place", async () => {
  world = createCliWorld(FILES);
  await world.json("index");
  rmSync(join(world.indexDir(), "chunks.lance"), { recursive: true });
  const { stdout } = await world.run("doctor", "--no-ollama", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: "rebuilt",
    repairs: [{ problem: expect.stringContaining("Dataset at path <index>/chunks.lance was not found") }],
    troubles: [{ what: expect.stringContaining("<index>/chunks.lance") }],
  });
  expect(stdout).not.toContain(basename(dirname(world.folder)));
});

test("an index of another version was not broken", async () => {
  world = createCliWorld(FILES);
  await world.json("index");
  const marker = join(world.indexDir(), "index.json");
  const { identity, ...rest } = JSON.parse(readFileSync(marker, "utf8"));
  writeFileSync(marker, JSON.stringify({ ...rest, identity: { ...identity, chunkerVersion: 1 } }));
  const { stdout } = await world.run("doctor", "--no-ollama");
  expect(stdout).toContain("The index was of another version of Cloister and was made anew.");
  expect(stdout).toContain("3 files, 1 left out");
  expect(await world.json("doctor", "--no-ollama")).toMatchObject({ verdict: "healthy", repairs: [] });
});

test.each(["", "/"])("a home of “%s” spoils no word of the report", async (home) => {
  world = createCliWorld(FILES, { HOME: home, USERPROFILE: home });
  await world.json("index");
  rmSync(join(world.indexDir(), "chunks.lance"), { recursive: true });
  const { stdout } = await world.run("doctor", "--no-ollama");
  expect(stdout).toContain("The index was broken beyond repair and was built anew.");
  expect(stdout).toContain("Dataset at path <index>/chunks.lance was not found");
  expect(stdout).not.toContain("~");
});
