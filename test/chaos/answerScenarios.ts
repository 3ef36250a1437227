/** What can go wrong once the question is asked. See scenarios.ts. */

import { drips, floods, reset, silent, status, stopsAfter } from "./behaviours";
import { doneLine, html, json, MODEL, openStream, says, textLine } from "./hostileOllama";
import { ALL, type Scenario } from "./scenarios";

export const ANSWER_SCENARIOS: readonly Scenario[] = [
  // -------------------------------------------------------------- instead of an answer
  { name: "no headers", behaviour: { chat: silent }, ending: "error: ollama-timeout after " },
  {
    name: "no headers for a while: the model loads",
    behaviour: {
      chat: (request, response) =>
        void setTimeout(() => says(textLine("Late [1]."), doneLine())(request, response), 60),
    },
    ending: "answered: Late [1].",
  },
  {
    name: "a 404: the model is gone",
    behaviour: { chat: status(404, { error: "model 'honest:7b' not found" }) },
    ending: "error: model-not-installed after ",
  },
  {
    name: "a 400: it cannot chat",
    behaviour: { chat: status(400, { error: '"honest:7b" does not support chat' }) },
    ending: "error: ollama-failed after ",
  },
  { name: "a 413", behaviour: { chat: status(413) }, ending: "error: ollama-not-ollama after " },
  {
    name: "a 500: out of memory",
    behaviour: { chat: status(500, { error: "model requires more system memory (20 GiB) than is available" }) },
    ending: "error: ollama-out-of-memory after ",
  },
  {
    name: "a 503: busy",
    behaviour: { chat: status(503, { error: "server busy, please try again. maximum pending requests exceeded" }) },
    ending: "error: ollama-busy after ",
  },
  {
    name: "a 412: too old for the model",
    behaviour: {
      chat: status(412, { error: "The model you are attempting to use requires a newer version of Ollama" }),
    },
    ending: "error: ollama-too-old after ",
  },
  {
    name: "an error that is no text",
    behaviour: { chat: status(500, { error: { code: 7 } }) },
    ending: "error: ollama-failed after ",
  },
  {
    name: "HTML with status 200",
    behaviour: { chat: (_, response) => html(response) },
    ending: "error: ollama-not-ollama after ",
  },
  {
    name: "a redirect of the prompt",
    behaviour: { chat: (_, response) => response.writeHead(307, { location: "http://127.0.0.1:9/api/chat" }).end() },
    ending: "error: ollama-address-refused after ",
  },
  { name: "reset before a byte", behaviour: { chat: reset }, ending: "error: ollama-interrupted after " },
  {
    name: "no status line",
    behaviour: { chat: (_, response) => void response.socket?.end("nonsense\r\n\r\n") },
    ending: "error: ollama-not-ollama after ",
  },
  {
    name: "endless headers",
    behaviour: {
      chat: (_, response) => void response.socket?.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n`),
    },
    ending: "error: ollama-not-ollama after ",
  },
  {
    name: "a first line that is no JSON",
    behaviour: { chat: says("data: {}\n") },
    ending: "error: ollama-not-ollama after ",
  },
  { name: "an empty stream", behaviour: { chat: says() }, ending: "error: ollama-interrupted after " },
  { name: "headers and then silence", behaviour: { chat: stopsAfter("") }, ending: "error: ollama-timeout after " },
  {
    name: "one byte at a time, and never a line",
    behaviour: { chat: drips("x") },
    ending: "error: ollama-timeout after ",
  },
  {
    name: "an endless line",
    behaviour: { chat: floods("x".repeat(10_000)) },
    ending: "error: ollama-not-ollama after ",
  },
  {
    name: "endless empty lines",
    behaviour: { chat: floods("\n".repeat(10_000)) },
    ending: "error: ollama-not-ollama after ",
  },
  {
    name: "done and not a word",
    behaviour: { chat: says(doneLine()) },
    ending: "passages: ollama-unusable (honest:7b wrote nothing)",
  },
  {
    name: "only thinking",
    behaviour: {
      chat: says(textLine("", { message: { content: "", thinking: "hm" } }), doneLine({ done_reason: "length" })),
    },
    ending: "passages: ollama-unusable (honest:7b wrote nothing)",
  },

  // -------------------------------------------------------------- in the middle of an answer
  { name: "silence", behaviour: { chat: stopsAfter(textLine("Half ")) }, ending: "error: ollama-timeout after Half " },
  {
    name: "a reset",
    behaviour: { chat: stopsAfter(textLine("Half "), (response) => void response.socket?.resetAndDestroy()) },
    ending: "error: ollama-interrupted after Half ",
  },
  {
    name: "an end in good order without `done`, as of a model that repeats itself",
    behaviour: { chat: says(textLine("Half ")) },
    ending: "answered, cut short: Half ",
  },
  {
    name: "a line cut in two by the end",
    behaviour: { chat: says(textLine("Half "), textLine("an answer").slice(0, 20)) },
    ending: "error: ollama-failed after Half ",
  },
  {
    name: "a line that is no JSON",
    behaviour: { chat: says(textLine("Half "), "{nonsense}\n", doneLine()) },
    ending: "error: ollama-failed after Half ",
  },
  {
    name: "a line that is no object",
    behaviour: { chat: says(textLine("Half "), "null\n", doneLine()) },
    ending: "error: ollama-failed after Half ",
  },
  {
    name: "an error object",
    behaviour: {
      chat: says(textLine("Half "), '{"error":"an error was encountered while running the model: unexpected EOF"}\n'),
    },
    ending: "error: ollama-interrupted after Half ",
  },
  {
    name: "the model is unloaded",
    behaviour: {
      chat: says(textLine("Half "), '{"error":"llama runner process has terminated: signal: killed"}\n'),
    },
    ending: "error: ollama-interrupted after Half ",
  },
  {
    name: "out of memory in the middle",
    behaviour: { chat: says(textLine("Half "), '{"error":"CUDA error: out of memory"}\n') },
    ending: "error: ollama-out-of-memory after Half ",
  },
  {
    name: "an error that nobody knows",
    behaviour: { chat: says(textLine("Half "), '{"error":"the flux capacitor is cold"}\n') },
    ending: "error: ollama-failed after Half ",
  },
  {
    name: "a message of another shape",
    behaviour: {
      chat: says(textLine("Whole [1]."), '{"message":"text"}\n', '{"message":{"content":7}}\n', "{}\n", doneLine()),
    },
    ending: "answered: Whole [1].",
  },
  {
    name: "lines in pieces, with empty ones between",
    behaviour: {
      chat: (_, response) => {
        openStream(response);
        const text = `\n\r\n${textLine("Señal ")}\r\n${textLine("[1].")}\n${doneLine()}`;
        const bytes = Buffer.from(text);
        let at = 0;
        const next = () => {
          if (at < bytes.length) {
            response.write(bytes.subarray(at, at + 7), () => setImmediate(next));
            at += 7;
          } else {
            response.end();
          }
        };
        next();
      },
    },
    ending: "answered: Señal [1].",
  },
  {
    name: "a last line without a line end",
    behaviour: { chat: says(textLine("Whole [1]."), doneLine().trim()) },
    ending: "answered: Whole [1].",
  },
  {
    name: "more after the last line",
    behaviour: { chat: says(textLine("Whole [1]."), doneLine(), textLine("and more"), "rubbish\n") },
    ending: "answered: Whole [1].",
  },
  {
    name: "a connection left open after the last line",
    behaviour: { chat: stopsAfter(textLine("Whole [1].") + doneLine()) },
    ending: "answered: Whole [1].",
  },
  {
    name: "a flood of text",
    behaviour: { chat: floods(textLine("x".repeat(5_000))) },
    ending: "error: ollama-not-ollama after xxx",
  },
  {
    name: "an answer by a remote host",
    behaviour: { chat: says(textLine("Half ", { remote_host: "https://ollama.com" })) },
    ending: "error: model-is-remote after ",
  },
  {
    name: "an invalid byte in the text",
    behaviour: {
      chat: (_, response) => {
        openStream(response);
        response.write(Buffer.from(textLine("Whole X [1].")).map((byte) => (byte === 0x58 ? 0xff : byte)));
        response.end(doneLine());
      },
    },
    ending: "answered: Whole \uFFFD [1].",
  },
  {
    name: "a prompt cut by the server",
    behaviour: { chat: says(textLine("Cut [1]."), doneLine({ prompt_eval_count: 4096 })) },
    ending: "answered, marked as cut: Cut [1].",
  },
  {
    name: "a prompt that the server refuses to cut",
    behaviour: { chat: status(400, { error: "input length exceeds the context length" }) },
    ending: "error: context-too-small after ",
  },
  {
    name: "a smaller context in force than asked for",
    behaviour: { ps: (_, response) => json(response, { models: [{ name: MODEL, context_length: 350 }] }) },
    ending: "error: context-too-small after ",
  },
  { name: "`/api/ps` hangs", behaviour: { ps: silent }, ending: `answered: ${ALL}` },
  {
    name: "`/api/ps` is rubbish",
    behaviour: { ps: (_, response) => json(response, { models: "none" }) },
    ending: `answered: ${ALL}`,
  },
  {
    name: "the answer met its limit",
    behaviour: { chat: says(textLine("Half [1]"), doneLine({ done_reason: "length" })) },
    ending: "answered, cut short: Half [1]",
  },
  {
    name: "no counts at the end",
    behaviour: { chat: says(textLine("Whole [1]."), '{"done":true}\n') },
    ending: "answered: Whole [1].",
  },
];
