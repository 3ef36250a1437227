/** What the first answer of a model teaches the whole engine: how its tokens are counted, and which window it keeps. */

import { resolve } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { createEngineClient } from "../../../src/client/engineClient";
import { requests } from "../../../src/protocol/engine";
import { type Behaviour, doneLine, json, listed, MODEL, says, startOllama, textLine } from "../../chaos/hostileOllama";
import { temporaryFolder } from "../../support/temporaryFolder";

const ENGINE = resolve(import.meta.dirname, "../../../dist/engine.js");

/** 16 KiB for each token of context. */
const INFO = {
  "general.architecture": "honest",
  "honest.context_length": 32_768,
  "honest.block_count": 4,
  "honest.embedding_length": 1024,
  "honest.attention.head_count": 8,
};

const SIZE = 8e9;
const SPILLED = 4000 * 16 * 1024;

/** Its vocabulary knows no word of the prompt, so each byte is a token. */
const BYTES: Behaviour = {
  tags: (_, response) => json(response, { models: [listed(MODEL, { digest: "sha256:abc" })] }),
  show: ({ body }, response) => {
    const { verbose } = JSON.parse(body) as { readonly verbose?: boolean };
    const vocabulary = verbose === true ? { "tokenizer.ggml.tokens": ["▁ŵŷ"] } : {};
    json(response, { capabilities: ["completion"], model_info: { ...INFO, ...vocabulary } });
  },
  ps: (_, response) =>
    json(response, { models: [{ name: MODEL, context_length: 16_384, size: SIZE, size_vram: SIZE - SPILLED }] }),
  chat: (request, response) => {
    const { messages } = JSON.parse(request.body) as { readonly messages: readonly { readonly content: string }[] };
    const counted = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
    return says(textLine("Here [1]."), doneLine({ prompt_eval_count: counted + 40 }))(request, response);
  },
};

test("the second question is counted by the model's vocabulary, in a window that keeps it in graphics memory", async () => {
  const server = await startOllama(BYTES);
  onTestFinished(() => server.close());
  const folder = { folder: temporaryFolder({ "store.ts": "export const wombat = save();\n" }), settings: undefined };
  const settings = {
    indexRoot: temporaryFolder(),
    ollamaUrl: server.url,
    allowRemoteOllama: false,
    noOllama: false,
    chatModel: undefined,
    embeddingModel: undefined,
    contextWindow: 0,
  };
  const window = createEngineClient({ engineScript: ENGINE, settings });
  onTestFinished(() => window.dispose());
  const ask = () =>
    window.request(requests.ask, {
      turnId: "1",
      folders: [folder],
      question: "Where is the wombat saved?",
      history: [],
      selection: undefined,
      unsaved: [],
      indexFirst: true,
      anyway: true,
    });

  const first = await ask();
  expect(first).toMatchObject({ contextWindow: 16_384, isWindowForGraphics: false });
  expect(first.estimatedPromptTokens).toBeLessThan((first.promptTokens ?? 0) / 2);
  await vi.waitFor(async () => {
    const { estimatedPromptTokens = 0, promptTokens = 0 } = await ask();
    expect(Math.abs(estimatedPromptTokens - promptTokens)).toBeLessThan(promptTokens * 0.05);
  });
  expect(await ask()).toMatchObject({ contextWindow: 11_264, isWindowForGraphics: true });
});
