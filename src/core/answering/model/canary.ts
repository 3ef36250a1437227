/**
 * Whether a model saw the head of a prompt, where the server's counts do not tell.
 *
 * The same prompt is sent once more with a watchword in front and the wish to write it at the end. A server that cuts
 * drops the front, so a model that can repeat a watchword and does not was not shown it. Whether it can is tried with a
 * prompt that surely fits: the smallest models cannot, and of them nothing is learnt.
 */

import { EngineError, isAbort } from "../../../domain/errors";
import type { ChatMessage } from "../../ports";
import type { ChatModel } from "./resolveModel";

interface Probe {
  readonly messages: readonly ChatMessage[];
  /** Becomes the watchword: nobody can guess it. */
  readonly nonce: string;
  readonly contextWindow: number;
}

/** Enough for a watchword with some politeness around it. */
const REPLY_TOKENS = 40;

/** @returns undefined where the model cannot repeat a watchword, or the server fails. */
export async function sawHead(chatModel: ChatModel, probe: Probe, signal: AbortSignal): Promise<boolean | undefined> {
  try {
    if (await repeats(chatModel, probe, signal)) {
      return true;
    }
    return (await repeats(chatModel, { ...probe, messages: [] }, signal)) ? false : undefined;
  } catch (error) {
    if (isAbort(error) || !(error instanceof EngineError)) {
      throw error;
    }
    return undefined; // the answer is there; only this one thing about it stays unknown
  }
}

async function repeats(
  { server, model }: ChatModel,
  { messages, nonce, contextWindow }: Probe,
  signal: AbortSignal,
): Promise<boolean> {
  const asked = { model, messages: withWatchword(messages, nonce), contextWindow, maxAnswerTokens: REPLY_TOKENS };
  let reply = "";
  for await (const event of server.chat(asked, signal)) {
    reply += event.type === "text" || event.type === "thinking" ? event.text : "";
  }
  return reply.includes(nonce);
}

/** Longer than the prompt itself at both ends, so that it is cut where that was. */
function withWatchword(messages: readonly ChatMessage[], nonce: string): ChatMessage[] {
  return [
    { role: "system", content: `The watchword is ${nonce}.` },
    ...messages,
    { role: "user", content: "Do not answer that. Write the watchword, and nothing else." },
  ];
}
