import { expect, test } from "vitest";
import { canEmbed, chooseEmbedder } from "../../../src/core/models/chooseEmbedder";
import { installed } from "../../support/fakeChatServer";

const URL = "http://127.0.0.1:11434";
const embedder = (name: string) => installed(name, { capabilities: ["embedding"] });

test.each<[string[], string | undefined]>([
  [[], undefined],
  [["all-minilm:latest"], "all-minilm:latest"],
  [["all-minilm:latest", "nomic-embed-text:latest"], "nomic-embed-text:latest"],
  [["nomic-embed-text:latest", "embeddinggemma:300m"], "embeddinggemma:300m"],
  [["unheard-of:latest", "all-minilm:latest"], "all-minilm:latest"],
  [["nomic-embed-text-v2-moe:latest", "nomic-embed-text:latest"], "nomic-embed-text-v2-moe:latest"],
])("of %j: %s", (names, expected) => {
  const models = names.map(embedder);
  expect(chooseEmbedder(models, undefined, URL)?.name).toBe(expected);
  expect(chooseEmbedder(models.toReversed(), undefined, URL)?.name).toBe(expected);
});

test.each<[string, string]>([
  ["bge-m3", "model-not-installed"],
  ["gemma4:e4b", "ollama-failed"],
  ["far:cloud", "model-is-remote"],
  ["elsewhere", "model-is-remote"],
])("a model that was named and is no embedder on this machine, %s: %s", (wanted, code) => {
  const models = [embedder("all-minilm:latest"), installed("gemma4:e4b"), { ...embedder("elsewhere"), isRemote: true }];
  expect(() => chooseEmbedder(models, wanted, URL)).toThrow(
    expect.objectContaining({ detail: expect.objectContaining({ code }) }),
  );
});

test("in place of a missing model only those are named that make vectors", () => {
  const models = [embedder("all-minilm:latest"), installed("gemma4:e4b"), { ...embedder("elsewhere"), isRemote: true }];
  expect(() => chooseEmbedder(models, "bge-m3", URL)).toThrow(
    expect.objectContaining({ detail: expect.objectContaining({ installed: ["all-minilm:latest"] }) }),
  );
});

test("the named one, however it is spelled", () => {
  expect(chooseEmbedder([embedder("all-minilm:latest"), embedder("bge-m3:latest")], "ALL-MINILM", URL)?.name).toBe(
    "all-minilm:latest",
  );
});

test("a server that states no capabilities is judged by names", () => {
  const old = (name: string, family: string) => canEmbed(installed(name, { capabilities: [], family }));
  expect([old("all-minilm", "bert"), old("my-embedder", "llama"), old("llama3", "llama")]).toEqual([true, true, false]);
});
