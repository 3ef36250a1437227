/** One line of the network log: when, where to, how much, how long, how it ended. */

import type { SentRequest } from "../domain/sentRequest";

/** @example `2026-01-02T03:04:05.678Z POST http://127.0.0.1:11434/api/chat 200, 5120 bytes out, 873 in, 3.2 s, done` */
export function requestLine(request: SentRequest): string {
  const { at, method, origin, endpoint, status, sentBytes, receivedBytes, elapsedMs, outcome } = request;
  const answer = status === undefined ? "no answer" : String(status);
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
  return `${new Date(at).toISOString()} ${method} ${origin}${endpoint} ${answer}, ${sentBytes} bytes out, ${receivedBytes} in, ${seconds}, ${outcome}`;
}
