/** What `models` answers: what is installed, what can chat, and which one answers now. */

import { canChat, chooseChatModel, findModel } from "../core/answering/model/chooseModel";
import type { ChatServer, InstalledModel } from "../core/ports";
import { isAbort, toErrorDetail } from "../domain/errors";
import type { ModelReport } from "../protocol/engine";

/**
 * @param named the model the person asked for; undefined: the best one is chosen.
 * @throws {DOMException} `AbortError`. A server that cannot be asked is part of the report.
 */
export async function reportModels(
  server: ChatServer,
  named: string | undefined,
  signal: AbortSignal,
): Promise<ModelReport> {
  try {
    const installed = await server.models(signal);
    const chosen = named === undefined ? chooseChatModel(installed) : findModel(installed, named);
    const models = installed.map((model) => ({ ...describe(model), isChosen: model === chosen }));
    return { url: server.url, models, problem: undefined };
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    return { url: server.url, models: [], problem: toErrorDetail(error) };
  }
}

function describe(model: InstalledModel) {
  const { name, sizeBytes, isRemote, parameterSize } = model;
  return { name, sizeBytes, isRemote, parameterSize, canChat: !isRemote && canChat(model) };
}
