/** What `models` answers: what is installed, what each is good for here, which one answers, what could be installed. */

import { canChat, chooseChatModel, findModel } from "../../core/answering/model/chooseModel";
import type { ChatServer, InstalledModel } from "../../core/modelPorts";
import { availableModels } from "../../core/models/availableModels";
import { isMultilingual } from "../../core/models/catalogue";
import { canEmbed, chooseEmbedder } from "../../core/models/chooseEmbedder";
import { fitOf } from "../../core/models/fit";
import { sameModel } from "../../core/models/modelName";
import { isAbort, toErrorDetail } from "../../domain/errors";
import type { ModelReport } from "../../protocol/engine";
import type { ModelMachine } from "./modelMachine";

export interface NamedModels {
  readonly chat: string | undefined;
  readonly embedding: string | undefined;
}

/**
 * @param named the models the person asked for; undefined: the best one is chosen.
 * @throws {DOMException} `AbortError`. A server that cannot be asked is part of the report.
 */
export async function reportModels(
  server: ChatServer,
  named: NamedModels,
  machine: ModelMachine,
  signal: AbortSignal,
): Promise<ModelReport> {
  const { memoryBytes } = machine;
  const available = availableModels(memoryBytes);
  try {
    const installed = await server.models(signal);
    const chat = named.chat === undefined ? chooseChatModel(installed) : findModel(installed, named.chat);
    const embedder =
      named.embedding === undefined
        ? chooseEmbedder(installed, undefined, server.url)
        : findModel(installed, named.embedding);
    return {
      url: server.url,
      models: installed.map((model) => ({
        ...describe(model, memoryBytes),
        isChosen: model === chat,
        isEmbedder: model === embedder,
      })),
      available: available.filter(({ name }) => !installed.some((model) => sameModel(model.name, name))),
      ...machine,
      problem: undefined,
    };
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    return { url: server.url, models: [], available, ...machine, problem: toErrorDetail(error) };
  }
}

function describe(model: InstalledModel, memoryBytes: number | undefined) {
  const { name, sizeBytes, isRemote, parameterSize } = model;
  return {
    name,
    sizeBytes,
    isRemote,
    parameterSize,
    canChat: !isRemote && canChat(model),
    canEmbed: canEmbed(model),
    isMultilingual: canEmbed(model) ? isMultilingual(name) : undefined,
    fit: isRemote || memoryBytes === undefined ? undefined : fitOf(sizeBytes, memoryBytes),
  };
}
