import { describe, expect, test } from "vitest";
import { createEmbedder } from "../../../src/core/embedding/createEmbedder";
import { unitVector } from "../../../src/core/embedding/unitVector";
import { EngineError } from "../../../src/domain/errors";
import { type FakeEmbeddingOptions, fakeEmbedding, refusal, URL, vectorOf } from "../../support/fakeEmbedding";

const { signal } = new AbortController();

async function embedderOf(options: FakeEmbeddingOptions = {}, name = "some-embedder:latest") {
  const server = fakeEmbedding(options);
  const embedder = await createEmbedder(server, { name, digest: "d1" }, signal);
  return { server, embedder };
}

const text = (content: string, title = "") => ({ title, text: content });
const texts = (count: number) => Array.from({ length: count }, (_, index) => text(`text ${index}`));

describe("the wording", () => {
  test.each<[string, string, string, string]>([
    ["nomic-embed-text:latest", "search_document: Server › run\nbody", "search_document: body", "search_query: where?"],
    [
      "embeddinggemma:300m",
      "title: Server › run | text: body",
      "title: none | text: body",
      "task: search result | query: where?",
    ],
    ["somebody/BGE-M3:567m", "Server › run\nbody", "body", "where?"],
    ["all-minilm", "Server › run\nbody", "body", "where?"],
    ["unheard-of:7b", "Server › run\nbody", "body", "where?"],
  ])("of %s", async (name, titled, untitled, asked) => {
    const { server, embedder } = await embedderOf({}, name);
    await embedder.embed([text("body", "Server › run"), text("body")], signal);
    await embedder.embedQuery("where?", signal);
    expect(server.requests.slice(1)).toEqual([[titled, untitled], [asked]]);
  });

  test("of Qwen's family asks with an instruction", async () => {
    const { server, embedder } = await embedderOf({}, "qwen3-embedding:0.6b");
    await embedder.embedQuery("where {text}?", signal);
    expect(server.requests.at(-1)?.[0]).toMatch(/^Instruct: .*\nQuery: where \{text\}\?$/);
  });

  test("is part of the identity", async () => {
    const { embedder } = await embedderOf({}, "nomic-embed-text");
    expect(embedder.identity).toMatchObject({ model: "nomic-embed-text", digest: "d1", dimensions: 8 });
    expect(embedder.identity.scheme).toContain("search_document: ");
  });
});

describe("what is wrong with one text", () => {
  test("nothing: one request", async () => {
    const { server, embedder } = await embedderOf();
    const vectors = await embedder.embed(texts(32), signal);
    expect(server.requests).toHaveLength(2);
    expect(vectors[5]).toEqual(unitVector(vectorOf("text 5"), 8));
  });

  test.each<[string, unknown]>([
    ["trips the model", refusal(500, "failed to encode: NaN")],
    ["gets a vector with a hole", [1, null, 0, 0, 0, 0, 0, 0]],
    ["gets a vector of another size", [1, 0]],
    ["gets nothing", null],
  ])("%s: it alone has no vector", async (_, bad) => {
    const { server, embedder } = await embedderOf({ reply: (input) => (input === "text 19" ? bad : undefined) });
    const vectors = await embedder.embed(texts(32), signal);
    expect(vectors.map((vector, index) => (vector === undefined ? index : -1)).filter((index) => index >= 0)).toEqual([
      19,
    ]);
    expect(server.requests.length).toBeLessThan(20);
  });

  test("too long: it is embedded in parts, all of it, and stands for their mean", async () => {
    const { server, embedder } = await embedderOf({ longest: 40 });
    const long = Array.from({ length: 12 }, (_, line) => `line number ${line}`).join("\n");
    const vectors = await embedder.embed([text("short"), text(long, "T"), text("short too")], signal);
    expect(vectors.every((vector) => vector !== undefined && Math.abs(Math.hypot(...vector) - 1) < 1e-5)).toBe(true);
    const accepted = server.requests.flat().filter((input) => input.startsWith("T\n") && input.length <= 40);
    expect(accepted.map((input) => input.slice(2)).join("")).toBe(long);
  });

  test("too long, and one character after the other is two code units: none is cut in two", async () => {
    const { server, embedder } = await embedderOf({ longest: 41 });
    const [vector] = await embedder.embed([text("😀".repeat(100))], signal);
    expect(vector).toBeDefined();
    expect(server.requests.flat().join("").isWellFormed()).toBe(true);
  });

  test("nothing is short enough: no vector, and an end", async () => {
    const { embedder } = await embedderOf({ longest: 5 });
    expect(await embedder.embed([text("much too long ".repeat(50)), text("x")], signal)).toEqual([
      undefined,
      unitVector(vectorOf("x"), 8),
    ]);
  });

  test("a megabyte of it: its beginning counts", async () => {
    const { server, embedder } = await embedderOf({ longest: 10_000 });
    await embedder.embed([text("x".repeat(1_000_000))], signal);
    expect(server.requests.flat().every(({ length }) => length <= 16_000)).toBe(true);
  });
});

describe("what is wrong with the server", () => {
  const gone = new EngineError({ code: "ollama-unreachable", url: URL });

  test.each<[string, unknown, string, number]>([
    ["it is gone", gone, "ollama-unreachable", 1],
    ["it fails at every text", refusal(500, "out of memory"), "ollama-failed", 2],
    ["it sends rubbish for every text", [null], "ollama-failed", 2],
  ])("%s: the call fails after few requests", async (_, bad, code, requests) => {
    let isBroken = false;
    const { server, embedder } = await embedderOf({ reply: () => (isBroken ? bad : undefined) });
    isBroken = true;
    await expect(embedder.embed(texts(32), signal)).rejects.toMatchObject({ detail: { code } });
    expect(server.requests).toHaveLength(1 + requests);
  });

  test("a model that makes no vectors is none", async () => {
    await expect(embedderOf({ reply: () => [] })).rejects.toMatchObject({ detail: { code: "ollama-failed" } });
  });

  test("a stop ends the call", async () => {
    const { embedder } = await embedderOf();
    await expect(embedder.embed(texts(2), AbortSignal.abort())).rejects.toThrow("aborted");
  });
});
