/** Ask in the side bar, see the sources, click a citation: the editor opens the file with the cited lines selected. */

import assert from "node:assert/strict";
import { selectedLines, suite } from "../inVsCode";
import { Panel } from "../panel";
import { until } from "../until";

export const run = suite(async (window) => {
  const panel = await Panel.open(window);
  await panel.ask("where are requests of a client throttled?");

  assert.match(await panel.sources.first().innerText(), /throttle\.ts/);
  assert.match(await panel.lastTurn.innerText(), /model/i, "it does not say that no model wrote this");

  const label = (await panel.citations.first().getAttribute("aria-label")) ?? "";
  const [, first, last] = /throttle\.ts lines (\d+) to (\d+)/.exec(label) ?? assert.fail(`not a citation: ${label}`);
  await panel.citations.first().click();
  await until("the cited lines are selected", () => selectedLines() === `src/throttle.ts:${first}-${last}`);
});
