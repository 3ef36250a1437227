/**
 * The Ollama server, spoken to through the `ollama` package on the guarded fetch.
 *
 * The package parses leniently: it skips a broken line with a console message, prints error bodies, and knows no
 * deadline. So every response is checked before the package sees it (`ollamaResponse.ts`), and each call brings its own
 * fetch with its own signal.
 *
 * The native `/api/chat` is used and not the OpenAI one, because only there `num_ctx` counts. `truncate` and `shift`
 * ask newer servers to refuse a prompt that is too long instead of cutting it; older ones ignore them, so that
 * `core/answering/answer.ts` compares the token counts as well.
 */

import { type Fetch, Ollama, type ChatRequest as OllamaChatRequest } from "ollama";
import * as v from "valibot";
import { canChat } from "../../core/answering/model/chooseModel";
import type {
  ChatEvent,
  ChatRequest,
  ChatServer,
  InstalledModel,
  LoadedModel,
  ModelDetails,
} from "../../core/modelPorts";
import { hasCloudTag, sameModel } from "../../core/models/modelName";
import { parseServerUrl } from "../../core/privacy/serverAddress";
import { EngineError } from "../../domain/errors";
import { cacheSize, infoNumber } from "./cacheSize";
import { checkedResponse } from "./ollamaResponse";

export interface Patience {
  /** For calls that any idle or busy server answers at once. */
  readonly quickMs: number;
  /** For asking whether the model is loaded, before a chat; not knowing costs nothing. */
  readonly peekMs: number;
  /** Silence after which a model that was not loaded counts as loading. */
  readonly loadingNoticeMs: number;
  /** Between two lines of an answer. */
  readonly lineMs: number;
}

const DEFAULT_PATIENCE: Patience = { quickMs: 10_000, peekMs: 500, loadingNoticeMs: 700, lineMs: 120_000 };

/** Requests for model details at once; each costs the server a file read. */
const DETAILS_AT_ONCE = 4;

export interface OllamaClientOptions {
  readonly url: string;
  /** The guarded fetch, bound to the same address. */
  readonly send: Fetch;
  readonly patience?: Partial<Patience>;
}

export function createOllamaClient(options: OllamaClientOptions): ChatServer {
  return new OllamaServer(options);
}

class OllamaServer implements ChatServer {
  readonly url: string;
  readonly #options: OllamaClientOptions;
  readonly #patience: Patience;
  /** What `/api/show` said: by digest, which never changes, and by name, good enough to ask again with. */
  readonly #detailsByDigest = new Map<string, ModelDetails>();
  readonly #detailsByName = new Map<string, ModelDetails>();

  constructor(options: OllamaClientOptions) {
    this.#options = options;
    this.#patience = { ...DEFAULT_PATIENCE, ...options.patience };
    this.url = parseServerUrl(options.url)?.origin ?? options.url;
  }

  async models(signal: AbortSignal): Promise<readonly InstalledModel[]> {
    const listed = await this.#list(signal);
    const installed: InstalledModel[] = [];
    for (let start = 0; start < listed.length; start += DETAILS_AT_ONCE) {
      const batch = listed.slice(start, start + DETAILS_AT_ONCE);
      const described = batch.map(async (model) => toInstalled(model, await this.#capabilitiesOf(model, signal)));
      installed.push(...(await Promise.all(described)));
    }
    return installed;
  }

  async details(model: string, signal: AbortSignal): Promise<ModelDetails> {
    refuseRemote(model);
    const shown = await this.#show(model, signal);
    if (isSet(shown.remote_host) || isSet(shown.remote_model)) {
      throw new EngineError({ code: "model-is-remote", model });
    }
    const info = shown.model_info ?? {};
    const details = {
      capabilities: shown.capabilities ?? [],
      contextLength: infoNumber(info, "context_length"),
      cache: cacheSize(info),
    };
    this.#detailsByName.set(model, details);
    return details;
  }

  loaded(model: string, signal: AbortSignal): Promise<LoadedModel | undefined> {
    return this.#loaded(model, signal, this.#patience.quickMs);
  }

  async *chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEvent> {
    signal.throwIfAborted();
    refuseRemote(request.model);
    const stop = new AbortController();
    const ending = AbortSignal.any([signal, stop.signal]);
    try {
      const { capabilities } = this.#detailsByName.get(request.model) ?? (await this.details(request.model, ending));
      const wasLoaded = await this.#isLoaded(request, ending);
      const events = streamEvents(this.#connect(ending), toOllama(request, capabilities));
      yield* wasLoaded ? events : withLoadingNotice(events, this.#patience.loadingNoticeMs);
    } catch (error) {
      throw await this.#named(error, request.model, signal);
    } finally {
      stop.abort(); // closes the connection, which frees the server
    }
  }

  async #list(signal: AbortSignal): Promise<readonly ListedModel[]> {
    return this.#quick(async (ollama) => this.#parsed(tagsSchema, await ollama.list()).models, signal);
  }

  async #show(model: string, signal: AbortSignal): Promise<ShownModel> {
    try {
      return await this.#quick(async (ollama) => this.#parsed(showSchema, await ollama.show({ model })), signal);
    } catch (error) {
      throw await this.#named(error, model, signal);
    }
  }

  /** The capabilities of an installed model; none where the server cannot say. */
  async #capabilitiesOf(model: ListedModel, signal: AbortSignal): Promise<readonly string[]> {
    if (model.capabilities !== undefined || isRemote(model)) {
      return model.capabilities ?? [];
    }
    const known = this.#detailsByDigest.get(model.digest);
    if (known !== undefined) {
      return known.capabilities;
    }
    try {
      const details = await this.details(model.name, signal);
      if (model.digest !== "") {
        this.#detailsByDigest.set(model.digest, details);
      }
      return details.capabilities;
    } catch (error) {
      if (error instanceof EngineError) {
        return []; // one damaged model must not hide the others
      }
      throw error;
    }
  }

  async #loaded(model: string, signal: AbortSignal, ms: number): Promise<LoadedModel | undefined> {
    const { models } = await this.#quick(async (ollama) => this.#parsed(psSchema, await ollama.ps()), signal, ms);
    const found = models.find(({ name }) => sameModel(name, model));
    return found && { contextLength: found.context_length, sizeBytes: found.size, graphicsBytes: found.size_vram };
  }

  /** A hint for the display; when the server does not say in time, the answer is no. */
  async #isLoaded({ model, contextWindow }: ChatRequest, signal: AbortSignal): Promise<boolean> {
    try {
      return (await this.#loaded(model, signal, this.#patience.peekMs))?.contextLength === contextWindow;
    } catch (error) {
      if (error instanceof EngineError) {
        return false; // the chat itself reports what is wrong
      }
      throw error;
    }
  }

  /** One call with a deadline. @throws {EngineError} `ollama-timeout` when it passes. */
  async #quick<T>(call: (ollama: Ollama) => Promise<T>, signal: AbortSignal, ms = this.#patience.quickMs): Promise<T> {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(ms);
    try {
      return await call(this.#connect(AbortSignal.any([signal, deadline])));
    } catch (error) {
      if (deadline.aborted && error === deadline.reason) {
        throw new EngineError({ code: "ollama-timeout", url: this.url, waitedMs: ms });
      }
      if (error instanceof SyntaxError) {
        throw new EngineError({ code: "ollama-not-ollama", url: this.url }); // several lines where one object was due
      }
      throw error;
    }
  }

  /** A package client whose requests end with `signal` and whose responses are checked. */
  #connect(signal: AbortSignal): Ollama {
    const address = parseServerUrl(this.#options.url);
    if (address === undefined) {
      throw new EngineError({ code: "ollama-address-refused", url: this.url, why: "it is not an address" });
    }
    const checks = { url: this.url, lineMs: this.#patience.lineMs };
    return new Ollama({
      host: address.href,
      fetch: async (input, init) => checkedResponse(await this.#options.send(input, { ...init, signal }), checks),
    });
  }

  /** @throws {EngineError} `ollama-not-ollama` for JSON of another shape. */
  #parsed<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
    const result = v.safeParse(schema, value);
    if (!result.success) {
      throw new EngineError({ code: "ollama-not-ollama", url: this.url });
    }
    return result.output;
  }

  /** Turns Ollama's 404 into the name of the missing model and the list of those that can answer in its place. */
  async #named(error: unknown, model: string, signal: AbortSignal): Promise<unknown> {
    if (!(error instanceof EngineError) || error.detail.code !== "ollama-failed" || error.detail.status !== 404) {
      return error;
    }
    const installed = (await this.#list(signal))
      .map((listed) => toInstalled(listed, listed.capabilities ?? this.#detailsByName.get(listed.name)?.capabilities))
      .filter((listed) => !listed.isRemote && canChat(listed));
    return new EngineError({ code: "model-not-installed", model, installed: installed.map(({ name }) => name) });
  }
}

// ---------------------------------------------------------------- the chat

/** Takes a level and ignores a no. @see https://github.com/ollama/ollama/blob/main/docs/capabilities/thinking.mdx */
const CANNOT_STOP_THINKING = /(^|\/)gpt-oss/i;

function toOllama(
  request: ChatRequest,
  capabilities: readonly string[],
): OllamaChatRequest & { stream: true; truncate: boolean; shift: boolean } {
  return {
    model: request.model,
    messages: request.messages.map((message) => ({ ...message })),
    stream: true,
    truncate: false,
    shift: false,
    // A model that cannot think rejects the field or ignores it, by version; so it goes only to those that can.
    ...(capabilities.includes("thinking") ? { think: CANNOT_STOP_THINKING.test(request.model) ? "low" : false } : {}),
    options: { num_ctx: request.contextWindow, num_predict: request.maxAnswerTokens },
  };
}

async function* streamEvents(
  ollama: Ollama,
  request: OllamaChatRequest & { stream: true },
): AsyncGenerator<ChatEvent, void> {
  for await (const raw of await ollama.chat(request)) {
    const part = v.parse(chatPartSchema, raw); // every field has a fallback, so this does not throw
    if (isSet(part.remote_host) || isSet(part.remote_model)) {
      throw new EngineError({ code: "model-is-remote", model: request.model });
    }
    if (isSet(part.message.thinking)) {
      yield { type: "thinking", text: part.message.thinking };
    }
    if (part.message.content !== "") {
      yield { type: "text", text: part.message.content };
    }
    if (part.done) {
      yield {
        type: "done",
        promptTokens: part.prompt_eval_count,
        answerTokens: part.eval_count,
        cutShort: part.done_reason === "length" || part.done_reason === "unfinished",
      };
      return;
    }
  }
}

/** Passes the events on, and says that the model is loading when the first one takes its time. */
async function* withLoadingNotice(events: AsyncGenerator<ChatEvent>, afterMs: number): AsyncGenerator<ChatEvent> {
  const first = events.next();
  first.catch(() => undefined); // awaited below, unless the reader leaves at the notice
  if (await isSlow(first, afterMs)) {
    yield { type: "loading" };
  }
  const { value, done } = await first;
  if (done !== true) {
    yield value;
    yield* events;
  }
}

async function isSlow(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, true);
  });
  const settled = promise.then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}

// ---------------------------------------------------------------- models

function refuseRemote(model: string): void {
  if (hasCloudTag(model)) {
    throw new EngineError({ code: "model-is-remote", model });
  }
}

const isRemote = (model: ListedModel): boolean =>
  hasCloudTag(model.name) || isSet(model.remote_host) || isSet(model.remote_model);

const isSet = (text: string | undefined): text is string => text !== undefined && text !== "";

function toInstalled(model: ListedModel, capabilities: readonly string[] = []): InstalledModel {
  const modifiedAt = Date.parse(model.modified_at);
  return {
    name: model.name,
    digest: model.digest,
    sizeBytes: model.size,
    isRemote: isRemote(model),
    capabilities,
    family: model.details.family,
    parameterSize: model.details.parameter_size,
    modifiedAt: Number.isNaN(modifiedAt) ? 0 : modifiedAt,
  };
}

// ---------------------------------------------------------------- what the server says

const text = v.fallback(v.string(), "");
const optionalText = v.fallback(v.optional(v.string()), undefined);
const optionalCount = v.fallback(v.optional(v.number()), undefined);
const optionalTexts = v.fallback(v.optional(v.array(v.string())), undefined);

const tagsSchema = v.object({
  models: v.array(
    v.object({
      name: v.string(),
      digest: text,
      size: v.fallback(v.number(), 0),
      modified_at: text,
      remote_host: optionalText,
      remote_model: optionalText,
      capabilities: optionalTexts,
      details: v.fallback(v.object({ family: text, parameter_size: text }), { family: "", parameter_size: "" }),
    }),
  ),
});

type ListedModel = v.InferOutput<typeof tagsSchema>["models"][number];

const showSchema = v.object({
  capabilities: optionalTexts,
  model_info: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined),
  remote_host: optionalText,
  remote_model: optionalText,
});

type ShownModel = v.InferOutput<typeof showSchema>;

const psSchema = v.object({
  models: v.array(
    v.object({ name: v.string(), context_length: optionalCount, size: optionalCount, size_vram: optionalCount }),
  ),
});

const chatPartSchema = v.object({
  message: v.fallback(v.object({ content: text, thinking: optionalText }), { content: "" }),
  done: v.fallback(v.boolean(), false),
  done_reason: optionalText,
  prompt_eval_count: optionalCount,
  eval_count: optionalCount,
  remote_host: optionalText,
  remote_model: optionalText,
});
