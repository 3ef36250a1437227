/**
 * What can go wrong with an Ollama server, and how each case has to end.
 *
 * An ending is written `answered: TEXT`, `passages: WHY (PROBLEM)` or `error: CODE after TEXT`, where TEXT is what the
 * person had read by then.
 */

import { drips, floods, reset, silent, status } from "./behaviours";
import { type Behaviour, html, json, listed, MODEL, says } from "./hostileOllama";

export interface Scenario {
  readonly name: string;
  readonly behaviour: Behaviour;
  /** The model that the person named. */
  readonly model?: string;
  readonly ending: string;
}

export const ALL = "It is saved here [1].";

/** Before the question is asked. */
export const EARLY_SCENARIOS: readonly Scenario[] = [
  { name: "all is well", behaviour: {}, ending: `answered: ${ALL}` },

  {
    name: "the list never comes",
    behaviour: { tags: silent },
    ending: "passages: ollama-unusable (it does not answer in time)",
  },
  {
    name: "the list drips",
    behaviour: { tags: drips("{") },
    ending: "passages: ollama-unusable (it does not answer in time)",
  },
  {
    name: "the list is HTML",
    behaviour: { tags: (_, response) => html(response) },
    ending: "passages: ollama-unusable (what answers there is not Ollama)",
  },
  {
    name: "the list is other JSON",
    behaviour: { tags: (_, response) => json(response, { hello: "world" }) },
    ending: "passages: ollama-unusable (what answers there is not Ollama)",
  },
  {
    name: "the list is no object",
    behaviour: { tags: (_, response) => json(response, [1, 2]) },
    ending: "passages: ollama-unusable (what answers there is not Ollama)",
  },
  {
    name: "the list is broken JSON",
    behaviour: {
      tags: (_, response) => response.writeHead(200, { "content-type": "application/json" }).end('{"models": ['),
    },
    ending: "passages: ollama-unusable (what answers there is not Ollama)",
  },
  {
    name: "the list is a stream of lines",
    behaviour: { tags: says('{"models": []}\n') },
    ending: "passages: ollama-unusable (what answers there is not Ollama)",
  },
  {
    name: "the list is an HTML 404",
    behaviour: { tags: status(404) },
    ending: "passages: ollama-unusable (what answers there is not Ollama)",
  },
  {
    name: "the list is a 403",
    behaviour: { tags: status(403) },
    ending: "passages: ollama-unusable (what answers there is not Ollama)",
  },
  {
    name: "the list is a 500",
    behaviour: { tags: status(500, { error: "database is locked" }) },
    ending: "passages: ollama-unusable (it reports an error (500): database is locked)",
  },
  {
    name: "the list is a 502 of a proxy",
    behaviour: { tags: status(502) },
    ending: "passages: ollama-unusable (it reports an error (502): Bad Gateway)",
  },
  {
    name: "the list redirects",
    behaviour: { tags: (_, response) => response.writeHead(302, { location: "https://example.com/" }).end() },
    ending: "passages: ollama-unusable (it redirects to https://example.com)",
  },
  {
    name: "the list is reset",
    behaviour: { tags: reset },
    ending: "passages: ollama-unusable (it broke off its answer)",
  },
  {
    name: "the list is endless",
    behaviour: { tags: floods(`{"models":[${"1,".repeat(5000)}`) },
    ending: "passages: ollama-unusable (what answers there is not Ollama)",
  },
  {
    name: "no model",
    behaviour: { tags: (_, response) => json(response, { models: [] }) },
    ending: "passages: no-chat-model",
  },
  {
    name: "the models are null",
    behaviour: { tags: (_, response) => json(response, { models: null }) },
    ending: "passages: ollama-unusable (what answers there is not Ollama)",
  },
  {
    name: "only a cloud model",
    behaviour: { tags: (_, response) => json(response, { models: [listed("big:120b-cloud")] }) },
    ending: "passages: no-chat-model",
  },
  {
    name: "only a model with a remote host",
    behaviour: {
      tags: (_, response) => json(response, { models: [listed("big:120b", { remote_host: "https://ollama.com" })] }),
    },
    ending: "passages: no-chat-model",
  },
  {
    name: "only an embedder",
    behaviour: { show: (_, response) => json(response, { capabilities: ["embedding"] }) },
    ending: "passages: no-chat-model",
  },
  {
    name: "the details fail, the name must do",
    behaviour: {
      show: (request, response) =>
        request.body.includes("broken")
          ? json(response, { error: "corrupt" }, 500)
          : json(response, { capabilities: ["completion"] }),
      tags: (_, response) => json(response, { models: [listed("broken-embed:1b"), listed(MODEL)] }),
    },
    ending: `answered: ${ALL}`,
  },
  {
    name: "an old server without capabilities and context",
    behaviour: {
      show: (_, response) => json(response, { modelfile: "x" }),
      ps: (_, response) => response.writeHead(404).end("404 page not found"),
    },
    ending: `answered: ${ALL}`,
  },
  {
    name: "the details say the model is remote",
    behaviour: { show: (_, response) => json(response, { remote_host: "https://ollama.com" }) },
    model: MODEL,
    ending: "error: model-is-remote after ",
  },
  {
    name: "a named model that is missing",
    behaviour: {},
    model: "absent:1b",
    ending: "error: model-not-installed after ",
  },
  { name: "a named cloud model", behaviour: {}, model: "absent:1b-cloud", ending: "error: model-is-remote after " },
];
