/**
 * The embedding model of this engine: which one it is, and the vectors of questions.
 *
 * A question has to be embedded while a person waits, so it gets a time and no more: who asks before the model is loaded
 * gets an answer by words, and the next question finds the model ready. A vector counts only if the model still has the
 * digest of the vectors it is compared with.
 */

import { createEmbedder, embedderOfKnown } from "../../core/embedding/createEmbedder";
import type { ChatServer, Embedder, EmbeddingIdentity, EmbeddingServer, InstalledModel } from "../../core/modelPorts";
import { chooseEmbedder } from "../../core/models/chooseEmbedder";
import { sameModel } from "../../core/models/modelName";
import type { Clock } from "../../core/ports";
import { EngineError } from "../../domain/errors";
import type { ModelTraffic } from "./modelTraffic";

/** Questions whose vectors are remembered. */
const MAX_QUESTIONS = 200;

/** Questions that may wait for a slow server at once; further ones are answered by words alone. */
const MAX_LATE = 2;

/** How long the list of installed models is believed where nothing is stored or compared by it. */
const LIST_FOR_MS = 60_000;

export interface Servers {
  readonly models: ChatServer;
  readonly embedding: EmbeddingServer;
}

export interface EmbeddingsDeps {
  /** Undefined while nothing is to be embedded: Ollama is turned off, or search by meaning is. */
  readonly server: () => Servers | undefined;
  /** The model that the person named. */
  readonly wanted: () => string | undefined;
  readonly traffic: ModelTraffic;
  readonly clock: Clock;
}

interface ModelList {
  readonly url: string;
  readonly listedAt: number;
  readonly models: readonly InstalledModel[];
}

export class Embeddings {
  readonly #deps: EmbeddingsDeps;
  /** By name and digest. */
  readonly #embedders = new Map<string, Embedder>();
  #list: ModelList | undefined;
  readonly #questions = new Map<string, Float32Array>();
  #late = 0;

  constructor(deps: EmbeddingsDeps) {
    this.#deps = deps;
  }

  get traffic(): ModelTraffic {
    return this.#deps.traffic;
  }

  /** True if the person has named a model. */
  get isNamed(): boolean {
    return this.#deps.wanted() !== undefined;
  }

  /** True while nothing is to be embedded, and nothing searched by meaning. */
  get isOff(): boolean {
    return this.#deps.server() === undefined;
  }

  /**
   * The embedder of the model that is to be used.
   *
   * @param current of the vectors there are: where the person has named no model, theirs is kept while it is installed, since
   *   another one, better as it may be, would cost an hour that nobody asked for.
   * @param known of all vectors there are: their models need not be asked what their vectors are like.
   * @returns undefined where it is turned off, or no model was named and none is installed.
   * @throws {EngineError} as `chooseEmbedder` and `createEmbedder`.
   */
  async wanted(
    signal: AbortSignal,
    current: EmbeddingIdentity | undefined,
    known: readonly EmbeddingIdentity[],
  ): Promise<Embedder | undefined> {
    const server = this.#deps.server();
    if (server === undefined) {
      return undefined;
    }
    const installed = await this.#installed(server, signal);
    const named = this.#deps.wanted();
    const kept =
      named === undefined && current !== undefined ? installed.find((other) => isModelOf(current, other)) : undefined;
    const model = kept ?? chooseEmbedder(installed, named, server.models.url);
    return model && this.#embedder(server.embedding, model, signal, known);
  }

  /**
   * Asks the server itself, since vectors are stored and compared by the answer.
   *
   * @throws {EngineError} `model-not-installed`, … where the model of these vectors is not there, or is another by now.
   */
  async assertInstalled(identity: EmbeddingIdentity, signal: AbortSignal): Promise<void> {
    this.forgetInstalled();
    if (!(await this.isInstalled(identity, signal))) {
      throw new EngineError({ code: "model-not-installed", model: identity.model, installed: [] });
    }
  }

  /** As the server said within the last minute. */
  async isInstalled(identity: EmbeddingIdentity, signal: AbortSignal): Promise<boolean> {
    const server = this.#deps.server();
    const installed = server === undefined ? [] : await this.#installed(server, signal);
    return installed.some((other) => isModelOf(identity, other));
  }

  /** Something has failed, or was installed or deleted: the server is asked anew. */
  forgetInstalled(): void {
    this.#list = undefined;
  }

  /**
   * The vector of a question, to compare with vectors of `identity`.
   *
   * @param patienceMs what the person may be kept waiting.
   * @returns undefined where there is none in time, for whatever reason: then words have to do.
   */
  async queryVector(
    identity: EmbeddingIdentity,
    question: string,
    patienceMs: number,
  ): Promise<Float32Array | undefined> {
    const key = JSON.stringify([identity.model, identity.digest, identity.scheme, question]);
    const known = this.#questions.get(key);
    if (known !== undefined) {
      return known;
    }
    if (this.#late >= MAX_LATE) {
      return undefined;
    }
    this.#late += 1;
    const leave = this.traffic.enter();
    // It goes on when nobody waits any more: that is what loads the model.
    const asking = this.#ask(identity, question)
      .then((vector) => {
        this.#remember(key, vector);
        return vector;
      })
      .catch(() => undefined)
      .finally(() => {
        this.#late -= 1;
        leave();
      });
    return within(asking, patienceMs);
  }

  async #ask(identity: EmbeddingIdentity, question: string): Promise<Float32Array | undefined> {
    const server = this.#deps.server();
    if (server === undefined) {
      return undefined;
    }
    const { signal } = new AbortController();
    const [embedder] = await Promise.all([
      this.#embedder(server.embedding, { name: identity.model, digest: identity.digest }, signal, [identity]),
      this.assertInstalled(identity, signal),
    ]);
    return embedder.identity.scheme === identity.scheme ? embedder.embedQuery(question, signal) : undefined;
  }

  #remember(key: string, vector: Float32Array | undefined): void {
    if (vector === undefined) {
      return;
    }
    const [oldest] = this.#questions.keys();
    if (this.#questions.size >= MAX_QUESTIONS && oldest !== undefined) {
      this.#questions.delete(oldest);
    }
    this.#questions.set(key, vector);
  }

  /** A save need not ask what was true a moment ago, and the list of requests stays short enough to read. */
  async #installed({ models: server }: Servers, signal: AbortSignal): Promise<readonly InstalledModel[]> {
    const { url } = server;
    const now = this.#deps.clock();
    if (this.#list?.url === url && Math.abs(now - this.#list.listedAt) < LIST_FOR_MS) {
      return this.#list.models;
    }
    const models = await server.models(signal);
    this.#list = { url, listedAt: now, models };
    return models;
  }

  async #embedder(
    server: EmbeddingServer,
    model: Pick<InstalledModel, "name" | "digest">,
    signal: AbortSignal,
    known: readonly EmbeddingIdentity[],
  ): Promise<Embedder> {
    const key = JSON.stringify([server.url, model.name, model.digest]);
    const existing = this.#embedders.get(key);
    if (existing !== undefined) {
      return existing;
    }
    const embedder = embedderOfKnown(server, model, known) ?? (await createEmbedder(server, model, signal));
    this.#embedders.set(key, embedder);
    return embedder;
  }
}

function isModelOf({ model, digest }: EmbeddingIdentity, installed: InstalledModel): boolean {
  return sameModel(installed.name, model) && installed.digest === digest;
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
