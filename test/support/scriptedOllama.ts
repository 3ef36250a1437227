/** An Ollama whose models a person installs, deletes and embeds with, at the pace that a test sets. */

import type { ServerResponse } from "node:http";
import { json, listed, openStream } from "../chaos/hostileOllama";
import { vectorOf } from "./fakeEmbedding";
import { type Received, startServer } from "./httpServer";

/** Bytes that a download has; it stops at two fifths of them until it is let go on. */
const DOWNLOAD_BYTES = 50e6;
const FIRST_PART = 0.4;

export interface EmbedRequest {
  readonly model: string;
  readonly input: readonly string[];
}

/** What the `ollama` package sends to install or delete a model. */
interface Named {
  readonly name: string;
}

export interface ScriptedOllama {
  readonly url: string;
  /** Names of what is installed, with what it can do. */
  readonly models: ReadonlyMap<string, "completion" | "embedding">;
  /** Every request for vectors, also those that wait. */
  readonly embedded: readonly EmbedRequest[];
  /** Whether requests for many vectors and downloads are answered to their end; what waited goes on when it becomes true. */
  letGoOn(isGoing: boolean): void;
  readonly close: () => Promise<void>;
}

export async function startScriptedOllama(
  installed: Readonly<Record<string, "completion" | "embedding">>,
): Promise<ScriptedOllama> {
  const models = new Map(Object.entries(installed));
  const embedded: EmbedRequest[] = [];
  const gate = new Gate();

  const embed = async ({ body }: Received, response: ServerResponse) => {
    const { model, input } = JSON.parse(body) as EmbedRequest;
    embedded.push({ model, input });
    if (input.length > 1) {
      await gate.passed(); // a question, or a word to learn the model's size by, is answered at once
    }
    json(response, { model, embeddings: input.map((text) => vectorOf(`${model} ${text}`)) });
  };

  const pull = async ({ body }: Received, response: ServerResponse) => {
    const { name } = JSON.parse(body) as Named;
    const line = (value: object) => response.write(`${JSON.stringify(value)}\n`);
    openStream(response);
    line({ status: "pulling", digest: "sha256:a", total: DOWNLOAD_BYTES, completed: FIRST_PART * DOWNLOAD_BYTES });
    await gate.passed();
    if (!response.destroyed) {
      models.set(name, "embedding");
      response.end(`${JSON.stringify({ status: "success" })}\n`);
    }
  };

  const remove = ({ body }: Received, response: ServerResponse) => {
    models.delete((JSON.parse(body) as Named).name);
    response.end();
  };

  const server = await startServer((request, response) => {
    switch (request.path) {
      case "/api/tags":
        return json(response, {
          models: Array.from(models, ([name, role]) => listed(name, { size: 5e7, capabilities: [role] })),
        });
      case "/api/embed":
        return embed(request, response);
      case "/api/pull":
        return pull(request, response);
      case "/api/delete":
        return remove(request, response);
      case "/api/ps":
        return json(response, { models: [] });
      default:
        return json(response, { error: "not found" }, 404);
    }
  });
  return { url: server.url, models, embedded, letGoOn: (isGoing) => gate.set(isGoing), close: () => server.close() };
}

class Gate {
  #isOpen = true;
  readonly #waiting = new Set<() => void>();

  set(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (isOpen) {
      for (const goOn of this.#waiting) {
        goOn();
      }
      this.#waiting.clear();
    }
  }

  async passed(): Promise<void> {
    if (!this.#isOpen) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }
}
