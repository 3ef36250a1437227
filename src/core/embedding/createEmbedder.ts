/**
 * An embedder out of a server and a model's name: words the texts as the model's family wants them, and copes with what
 * can go wrong with a single one of them.
 *
 * A request fails as a whole when one input is too long or trips the model, so a failed request is halved until the one is
 * found; the others lose nothing. An input that is too long is embedded in parts and stands for their mean, weighted by
 * length: cutting it off would make its end impossible to find. A failure that a harmless input meets as well is the
 * server's, and ends the call.
 */

import { EngineError } from "../../domain/errors";
import type { EmbeddableText, Embedder, EmbeddingIdentity, EmbeddingServer, InstalledModel } from "../modelPorts";
import { type EmbeddingFamily, embeddingFamily } from "../models/catalogue";
import { EMBED_TEXT_VERSION } from "./embedText";
import { meanVector, unitVector } from "./unitVector";

/** What nobody can object to. */
const HARMLESS = "hello";

/** Characters of a text that are embedded: a minified line of a megabyte says no more than its beginning. */
const MAX_TEXT_LENGTH = 16_000;

/** A part that is too long and shorter than this is no matter of length. */
const SHORTEST_PART = 32;

type Model = Pick<InstalledModel, "name" | "digest">;

/**
 * Embeds one word to learn what the model's vectors are like, which loads it.
 *
 * @throws {EngineError} as `EmbeddingServer.embed`; `ollama-failed` where the model makes no vectors.
 * @throws {DOMException} `AbortError` when `signal` fires.
 */
export async function createEmbedder(
  server: EmbeddingServer,
  { name, digest }: Model,
  signal: AbortSignal,
): Promise<Embedder> {
  const [probe] = await server.embed(name, [HARMLESS], signal);
  const dimensions = Array.isArray(probe) ? probe.length : 0;
  if (unitVector(probe, dimensions) === undefined) {
    throw makesNoVectors(server, name);
  }
  const family = embeddingFamily(name);
  return new ServerEmbedder(server, family, { model: name, digest, dimensions, scheme: schemeOf(family) });
}

/** @returns undefined where no vectors are known of this very model in today's wording: then it has to be asked. */
export function embedderOfKnown(
  server: EmbeddingServer,
  { name, digest }: Model,
  known: readonly EmbeddingIdentity[],
): Embedder | undefined {
  const family = embeddingFamily(name);
  const scheme = schemeOf(family);
  const isSame = (other: EmbeddingIdentity) =>
    other.model === name && other.digest === digest && other.scheme === scheme;
  const identity = digest === "" ? undefined : known.find(isSame); // without a digest it may be another one by now
  return identity && new ServerEmbedder(server, family, identity);
}

const schemeOf = ({ document, query }: EmbeddingFamily): string =>
  JSON.stringify([EMBED_TEXT_VERSION, document, query]);

const makesNoVectors = ({ url }: EmbeddingServer, model: string): EngineError =>
  new EngineError({ code: "ollama-failed", url, status: 200, message: `${model} sends no sound vectors` });

class ServerEmbedder implements Embedder {
  constructor(
    readonly server: EmbeddingServer,
    readonly family: EmbeddingFamily,
    readonly identity: EmbeddingIdentity,
  ) {}

  embed(texts: readonly EmbeddableText[], signal: AbortSignal): Promise<readonly (Float32Array | undefined)[]> {
    return this.#embed(texts.map(bounded), (text) => wordDocument(this.family, text), signal);
  }

  async embedQuery(question: string, signal: AbortSignal): Promise<Float32Array | undefined> {
    const asked = bounded({ title: "", text: question });
    const [vector] = await this.#embed([asked], ({ text }) => fill(this.family.query, { text }), signal);
    return vector;
  }

  async #embed(
    texts: readonly EmbeddableText[],
    word: (text: EmbeddableText) => string,
    signal: AbortSignal,
  ): Promise<(Float32Array | undefined)[]> {
    const outcome = await this.#request(texts.map(word), signal);
    if (outcome.state === "done" && outcome.vectors.every((vector) => vector !== undefined)) {
      return [...outcome.vectors];
    }
    const [only] = texts;
    if (texts.length > 1 || only === undefined) {
      const middle = Math.ceil(texts.length / 2);
      return [
        ...(await this.#embed(texts.slice(0, middle), word, signal)),
        ...(await this.#embed(texts.slice(middle), word, signal)),
      ];
    }
    return [outcome.state === "too-long" ? await this.#embedInParts(only, word, signal) : undefined];
  }

  async #embedInParts(
    { title, text }: EmbeddableText,
    word: (text: EmbeddableText) => string,
    signal: AbortSignal,
  ): Promise<Float32Array | undefined> {
    if (text.length < SHORTEST_PART) {
      return undefined;
    }
    const cut = cutInHalf(text);
    const parts = [text.slice(0, cut), text.slice(cut)].map((part) => ({ title, text: part }));
    const vectors = [];
    for (const part of parts) {
      const [vector] = await this.#embed([part], word, signal);
      vectors.push(vector === undefined ? [] : [{ vector, weight: part.text.length }]);
    }
    return meanVector(vectors.flat());
  }

  async #request(inputs: readonly string[], signal: AbortSignal): Promise<Outcome> {
    const { model, dimensions } = this.identity;
    let raw: readonly unknown[];
    try {
      raw = await this.server.embed(model, inputs, signal);
    } catch (error) {
      if (!isRefusal(error)) {
        throw error;
      }
      if (isTooLong(error)) {
        return { state: "too-long" };
      }
      await this.#assertAlive(error, signal);
      return { state: "failed" };
    }
    const isAligned = raw.length === inputs.length;
    const vectors = inputs.map((_, index) => (isAligned ? unitVector(raw[index], dimensions) : undefined));
    if (vectors.every((vector) => vector === undefined)) {
      await this.#assertAlive(makesNoVectors(this.server, model), signal);
    }
    return { state: "done", vectors };
  }

  /** @throws `error` where the model fails at a harmless input as well. */
  async #assertAlive(error: EngineError, signal: AbortSignal): Promise<void> {
    const { model, dimensions } = this.identity;
    const [vector] = await this.server.embed(model, [HARMLESS], signal);
    if (unitVector(vector, dimensions) === undefined) {
      throw error;
    }
  }
}

type Outcome =
  | { readonly state: "done"; readonly vectors: readonly (Float32Array | undefined)[] }
  | { readonly state: "too-long" | "failed" };

/** True for what the server says of a request, as against its being gone. */
function isRefusal(error: unknown): error is EngineError {
  return error instanceof EngineError && error.detail.code === "ollama-failed";
}

/** As Ollama words it: `the input length exceeds the context length`, `input length exceeds maximum context length`. */
function isTooLong({ detail }: EngineError): boolean {
  return detail.code === "ollama-failed" && /context length|too long|too large to process/i.test(detail.message);
}

/** A text without a title has no line for one; where the wording names it, it is `none`. */
function wordDocument({ document }: EmbeddingFamily, { title, text }: EmbeddableText): string {
  return title === ""
    ? fill(document.replace("{title}\n", ""), { title: "none", text })
    : fill(document, { title, text });
}

/** Replaces each placeholder once, so that a text that holds one stays as it is. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(title|text)\}/g, (_, name: string) => values[name] ?? "");
}

function bounded({ title, text }: EmbeddableText): EmbeddableText {
  return { title: title.slice(0, MAX_TEXT_LENGTH / 16), text: withoutHalf(text.slice(0, MAX_TEXT_LENGTH)) };
}

/** At the line end nearest to the middle, unless that is far from it; never inside of a character. */
function cutInHalf(text: string): number {
  const middle = Math.floor(text.length / 2);
  const lineEnd = text.lastIndexOf("\n", middle) + 1;
  const cut = lineEnd >= text.length / 4 ? lineEnd : middle;
  return /[\uDC00-\uDFFF]/.test(text[cut] ?? "") ? cut + 1 : cut;
}

/** A text that was cut inside of a character loses the half that is left. */
function withoutHalf(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, "");
}
