/** A workspace of two folders: one index each, one merged answer, and each source names its folder. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { setting, suite } from "../inVsCode";
import { Panel } from "../panel";
import { until } from "../until";

export const run = suite(async (window) => {
  const panel = await Panel.open(window);
  await until("both folders are indexed", async () => (await panel.indexState.innerText()).includes("2 files"));
  await panel.ask("where is the rate limit?");

  const sources = await panel.sources.allInnerTexts();
  for (const folder of ["client", "server"]) {
    assert.ok(
      sources.some((source) => source.includes(folder)),
      `no source is from ${folder}: ${sources.join(" | ")}`,
    );
  }
  assert.deepEqual(
    readdirSync(setting("CLOISTER_TEST_INDEXES"))
      .map((name) => name.replace(/-[^-]*$/, ""))
      .sort(),
    ["client", "server"],
  );
});
