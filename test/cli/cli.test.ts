/** The command line's contract: what it prints, in which shape, and with which exit status. */

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { startOllama } from "../chaos/hostileOllama";
import { type CliWorld, createCliWorld } from "../support/cliRun";

const FILES = {
  "README.md": "# Toll gate\n\nLets cars through, at a rate.\n\n## Limits\n\nTen cars a minute.\n",
  "src/throttle.ts":
    "/** Drops requests above the limit. */\nexport function throttleRequests(limit: number): boolean {\n  return limit > 10;\n}\n",
  "src/server.ts":
    'import { throttleRequests } from "./throttle";\n\nexport class Server {\n  handle(): void {\n    throttleRequests(3);\n  }\n}\n',
  ".env": "SECRET=hunter2\n",
};

let world: CliWorld;
const begin = (files: Readonly<Record<string, string>> = FILES): CliWorld => {
  world = createCliWorld(files);
  return world;
};
afterEach(() => world.dispose());

const serve = async (handle: RequestListener) => {
  const server = createServer(handle).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
};

/** One line on stderr, which says what happened and what to do. */
const oneLine = (stderr: string): string => {
  const lines = stderr.trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  return lines[0] ?? "";
};

describe("index", () => {
  test("prints what it did; a second run finds nothing to do", async () => {
    begin();
    const first = await world.json<Record<string, number>>("index");
    expect(first).toMatchObject({ files: 3, skipped: 1, filesIndexed: 3, embedded: 0, reused: 0 });
    expect(await world.json("index")).toMatchObject({ files: 3, chunksWritten: 0, reused: first["chunks"], bytes: 0 });
  });

  test("a deleted file disappears, a changed one is found by its new words", async () => {
    begin();
    await world.json("index");
    world.write("src/throttle.ts", "export const wombatLimit = 3;\n");
    rmSync(join(world.folder, "README.md"));
    expect(await world.json("index")).toMatchObject({ files: 2, filesIndexed: 1, filesRemoved: 1 });
    const found = await world.json<{ results: { path: string }[] }>("search", "wombat");
    expect(found.results[0]).toMatchObject({ path: "src/throttle.ts", symbol: "wombatLimit" });
    expect(await world.json("search", "cars")).toMatchObject({ results: [] });
  });

  test("a search and a question look first what has changed", async () => {
    begin();
    await world.json("index");
    world.write("src/throttle.ts", "export const wombatLimit = 3;\n");
    const found = await world.json<{ results: { path: string }[] }>("search", "wombat");
    expect(found.results[0]).toMatchObject({ path: "src/throttle.ts", symbol: "wombatLimit" });
    world.write("src/throttle.ts", "export const kangarooLimit = 3;\n");
    expect((await world.run("ask", "kangaroo limit?", "--no-ollama")).stdout).toContain("kangarooLimit");
    expect(await world.json("index")).toMatchObject({ filesIndexed: 0 });
  });

  test("nothing of the index lies in the folder, and others cannot read it", async () => {
    begin();
    await world.json("index");
    expect(readdirSync(world.folder).sort()).toEqual([".env", "README.md", "src"]);
    const [name = ""] = readdirSync(world.indexRoot);
    const { statSync } = await import("node:fs");
    expect(statSync(join(world.indexRoot, name)).mode & 0o077).toBe(0);
  });
});

describe("search, files, chunks, status", () => {
  test("search prints the documented shape, best first", async () => {
    begin();
    await world.json("index");
    const found = await world.json<{ results: Record<string, unknown>[] }>("search", "where", "do", "we", "throttle");
    expect(found).toMatchObject({ query: "where do we throttle", folder: world.folder, tier: "lexical" });
    expect(found.results[0]).toMatchObject({ path: "src/throttle.ts", startLine: 1, symbol: "throttleRequests" });
    expect(Object.keys(found.results[0] ?? {}).sort()).toEqual(
      ["alsoAt", "endLine", "kind", "language", "path", "score", "startLine", "symbol", "text"].sort(),
    );
  });

  test("search --explain shows the parts of each score", async () => {
    begin();
    await world.json("index");
    const { stdout } = await world.run("search", "--explain", "where", "do", "we", "throttle");
    expect(stdout).toMatch(/= [\d.]+ × [\d.]+ {2}maxChunk/);
    expect(stdout).toMatch(/^ *× [\d.]+ {2}language$/m);
    const { results } = await world.json<{ results: { explanation: { parts: unknown[] } }[] }>(
      "search",
      "--explain",
      "throttle requests",
    );
    expect(results[0]?.explanation.parts.length).toBeGreaterThan(0);
  });

  test("search says what is wrong with a regular expression", async () => {
    begin();
    await world.json("index");
    const { stdout, stderr } = await world.run("search", "/throttle(/");
    expect(`${stdout}${stderr}`).toContain("regular expression");
  });

  test("files lists every file, and why one is left out", async () => {
    begin();
    await world.json("index");
    const { files } = await world.json<{ files: unknown[] }>("files");
    expect(files).toHaveLength(4);
    expect(files).toContainEqual({ path: ".env", state: "skipped", reason: "secret", chunks: 0 });
  });

  test("the secret is not in the index", async () => {
    begin();
    await world.json("index");
    const bytes = readdirSync(world.indexRoot, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
    expect(bytes.join("")).not.toContain("hunter2");
  });

  test("chunks partition the file", async () => {
    begin();
    const report = await world.json<{ lines: number; chunks: { startLine: number; endLine: number }[] }>(
      "chunks",
      "src/server.ts",
    );
    let next = 1;
    for (const { startLine, endLine } of report.chunks) {
      expect(startLine).toBe(next);
      next = endLine + 1;
    }
    expect(next - 1).toBe(report.lines);
  });

  test("status knows an index and its absence", async () => {
    begin();
    expect(await world.json("status")).toMatchObject({ health: "none", files: 0, updatedAt: null });
    await world.json("index");
    expect(await world.json("status")).toMatchObject({ health: "ready", files: 3, tier: "lexical" });
  });
});

describe("ask without a model", () => {
  test("indexes first, prints cited passages, and says that no model wrote them", async () => {
    begin();
    const result = await world.run("ask", "where do we throttle requests?", "--no-ollama");
    expect(result.status).toBe(0);
    expect(result.stdout).toContain("[1] src/throttle.ts:1-4");
    expect(result.stdout).toContain("throttleRequests");
    expect(result.stdout).toContain("No model wrote this");
  });

  test("with --json prints the documented shape", async () => {
    begin();
    const answer = await world.json<Record<string, unknown>>("ask", "where do we throttle requests?", "--no-ollama");
    expect(answer).toMatchObject({
      question: "where do we throttle requests?",
      model: null,
      tier: "lexical",
      promptTokens: null,
      contextWindow: null,
      truncated: false,
    });
    expect(answer["citations"]).toContainEqual(
      expect.objectContaining({ n: 1, path: "src/throttle.ts", startLine: 1, endLine: 4, verified: true }),
    );
  });

  test.each(["http://example.com", "nonsense", "http://127.0.0.1.evil.example:11434"])(
    "%s is not on this machine: nothing is sent there, the passages come all the same",
    async (url) => {
      begin();
      const result = await world.run("ask", "throttle?", "--ollama-url", url);
      expect(result.stdout).toMatch(/cannot be used \(it is not on this machine\)\. Check its address/);
      expect(result.stdout).toContain("[1]");
    },
  );

  test("where Ollama does not answer, the passages come all the same", async () => {
    begin();
    const server = await serve(() => undefined);
    server.close();
    const result = await world.run("ask", "throttle?", "--ollama-url", server.url);
    expect(result.status).toBe(0);
    expect(result.stdout).toContain(`no Ollama answers at ${server.url}`);
  });
});

describe("a question that nothing solid is found for", () => {
  const question = "how do cars migrate the postgres schema of the garbage collector?";

  test("gives the nearest passages, and asks the model only when told to", async () => {
    begin();
    const ollama = await startOllama();
    onTestFinished(() => ollama.close());
    const refused = await world.run("ask", question, "--ollama-url", ollama.url);
    expect(refused.stdout).toContain("[1] README.md:1-7");
    expect(refused.stdout).toContain("Ask it all the same with --anyway.");
    expect(ollama.received.map(({ path }) => path)).not.toContain("/api/chat");
    const answered = await world.json("ask", question, "--anyway", "--ollama-url", ollama.url);
    expect(answered).toMatchObject({ answer: "It is saved here [1].", nothingSolid: false, model: "honest:7b" });
    expect(
      await world.json("ask", "where do we throttle requests above the limit?", "--ollama-url", ollama.url),
    ).toMatchObject({
      model: "honest:7b",
    });
  });
});

describe("bad input ends with one line and the documented status", () => {
  test.each([
    { args: ["index", "nowhere"], status: 1, says: /does not exist.*Check the path/ },
    { args: ["index", "README.md"], status: 1, says: /is a file and not a folder/ },
    { args: ["search", "x"], status: 1, says: /no index .* yet.*cloister index/ },
    { args: ["files"], status: 1, says: /no index .* yet/ },
    { args: ["chunks", "nothing.ts"], status: 1, says: /no file nothing\.ts/ },
    { args: ["chunks", "../../etc/passwd"], status: 1, says: /no file/ },
    { args: ["chunks", ".env"], status: 1, says: /not in the index: secret/ },
    { args: ["ask", "", "--no-ollama"], status: 2, says: /question is empty/ },
    { args: ["ask", "   ", "--no-ollama"], status: 2, says: /question is empty/ },
    { args: ["ask", "x ".repeat(50_000), "--no-ollama"], status: 2, says: /100,?000 characters.*Shorten/ },
    { args: ["search", " "], status: 2, says: /question is empty/ },
    { args: ["frobnicate"], status: 2, says: /^cloister: unknown command 'frobnicate'\. .*--help/ },
    { args: ["idnex"], status: 2, says: /Did you mean index\?.*--help/ },
    { args: ["search"], status: 2, says: /missing required argument .*--help/ },
    { args: ["chunks", "a\u001b[2J.ts"], status: 1, says: /no file a␛\[2J\.ts/ },
    { args: ["search", "x", "--limit", "0"], status: 2, says: /whole number from 1/ },
    { args: ["search", "x", "-pth:test"], status: 2, says: /unknown option '-pth:test'/ },
    { args: ["status", "a".repeat(5_000)], status: 1, says: /does not exist/ },
    { args: ["status", "--index-dir", ""], status: 2, says: /has to be a folder on this machine/ },
    { args: ["status", "--index-dir", "http://foo/bar"], status: 2, says: /has to be a folder on this machine/ },
  ])("$args", async ({ args, status, says }) => {
    begin();
    const result = await world.run(...args);
    expect(result.stderr).toMatch(says);
    oneLine(result.stderr);
    expect(result.status).toBe(status);
    expect(result.stdout).toBe("");
  });

  test("an empty folder is indexed and has nothing to say", async () => {
    begin({});
    expect(await world.json("index")).toMatchObject({ files: 0, chunks: 0 });
    expect(await world.json("search", "anything")).toMatchObject({ results: [] });
    expect((await world.run("index")).stdout).toMatch(/folder: no text to index\nnothing changed/);
    const asked = await world.run("ask", "anything?", "--no-ollama");
    expect(asked.status).toBe(0);
    expect(asked.stdout).toMatch(/^Nothing in the indexed files matches this question\.\n\nNo model wrote this: /);
    expect(asked.stdout).not.toContain("passages");
  });

  test("an index root that cannot be written", async () => {
    begin();
    const blocked = join(world.folder, "..", "blocked");
    writeFileSync(blocked, "a file where a folder should be");
    const result = await world.run("index", "--index-dir", blocked);
    expect(oneLine(result.stderr)).toMatch(/cannot be written.*--index-dir/);
    expect(result.status).toBe(1);
  });

  test("an index root inside the folder is refused", async () => {
    begin();
    const result = await world.run("index", "--index-dir", join(world.folder, "indexes"));
    expect(oneLine(result.stderr)).toMatch(/cannot lie in .*inside the folder.*Choose another place/);
    expect(existsSync(join(world.folder, "indexes"))).toBe(false);
  });

  test("an index of a newer version is left alone", async () => {
    begin();
    await world.json("index");
    const marker = join(world.indexRoot, readdirSync(world.indexRoot)[0] ?? "", "index.json");
    const newer = JSON.stringify({ ...JSON.parse(readFileSync(marker, "utf8")), formatVersion: 99 });
    writeFileSync(marker, newer);
    for (const args of [["index"], ["search", "x"], ["ask", "x", "--no-ollama"]]) {
      const result = await world.run(...args);
      expect(oneLine(result.stderr)).toMatch(/newer Cloister \(format 99.*Update/);
      expect(result.status).toBe(1);
    }
    expect(readFileSync(marker, "utf8")).toBe(newer);
  });

  test("a damaged index is moved aside and built anew", async () => {
    begin();
    await world.json("index");
    const dir = join(world.indexRoot, readdirSync(world.indexRoot)[0] ?? "");
    writeFileSync(join(dir, "manifest.sqlite"), Buffer.alloc(4096));
    const searched = await world.run("search", "throttle");
    expect(searched.stderr).toMatch(/was damaged .* built anew/);
    expect([searched.status, searched.stdout]).toEqual([0, expect.stringContaining("src/throttle.ts")]);
    expect(await world.json("index")).toMatchObject({ files: 3, filesIndexed: 0 });
    expect(readdirSync(world.indexRoot).some((name) => name.includes("-damaged-"))).toBe(true);
  });

  test.skipIf(process.getuid?.() === 0)("a folder that cannot be read (root reads everything)", async () => {
    begin();
    const locked = join(world.folder, "locked");
    mkdirSync(locked);
    chmodSync(locked, 0o000);
    const result = await world.run("index", "locked");
    chmodSync(locked, 0o700);
    expect(oneLine(result.stderr)).toMatch(/cannot be read/);
  });
});

describe("a server that is not what it should be", () => {
  test.each([
    { name: "HTML", handle: ((_, response) => response.end("<html>hello</html>")) as RequestListener },
    { name: "status 500", handle: ((_, response) => response.writeHead(500).end("boom")) as RequestListener },
  ])("$name: the passages come, with a plain reason", async ({ handle }) => {
    begin();
    const server = await serve(handle);
    const result = await world.run("ask", "throttle?", "--ollama-url", server.url);
    server.close();
    expect(result.status).toBe(0);
    expect(result.stdout).toContain("[1]");
    expect(result.stdout).toMatch(/No model wrote this/);
  });

  test("a model that is not installed is an error, since it was asked for", async () => {
    begin();
    const server = await serve((_, response) => {
      response.setHeader("content-type", "application/json").end(JSON.stringify({ models: [] }));
    });
    const result = await world.run("ask", "throttle?", "--ollama-url", server.url, "--model", "nosuch:1b");
    server.close();
    expect(oneLine(result.stderr)).toMatch(/nosuch:1b is not installed.*ollama pull nosuch:1b/);
    expect(result.status).toBe(1);
  });
});

describe("models", () => {
  const lines = (...values: object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
  const pulling: RequestListener = ({ url }, response) => {
    response.setHeader("content-type", "application/x-ndjson");
    if (url === "/api/pull") {
      response.end(lines({ digest: "a", total: 4e6, completed: 1e6 }, { status: "success" }));
    } else if (url === "/api/delete") {
      response.end();
    } else {
      response.setHeader("content-type", "application/json").end('{"models":[]}');
    }
  };

  test("what could be installed is listed with its size, and installed and deleted by name", async () => {
    begin();
    const server = await serve(pulling);
    const listed = await world.run("models", "--ollama-url", server.url);
    expect(listed.stdout).toMatch(/no models yet/);
    expect(listed.stdout).toMatch(/To install[^]*all-minilm {2}46.0 MB/);
    const pulled = await world.run("models", "pull", "all-minilm", "--ollama-url", server.url);
    expect(pulled).toMatchObject({ status: 0, stdout: "all-minilm is installed.\n" });
    const report = await world.json("models", "delete", "all-minilm", "--ollama-url", server.url);
    expect(report).toEqual({ model: "all-minilm", isInstalled: false });
    server.close();
  });

  test("Ctrl-C pauses a download and says that the same command goes on", async () => {
    begin();
    let isUnderWay = false;
    const server = await serve((_, response) => {
      response.setHeader("content-type", "application/x-ndjson");
      response.write(lines({ digest: "a", total: 4e6, completed: 1e6 }), () => {
        isUnderWay = true;
      });
    });
    const paused = await world.interrupt(() => isUnderWay, "models", "pull", "all-minilm", "--ollama-url", server.url);
    server.close();
    expect(paused.stderr).toMatch(/Paused.*the same command goes on/);
    expect(paused.status).toBe(130);
  });
});

test("Ctrl-C while indexing ends with 130, and the next question goes on with it", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 1500 }, (_, n) => [`src/part${n}.ts`, `export const part${n} = ${n};\n`.repeat(40)]),
  );
  begin(many);
  const isUnderWay = () => existsSync(world.indexRoot) && readdirSync(world.indexRoot).length > 0;
  const stopped = await world.interrupt(isUnderWay, "index");
  expect(stopped.stderr).toMatch(/Interrupted/);
  expect(stopped.status).toBe(130);
  expect(await world.json("status")).toMatchObject({ health: expect.stringMatching("none|partial") });
  await world.json("ask", "part77", "--no-ollama"); // an answer from a part of the folder would pass for one from all of it
  expect(await world.json("status")).toMatchObject({ health: "ready", files: 1500 });
});

test.runIf(process.platform === "linux")(
  "Ctrl-C while the engine starts is an interruption and no failure",
  async () => {
    begin();
    const hasEngine = (pid: number) => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8") !== "";
    const stopped = await world.interrupt(hasEngine, "ask", "throttle?", "--no-ollama");
    expect(stopped).toEqual({ status: 130, stdout: "", stderr: "Interrupted; what was done is kept.\n" });
  },
);
