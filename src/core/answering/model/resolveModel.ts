/**
 * Which model answers, or why none does.
 *
 * No Ollama or no model is no failure: the answer is then the passages themselves. But a model that the person named is
 * not silently replaced.
 */

import type { NoModelReason } from "../../../domain/answer";
import { EngineError, type EngineErrorDetail } from "../../../domain/errors";
import type { CacheSize, ChatServer, InstalledModel } from "../../modelPorts";
import { hasCloudTag } from "../../models/modelName";
import { canChat, chooseChatModel, findModel } from "./chooseModel";

export interface ChatModel {
  readonly server: ChatServer;
  readonly model: string;
  /** See `InstalledModel`. */
  readonly digest: string;
  /** Tokens; undefined where the server does not say. */
  readonly contextLength: number | undefined;
  readonly cache: CacheSize | undefined;
  readonly sizeBytes: number;
}

/**
 * @param server undefined where Ollama is turned off.
 * @param wanted the model that the person named; undefined lets us choose.
 * @throws {EngineError} `model-not-installed`, `model-is-remote`, and `ollama-failed` if it cannot chat, for `wanted`.
 */
export async function resolveModel(
  server: ChatServer | undefined,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<ChatModel | NoModelReason> {
  if (server === undefined) {
    return { why: "turned-off" };
  }
  const installed = await orReason(server.models(signal), server.url);
  if ("why" in installed) {
    return installed;
  }
  const chosen = wanted === undefined ? chooseChatModel(installed) : namedModel(installed, wanted, server.url);
  if (chosen === undefined) {
    return { why: "no-chat-model", url: server.url };
  }
  const details = await orReason(server.details(chosen.name, signal), server.url);
  if ("why" in details) {
    return details;
  }
  const { contextLength, cache } = details;
  const { name: model, digest, sizeBytes } = chosen;
  return { server, model, digest, sizeBytes, contextLength, cache };
}

function namedModel(installed: readonly InstalledModel[], wanted: string, url: string): InstalledModel {
  const found = findModel(installed, wanted);
  if (found?.isRemote ?? hasCloudTag(wanted)) {
    throw new EngineError({ code: "model-is-remote", model: wanted });
  }
  if (found === undefined) {
    const names = installed.filter((model) => !model.isRemote && canChat(model)).map(({ name }) => name);
    throw new EngineError({ code: "model-not-installed", model: wanted, installed: names });
  }
  if (!canChat(found)) {
    throw new EngineError({ code: "ollama-failed", url, status: 400, message: `${found.name} does not support chat` });
  }
  return found;
}

/** What the server says, or why it cannot be used. */
async function orReason<T>(said: Promise<T>, url: string): Promise<T | NoModelReason> {
  try {
    return await said;
  } catch (error) {
    return reasonOf(error, url);
  }
}

function reasonOf(error: unknown, url: string): NoModelReason {
  const detail = error instanceof EngineError ? error.detail : undefined;
  if (detail?.code === "ollama-unreachable") {
    return { why: "ollama-unreachable", url };
  }
  const problem = detail === undefined ? undefined : problemOf(detail);
  if (problem === undefined) {
    throw error;
  }
  return { why: "ollama-unusable", url, problem };
}

/** @returns undefined for what is no problem of the server. */
function problemOf(detail: EngineErrorDetail): string | undefined {
  if (detail.code === "ollama-failed") {
    return `it reports an error (${detail.status}): ${detail.message}`;
  }
  return detail.code === "ollama-address-refused" ? detail.why : PROBLEMS[detail.code];
}

const PROBLEMS: Readonly<Partial<Record<EngineErrorDetail["code"], string>>> = {
  "ollama-timeout": "it does not answer in time",
  "ollama-not-ollama": "what answers there is not Ollama",
  "ollama-interrupted": "it broke off its answer",
  "ollama-busy": "it is busy with other requests",
  "ollama-out-of-memory": "the machine has not enough memory",
  "ollama-too-old": "it is too old",
};
