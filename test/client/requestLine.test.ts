import { expect, test } from "vitest";
import { requestLine } from "../../src/client/requestLine";
import type { SentRequest } from "../../src/domain/sentRequest";

const REQUEST: SentRequest = {
  at: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  method: "POST",
  origin: "http://127.0.0.1:11434",
  endpoint: "/api/chat",
  status: 200,
  sentBytes: 5120,
  receivedBytes: 873,
  elapsedMs: 3210,
  outcome: "done",
};

test.each<[Partial<SentRequest>, string]>([
  [{}, "2026-01-02T03:04:05.678Z POST http://127.0.0.1:11434/api/chat 200, 5120 bytes out, 873 in, 3.2 s, done"],
  [
    {
      method: "GET",
      endpoint: "/api/tags",
      status: undefined,
      sentBytes: 0,
      receivedBytes: 0,
      outcome: "ollama-unreachable",
    },
    "2026-01-02T03:04:05.678Z GET http://127.0.0.1:11434/api/tags no answer, 0 bytes out, 0 in, 3.2 s, ollama-unreachable",
  ],
])("%j", (changes, line) => {
  expect(requestLine({ ...REQUEST, ...changes })).toBe(line);
});
