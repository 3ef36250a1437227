/** A few kills in earnest; `bench/kills.ts` does as many as one likes. */

import { expect, test } from "vitest";
import { createKillRig } from "../support/killRig";
import { temporaryFolder } from "../support/temporaryFolder";

test("killed while it indexes, the engine loses and tears nothing, and goes on by itself", async () => {
  const rig = createKillRig(temporaryFolder(), 80, 1, "program");
  const kills: boolean[] = [];
  for (let n = 0; n < 5; n += 1) {
    const { wasKilled } = await rig.killOnce();
    kills.push(wasKilled);
  }
  expect(kills).toContain(true);
  const summary = await rig.finish();
  expect(summary.files).toBeGreaterThan(60);
}, 180_000);
