/** A small program to ask about: a limit, a function that uses it, and code that uses the function. */
export const PROJECT = {
  "src/limits.ts": "/** Requests a client may make in a minute. */\nexport const REQUEST_LIMIT = 60;\n",
  "src/throttle.ts": [
    'import { REQUEST_LIMIT } from "./limits";',
    "",
    "/** Throttles the requests of one client. */",
    "export function throttleRequests(requests: number): boolean {",
    "  return requests > REQUEST_LIMIT;",
    "}",
    "",
  ].join("\n"),
  "src/server.ts": [
    'import { throttleRequests } from "./throttle";',
    "",
    "export function handle(requests: number): number {",
    "  return throttleRequests(requests) ? 429 : 200;",
    "}",
    "",
  ].join("\n"),
};
