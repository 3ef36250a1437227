/** `summarise` as the engine does it: behind the scenes, so that whatever goes wrong only means that there is no summary. */

import type { GraphicsMemory } from "../core/answering/answer";
import { windowFor } from "../core/answering/model/contextWindow";
import { type ChatModel, resolveModel } from "../core/answering/model/resolveModel";
import { summarise as summariseConversation } from "../core/answering/summarise";
import type { TokenCounting } from "../core/answering/tokens/tokenCounting";
import type { ChatServer } from "../core/modelPorts";
import { EngineError } from "../domain/errors";
import type { EngineSettings, SummariseParams } from "../protocol/engine";
import { modelMachine } from "./models/modelMachine";

/** A slow machine reads a few thousand tokens and writes a few hundred in this time. */
const PATIENCE_MS = 300_000;

export interface SummariseDeps {
  /** Undefined where Ollama is turned off. */
  readonly server: ChatServer | undefined;
  readonly settings: EngineSettings;
  readonly countingOf: (model: ChatModel) => TokenCounting;
  readonly graphics: Pick<GraphicsMemory, "of">;
}

/** @throws {DOMException} `AbortError` when `signal` fires. */
export async function summarise(
  { server, settings, countingOf, graphics }: SummariseDeps,
  { earlier, history }: SummariseParams,
  signal: AbortSignal,
): Promise<string | undefined> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const ending = AbortSignal.any([signal, patience]);
  try {
    const model = await resolveModel(server, settings.chatModel, ending);
    if ("why" in model) {
      return undefined;
    }
    const { window: contextWindow } = windowFor(model, {
      wanted: settings.contextWindow,
      memoryBytes: modelMachine(settings).memoryBytes,
      inGraphics: graphics.of(model),
    });
    const request = { earlier, history, contextWindow, counting: countingOf(model) };
    return await summariseConversation(model, request, ending);
  } catch (error) {
    if (error instanceof EngineError || patience.aborted) {
      return undefined;
    }
    throw error;
  }
}
