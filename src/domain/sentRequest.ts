/** One request to Ollama, for a log that the person can read. Never holds contents. Plain data, as it crosses the wire. */

import type { EngineErrorDetail } from "./errors";

export interface SentRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** Where it went: `http://127.0.0.1:11434`. */
  readonly origin: string;
  readonly endpoint: string;
  readonly status: number | undefined;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly elapsedMs: number;
  readonly outcome: "done" | "stopped" | EngineErrorDetail["code"];
}
