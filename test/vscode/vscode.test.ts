/** The three uses in a real VS Code, through its window, and what the extension owes the editor. */

import { test } from "vitest";
import { runInVsCode } from "./runInVsCode";

const folder = {
  "src/throttle.ts": "/** Limits requests per client. */\nexport function throttleRequests() {\n  return 60;\n}\n",
};

test("activates with nothing native in the extension host", async () => {
  await runInVsCode({ suite: "activation", folders: { project: folder } });
});
