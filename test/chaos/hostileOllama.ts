/**
 * An Ollama server that behaves, except where a scenario says otherwise.
 *
 * Each endpoint can be replaced by a handler that does its worst with the raw response.
 */

import type { ServerResponse } from "node:http";
import { type Handler, startServer, type TestServer } from "../support/httpServer";

export interface Behaviour {
  readonly tags?: Handler;
  readonly show?: Handler;
  readonly ps?: Handler;
  readonly chat?: Handler;
}

/** The honest server's one model. */
export const MODEL = "honest:7b";

export const json = (response: ServerResponse, value: unknown, status = 200): void => {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(value));
};

export const html = (response: ServerResponse, status = 200): void => {
  response.writeHead(status, { "content-type": "text/html" }).end("<!doctype html><title>Sign in</title>");
};

export const listed = (name: string, more: object = {}) => ({
  name,
  digest: `sha256:${name}`,
  size: 1,
  modified_at: "2026-01-01T00:00:00Z",
  details: { family: "honest", parameter_size: "7B" },
  ...more,
});

/** Opens a stream of JSON lines; whatever follows is the scenario's. */
export function openStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
}

export const textLine = (content: string, more: object = {}): string =>
  `${JSON.stringify({ model: MODEL, message: { role: "assistant", content }, done: false, ...more })}\n`;

export const doneLine = (more: object = {}): string =>
  `${JSON.stringify({ message: { role: "assistant", content: "" }, done: true, done_reason: "stop", prompt_eval_count: 300, eval_count: 5, ...more })}\n`;

/** A whole answer in the given lines. */
export const says =
  (...lines: readonly string[]): Handler =>
  (_, response) => {
    openStream(response);
    response.end(lines.join(""));
  };

export const HONEST: Required<Behaviour> = {
  tags: (_, response) => json(response, { models: [listed(MODEL)] }),
  show: (_, response) =>
    json(response, {
      capabilities: ["completion"],
      model_info: { "general.architecture": "honest", "honest.context_length": 8192 },
    }),
  ps: (_, response) => json(response, { models: [] }),
  chat: says(textLine("It is saved "), textLine("here [1]."), doneLine()),
};

export function startOllama(behaviour: Behaviour = {}): Promise<TestServer> {
  const handlers = { ...HONEST, ...behaviour };
  return startServer((request, response) => {
    switch (request.path) {
      case "/api/tags":
        return handlers.tags(request, response);
      case "/api/show":
        return handlers.show(request, response);
      case "/api/ps":
        return handlers.ps(request, response);
      case "/api/chat":
        return handlers.chat(request, response);
      default:
        response.writeHead(404).end("404 page not found");
    }
  });
}
