/**
 * A window while a storm goes over its folder: how long the extension host keeps others waiting. Who makes the storm says
 * where, and when it is over, by files in the folder that `CLOISTER_TEST_EXCHANGE` names.
 */

import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { extensions } from "vscode";
import type { StormFigures, StormStart } from "../../faults/support/storm";
import { fileUri, setting, suite } from "../inVsCode";
import { until } from "../until";

const RESOLUTION_MS = 5;

export const run = suite(async () => {
  await until("the extension is active", () => extensions.getExtension("cloister.cloister")?.isActive === true);
  const exchange = setting("CLOISTER_TEST_EXCHANGE");
  const write = (name: string, content: StormStart | StormFigures) => {
    writeFileSync(join(exchange, `${name}.new`), JSON.stringify(content));
    renameSync(join(exchange, `${name}.new`), join(exchange, name));
  };
  const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  loop.enable();
  const memoryBefore = process.memoryUsage.rss();
  write("started", { folder: fileUri("").fsPath.replace(/\/$/, ""), indexes: setting("CLOISTER_TEST_INDEXES") });
  let memoryMost = memoryBefore;
  while (!existsSync(join(exchange, "over"))) {
    memoryMost = Math.max(memoryMost, process.memoryUsage.rss());
    await delay(250);
  }
  const waited = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS); // a tick that is in time counts as one
  write("figures", {
    waitP99Ms: waited(loop.percentile(99)),
    waitMostMs: waited(loop.max),
    memoryGrownMb: (memoryMost - memoryBefore) / 1e6,
  });
});
