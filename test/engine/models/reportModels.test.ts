import { expect, test } from "vitest";
import { reportModels } from "../../../src/engine/models/reportModels";
import { fakeChatServer, installed } from "../../support/fakeChatServer";

const MACHINE = { memoryBytes: 16 * 1024 ** 3, freeDiskBytes: 1e12 };
const MODELS = [
  installed("gemma4:e4b", { sizeBytes: 9.6e9 }),
  installed("old:7b", { sizeBytes: 4e9 }),
  installed("all-minilm:latest", { capabilities: ["embedding"], sizeBytes: 46e6 }),
];

/** Which model answers, which makes vectors. */
async function roles(chat?: string, embedding?: string) {
  const server = fakeChatServer([], { models: MODELS });
  const { models } = await reportModels(server, { chat, embedding }, MACHINE, new AbortController().signal);
  return [models.find(({ isChosen }) => isChosen)?.name, models.find(({ isEmbedder }) => isEmbedder)?.name];
}

test("both roles are chosen by themselves, or as named", async () => {
  expect(await roles()).toEqual(["gemma4:e4b", "all-minilm:latest"]);
  expect(await roles("old:7b", "all-minilm")).toEqual(["old:7b", "all-minilm:latest"]);
  expect(await roles("absent", "absent")).toEqual([undefined, undefined]);
});

test("what is installed is not offered, and each is judged by this machine's memory", async () => {
  const server = fakeChatServer([], { models: MODELS });
  const named = { chat: undefined, embedding: undefined };
  const report = await reportModels(server, named, MACHINE, new AbortController().signal);
  expect(report.models.map(({ fit }) => fit)).toEqual(["tight", "fits", "fits"]);
  const offered = report.available.map(({ name }) => name);
  expect(offered).not.toContain("gemma4:e4b");
  expect(offered).not.toContain("all-minilm");
  expect(offered).toContain("gemma4:e2b");
});
