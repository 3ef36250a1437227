import { expect, test } from "vitest";
import { resolveModel } from "../../../../src/core/answering/model/resolveModel";
import { fakeChatServer, installed } from "../../../support/fakeChatServer";

const { signal } = new AbortController();

test("in place of a missing model only those are named that can answer", async () => {
  const models = [
    installed("fake:7b"),
    installed("gpt-oss:120b-cloud", { isRemote: true }),
    installed("all-minilm:latest", { capabilities: ["embedding"] }),
    installed("old-minilm:latest", { capabilities: [], family: "bert" }),
  ];
  await expect(resolveModel(fakeChatServer([], { models }), "llama9:8b", signal)).rejects.toMatchObject({
    detail: { code: "model-not-installed", installed: ["fake:7b"] },
  });
});
