/** The machine that models run on, as far as it is this one: how much they can take of it. */

import { totalmem } from "node:os";
import { freeModelDiskBytes } from "../../adapters/ollama/modelDisk";
import { bareHost, classifyAddress, parseServerUrl } from "../../core/privacy/serverAddress";
import type { EngineSettings } from "../../protocol/engine";

export interface ModelMachine {
  /** Bytes; undefined for another machine. */
  readonly memoryBytes: number | undefined;
  readonly freeDiskBytes: number | undefined;
}

type ServerSettings = Pick<EngineSettings, "ollamaUrl" | "allowRemoteOllama">;

export function modelMachine(settings: ServerSettings): ModelMachine {
  return isThisMachine(settings)
    ? { memoryBytes: totalmem(), freeDiskBytes: freeModelDiskBytes() }
    : { memoryBytes: undefined, freeDiskBytes: undefined };
}

function isThisMachine({ ollamaUrl, allowRemoteOllama }: ServerSettings): boolean {
  if (!allowRemoteOllama) {
    return true; // every other is refused
  }
  const url = parseServerUrl(ollamaUrl);
  const host = url === undefined ? "" : bareHost(url);
  return host === "localhost" || classifyAddress(host) === "loopback";
}
