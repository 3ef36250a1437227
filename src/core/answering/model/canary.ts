/**
 * Whether a model saw the head of a prompt, where the server's counts do not tell.
 *
 * The same prompt is sent once more with a watchword in front and the wish to write it at the end. A server that cuts
 * drops the front, so a model that can repeat a watchword and does not was not shown it. Some servers keep the system
 * text and drop what comes next; so one half of the watchword stands before it and the other behind. Whether the model can
 * repeat it is tried with a prompt that surely fits: the smallest models cannot, and of them nothing is learnt.
 */

import { EngineError, isAbort } from "../../../domain/errors";
import type { ChatMessage } from "../../modelPorts";
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
  return halves(nonce).every((half) => reply.includes(half));
}

const halves = (nonce: string): [string, string] => {
  const middle = Math.ceil(nonce.length / 2);
  return [nonce.slice(0, middle), nonce.slice(middle)];
};

/** Longer than the prompt itself at both ends, so that it is cut where that was. */
function withWatchword(messages: readonly ChatMessage[], nonce: string): ChatMessage[] {
  const [first, second] = halves(nonce);
  const turns = messages.findIndex(({ role }) => role !== "system");
  const system = messages.slice(0, Math.max(0, turns));
  return [
    { role: "system", content: `The first half of the watchword is ${first}.` },
    ...system,
    { role: "user", content: `The second half of the watchword is ${second}.` },
    ...messages.slice(system.length),
    { role: "user", content: "Do not answer that. Write both halves of the watchword, and nothing else." },
  ];
}
