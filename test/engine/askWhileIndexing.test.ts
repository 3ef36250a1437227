/** A question that comes while a folder is indexed for the first time, from the window that indexes it. */

import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { EngineClient } from "../../src/client/engineClient";
import { type AskParams, requests } from "../../src/protocol/engine";
import { openWindow, withDefaults } from "../faults/support/realEngine";
import { temporaryFolder } from "../support/temporaryFolder";

const question = (folders: readonly string[], words: string): AskParams => ({
  turnId: "1",
  folders: folders.map(withDefaults),
  question: words,
  history: [],
  selection: undefined,
  unsaved: [],
  indexFirst: true,
});

/** Takes more than a moment to index. */
function largeFolder(more: Readonly<Record<string, string>> = {}): string {
  const text = "export const filler = compute(1);\n".repeat(60);
  const files = Array.from({ length: 600 }, (_, n) => [`part${String(n).padStart(3, "0")}.ts`, text]);
  return temporaryFolder({ ...Object.fromEntries(files), ...more });
}

function open(): EngineClient {
  const window = openWindow(join(temporaryFolder(), "indexes"));
  onTestFinished(() => window.dispose());
  return window;
}

/** Returns while a part of the folder is indexed. */
async function begin(window: EngineClient, folder: string): Promise<void> {
  const isPartial = new Promise<void>((resolve) => {
    window.onStatus((status) => status.folder === folder && status.health === "partial" && resolve());
  });
  await window.request(requests.follow, { folder: withDefaults(folder) });
  await isPartial;
}

test("that nothing is found is said only of the whole folder", async () => {
  const window = open();
  const folder = largeFolder({ "zoo.ts": "export const wombat = 1;\n" });
  await begin(window, folder);
  const answer = await window.request(requests.ask, question([folder], "wombat"));
  expect(answer.sources.map(({ path }) => path)).toEqual(["zoo.ts"]);
  expect(answer.notice, "nothing is left to index").toBeUndefined();
});

test("an answer from a part of the folders says so", async () => {
  const window = open();
  const small = temporaryFolder({ "zoo.ts": "export const wombat = 1;\n" });
  const large = largeFolder();
  await window.request(requests.index, { folder: withDefaults(small), rebuild: false });
  await begin(window, large);
  const ask = () => window.request(requests.ask, question([small, large], "wombat"));
  const notices: unknown[] = [];
  window.onAskEvent(({ event }) => event.type === "sources" && notices.push(event.notice));
  const { notice, sources } = await ask();
  expect({ notice, sources }).toMatchObject({ notice: "index-partial", sources: [{ folder: small }] });
  expect(notices[0]).toBe("index-partial");
  const byFilter = { folders: [withDefaults(large)], query: "lang:cobol", limit: 10 };
  expect((await window.request(requests.search, byFilter)).notice, "may be indexed yet").toBe("index-partial");

  await window.request(requests.index, { folder: withDefaults(large), rebuild: false });
  expect((await ask()).notice).toBeUndefined();
  expect((await window.request(requests.search, byFilter)).notice).toBe("filters-admit-none");
  const begun = { text: "It is ", sources, notice };
  const continued = await window.request(requests.ask, { ...question([small, large], "wombat"), begun });
  expect(continued.notice, "its sources are those of before").toBe("index-partial");
});
