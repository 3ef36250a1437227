/** A question that comes while a folder is indexed for the first time, from the window that indexes it. */

import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type AskParams, requests } from "../../src/protocol/engine";
import { openWindow, withDefaults } from "../faults/support/realEngine";
import { temporaryFolder } from "../support/temporaryFolder";

const question = (folder: string, words: string): AskParams => ({
  turnId: "1",
  folders: [withDefaults(folder)],
  question: words,
  history: [],
  selection: undefined,
  unsaved: [],
  indexFirst: true,
});

test("that nothing is found is said only of the whole folder", async () => {
  const line = "export const filler = compute(1);\n";
  const files = Array.from({ length: 600 }, (_, n) => [`part${String(n).padStart(3, "0")}.ts`, line.repeat(60)]);
  const folder = temporaryFolder({ ...Object.fromEntries(files), "zoo.ts": "export const wombat = 1;\n" });
  const window = openWindow(join(temporaryFolder(), "indexes"));
  onTestFinished(() => window.dispose());

  const isPartial = new Promise<void>((resolve) => {
    window.onStatus(({ health }) => health === "partial" && resolve());
  });
  await window.request(requests.follow, { folder: withDefaults(folder) });
  await isPartial;
  const answer = await window.request(requests.ask, question(folder, "wombat"));
  expect(answer.sources.map(({ path }) => path)).toEqual(["zoo.ts"]);
});
