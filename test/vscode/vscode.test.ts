/** The three uses in a real VS Code, through its window, and what the extension owes the editor. */

import { test } from "vitest";
import { runInVsCode } from "./runInVsCode";

const project = {
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

test("activates quickly, with nothing native in the extension host", async () => {
  await runInVsCode({ suite: "activation", folders: { project } });
});

test("ask in the side bar and click a citation: the lines are selected", async () => {
  await runInVsCode({ suite: "ask", folders: { project } });
});

test("explain a selection: it is the first source, what it uses and what uses it follow", async () => {
  await runInVsCode({ suite: "explain", folders: { project } });
});

test("save, create, rename, delete: the next question knows", async () => {
  await runInVsCode({ suite: "save", folders: { project } });
});

test("two folders: one index each, one answer, each source names its folder", async () => {
  await runInVsCode({
    suite: "multiRoot",
    folders: {
      client: { "limits.ts": "/** The rate limit that the client keeps. */\nexport const rateLimit = 10;\n" },
      server: { "limits.ts": "/** The rate limit that the server enforces. */\nexport const rateLimit = 60;\n" },
    },
  });
});
