/** The three uses in a real VS Code, through its window, and what the extension owes the editor. */

import { test } from "vitest";
import { runInVsCode } from "./runInVsCode";
import { PROJECT } from "./sampleProject";

test("activates with nothing native in the extension host", async () => {
  const output = await runInVsCode({ suite: "activation", folders: { project: PROJECT } });
  console.info(/VS Code measured .*/.exec(output)?.[0]); // a figure to read and not to judge: machines differ
});

test("ask in the side bar and click a citation: the lines are selected", async () => {
  await runInVsCode({ suite: "ask", folders: { project: PROJECT } });
});

test("explain a selection: it is the first source, what it uses and what uses it follow", async () => {
  await runInVsCode({ suite: "explain", folders: { project: PROJECT } });
});

test("save, create, rename, delete: the next question knows", async () => {
  await runInVsCode({ suite: "save", folders: { project: PROJECT } });
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
