import { expect, test, vi } from "vitest";
import { createOllamaVocabulary } from "../../../src/adapters/ollama/ollamaVocabulary";

const never = new AbortController().signal;

/** What the server's answer to `/api/show` comes to. */
function tokensFrom(body: string, status = 200) {
  const send = vi.fn(async () => new Response(body, { status }));
  const server = createOllamaVocabulary({ url: "http://127.0.0.1:11434", send });
  return { send, tokens: server.tokens("m:1b", never) };
}

const shown = (info: object) => JSON.stringify({ model_info: info });

test.each([
  [
    "tokens and their types",
    shown({ "tokenizer.ggml.tokens": ["▁a", "b"], "tokenizer.ggml.token_type": [1, 3] }),
    { tokens: ["▁a", "b"], types: [1, 3] },
  ],
  ["tokens alone", shown({ "tokenizer.ggml.tokens": ["▁a"] }), { tokens: ["▁a"], types: [] }],
  ["null, as a server that is not verbose says it", shown({ "tokenizer.ggml.tokens": null }), undefined],
  ["tokens that are no texts", shown({ "tokenizer.ggml.tokens": ["a", 1] }), undefined],
  ["nothing of the model", "{}", undefined],
  ["null", "null", undefined],
  ["no JSON", "<html>", undefined],
])("reads %s", async (_, body, expected) => {
  expect(await tokensFrom(body).tokens).toEqual(expected);
});

test("asks once, for one model; an error means that it does not know", async () => {
  const { send, tokens } = tokensFrom('{"error":"model not found"}', 404);
  expect(await tokens).toBeUndefined();
  expect(send).toHaveBeenCalledTimes(1);
  expect(send).toHaveBeenCalledWith(
    "http://127.0.0.1:11434/api/show",
    expect.objectContaining({ method: "POST", body: '{"model":"m:1b","verbose":true}' }),
  );
});
