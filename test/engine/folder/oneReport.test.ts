/** What stops a run is told once, to whoever asked for it; a second line beside it would say the same in worse words. */

import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { requests } from "../../../src/protocol/engine";
import { openWindow, withDefaults } from "../../faults/support/realEngine";
import { temporaryFolder } from "../../support/temporaryFolder";

test("an index of a newer version is reported by the run alone", async () => {
  const folder = temporaryFolder({ "a.ts": "export const a = 1;\n" });
  const indexRoot = join(temporaryFolder(), "indexes");
  const window = openWindow(indexRoot);
  onTestFinished(() => window.dispose());
  await window.request(requests.index, { folder: withDefaults(folder), rebuild: false });
  await window.dispose();

  const [marker = ""] = globSync(join(indexRoot, "*", "index.json"));
  writeFileSync(marker, JSON.stringify({ ...JSON.parse(readFileSync(marker, "utf8")), formatVersion: 99 }));
  const next = openWindow(indexRoot);
  onTestFinished(() => next.dispose());
  const warnings: string[] = [];
  next.onLog(({ level, message }) => level !== "info" && warnings.push(message));
  await expect(next.request(requests.index, { folder: withDefaults(folder), rebuild: false })).rejects.toThrow(
    "index-too-new",
  );
  await expect(next.request(requests.status, { folder: withDefaults(folder) })).rejects.toThrow("index-too-new");
  expect(warnings).toEqual([]);
});
