import type { ChatModel } from "../../src/core/answering/model/resolveModel";
import type { ChatServer } from "../../src/core/modelPorts";

/** A model of which the server tells nothing but its name. */
export const chatModel = (server: ChatServer, more: Partial<ChatModel> = {}): ChatModel => ({
  server,
  model: "m",
  digest: "",
  contextLength: undefined,
  cache: undefined,
  sizeBytes: 1,
  ...more,
});
