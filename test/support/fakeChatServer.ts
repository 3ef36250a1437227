/** A chat server that says what a test tells it to, and remembers what it was asked. */

import type { ChatEvent, ChatRequest, ChatServer, InstalledModel, LoadedModel } from "../../src/core/modelPorts";

export const installed = (name: string, more: Partial<InstalledModel> = {}): InstalledModel => ({
  name,
  digest: `sha256:${name}`,
  sizeBytes: 1,
  isRemote: false,
  capabilities: ["completion"],
  family: "fake",
  parameterSize: "7B",
  modifiedAt: 0,
  ...more,
});

/** What one chat does: text, events, or an error in its place. */
export type Script = readonly (string | ChatEvent | Error)[];

const UNTOLD: LoadedModel = { contextLength: undefined, sizeBytes: undefined, graphicsBytes: undefined };

export interface FakeChatServer extends ChatServer {
  readonly asked: readonly ChatRequest[];
}

export function fakeChatServer(
  /** One for each chat; the last one is repeated. */
  scripts: readonly Script[],
  more: {
    readonly models?: readonly InstalledModel[] | Error;
    readonly contextLength?: number;
    /** The context in force at each chat, as `/api/ps` tells it; the last one is repeated. */
    readonly inForce?: readonly (number | undefined)[];
    readonly loaded?: Partial<LoadedModel>;
  } = {},
): FakeChatServer {
  const asked: ChatRequest[] = [];
  const nth = <T>(list: readonly T[]): T | undefined => list[Math.min(asked.length, list.length) - 1];
  return {
    url: "http://127.0.0.1:11434",
    asked,
    models: async () => {
      if (more.models instanceof Error) {
        throw more.models;
      }
      return more.models ?? [installed("fake:7b")];
    },
    details: async () => ({
      capabilities: ["completion"],
      contextLength: more.contextLength,
      cache: undefined,
    }),
    loaded: async () => ({ ...UNTOLD, contextLength: nth(more.inForce ?? []), ...more.loaded }),
    async *chat(request) {
      asked.push(request);
      for (const step of nth(scripts) ?? []) {
        if (step instanceof Error) {
          throw step;
        }
        yield typeof step === "string" ? { type: "text" as const, text: step } : step;
      }
    },
  };
}

export const done = (more: Partial<Extract<ChatEvent, { type: "done" }>> = {}): ChatEvent => ({
  type: "done",
  promptTokens: 300,
  answerTokens: 10,
  cutShort: false,
  ...more,
});
