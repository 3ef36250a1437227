/** What the core needs of a server of models on this machine: chat, embeddings, the models themselves. */

export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** Sent as `num_ctx` with every request. */
  readonly contextWindow: number;
  /** Sent as `num_predict`. */
  readonly maxAnswerTokens: number;
}

export type ChatEvent =
  /** The model is being loaded; nothing was written yet. */
  | { readonly type: "loading" }
  | { readonly type: "thinking"; readonly text: string }
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "done";
      /** As the server counted them, after any cut. */
      readonly promptTokens: number | undefined;
      readonly answerTokens: number | undefined;
      /** True when `num_predict`, the context, or the server, for repeating itself, ended the answer. */
      readonly cutShort: boolean;
    };

export interface InstalledModel {
  readonly name: string;
  /** Of the model's contents; another one under the same name is another model. Empty where an old server does not say. */
  readonly digest: string;
  readonly sizeBytes: number;
  /** Runs on another machine (`:cloud`, `remote_host`); never used. */
  readonly isRemote: boolean;
  /** Of `completion`, `embedding`, `thinking`, `tools`, `vision`; empty where an old server does not say. */
  readonly capabilities: readonly string[];
  readonly family: string;
  readonly parameterSize: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface ModelDetails {
  readonly capabilities: readonly string[];
  /** The longest context the model was made for, in tokens; undefined where the server does not say. */
  readonly contextLength: number | undefined;
  /** Undefined where the server does not say. */
  readonly cache: CacheSize | undefined;
}

/** What the context of a loaded model takes in memory. */
export interface CacheSize {
  readonly bytesPerToken: number;
  /** Whatever the context's length. */
  readonly fixedBytes: number;
}

/** A model that is loaded. Each is undefined where the server does not say. */
export interface LoadedModel {
  /** The context in force, in tokens. */
  readonly contextLength: number | undefined;
  /** Weights, context and whatever else the server keeps for it. */
  readonly sizeBytes: number | undefined;
  /** How much of that lies in graphics memory: 0 without any, all of it where memory is one. */
  readonly graphicsBytes: number | undefined;
}

/** A chat server on this machine. */
export interface ChatServer {
  readonly url: string;
  /**
   * All errors of this interface are {EngineError} `ollama-unreachable`, `ollama-timeout`, `ollama-not-ollama`,
   * `ollama-failed`, `ollama-interrupted`, `model-not-installed`, `model-is-remote`, `ollama-address-refused`;
   * and {DOMException} `AbortError` when `signal` fires.
   */
  models(signal: AbortSignal): Promise<readonly InstalledModel[]>;
  details(model: string, signal: AbortSignal): Promise<ModelDetails>;
  /** From `/api/ps`; undefined if the model is not loaded. */
  loaded(model: string, signal: AbortSignal): Promise<LoadedModel | undefined>;
  /** Ends after `done`. Stopping the iteration or firing `signal` frees the server. */
  chat(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatEvent>;
}

/** A model's vocabulary, in the order of its numbers and as its own tokenizer writes it. */
export interface ModelTokens {
  readonly tokens: readonly string[];
  /** As `tokenizer.ggml.token_type` numbers them; empty where every token is an ordinary one. */
  readonly types: readonly number[];
}

/** A server that tells what words its models know. */
export interface VocabularyServer {
  /**
   * @returns undefined where the server does not say.
   * @throws {EngineError} and {DOMException} as `ChatServer`.
   */
  tokens(model: string, signal: AbortSignal): Promise<ModelTokens | undefined>;
}

/** How far the download of a model is. Sizes grow while the server still learns of the model's parts. */
export interface PullProgress {
  readonly completedBytes: number;
  readonly totalBytes: number;
}

/** The models on a server's disk. */
export interface ModelLibrary {
  /**
   * Downloads a model; ends when it is installed. Stopping the iteration or firing `signal` pauses it: the server keeps
   * what has come, and pulling the same model again goes on from there.
   *
   * @throws {EngineError} as `ChatServer`, and `model-unknown`.
   */
  pull(model: string, signal: AbortSignal): AsyncIterable<PullProgress>;
  /** @throws {EngineError} as `ChatServer`. */
  remove(model: string, signal: AbortSignal): Promise<void>;
}

/** A server on this machine that turns texts into vectors. */
export interface EmbeddingServer {
  readonly url: string;
  /**
   * One request. The server is told not to cut an input that is too long but to refuse it.
   *
   * @param inputs at least one, with their prefixes.
   * @returns what the server sent for each of them, in order and unchecked.
   * @throws {EngineError} as `ChatServer`; `ollama-failed` where it refuses an input, or fails at it.
   * @throws {DOMException} `AbortError` when `signal` fires.
   * @see https://github.com/ollama/ollama/blob/main/docs/api.md (`POST /api/embed`)
   */
  embed(model: string, inputs: readonly string[], signal: AbortSignal): Promise<readonly unknown[]>;
}

/** What all vectors of one set have in common; vectors of two identities are never compared. */
export interface EmbeddingIdentity {
  readonly model: string;
  readonly digest: string;
  readonly dimensions: number;
  /** How texts are worded for this model: prefixes and what is embedded of a chunk. */
  readonly scheme: string;
}

/** A text of the index. */
export interface EmbeddableText {
  /** What a reader knows of the text before reading it. */
  readonly title: string;
  readonly text: string;
}

export interface Embedder {
  readonly identity: EmbeddingIdentity;
  /**
   * Embeds texts of the index, in one request unless something is wrong with one of them.
   *
   * @param texts at least one, of any length.
   * @returns in order, vectors of `identity.dimensions` numbers and unit length; undefined for a text that the model makes
   *   no sound vector of.
   * @throws {EngineError} what concerns every text: the server is gone, the model is not installed or fails at all.
   * @throws {DOMException} `AbortError` when `signal` fires.
   */
  embed(texts: readonly EmbeddableText[], signal: AbortSignal): Promise<readonly (Float32Array | undefined)[]>;
  /** The vector of a question. @returns undefined and throws as `embed`. */
  embedQuery(question: string, signal: AbortSignal): Promise<Float32Array | undefined>;
}
