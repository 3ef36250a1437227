/**
 * Restricted Mode: before its folder is trusted nothing is read, indexed or started.
 *
 * Driven through the window alone, since VS Code runs test suites in trusted windows only.
 */

import { existsSync, readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Panel } from "./panel";
import { descendants } from "./processTree";
import { until } from "./until";
import { openWindow, type WindowAlone } from "./windowAlone";

let opened: WindowAlone;

beforeEach(async () => {
  opened = await openWindow({
    files: { "throttle.ts": "/** Throttles requests. */\nexport const limit = 60;\n" },
    settings: { "security.workspace.trust.startupPrompt": "never" },
    trustsAll: false,
  });
});

afterEach(() => opened.close());

const engines = () => descendants(opened.server.process.pid ?? 0).filter((command) => command.includes("engine.js"));
const indexes = () => (existsSync(opened.profile.indexes) ? readdirSync(opened.profile.indexes) : []);

test("an untrusted folder is neither read nor indexed, and starts no engine; a trusted one is", async () => {
  const { window } = opened;
  const panel = await Panel.open(window);
  await panel.button(/Trust/).waitFor();
  expect(await panel.body.innerText()).toContain("Restricted Mode");
  expect(await panel.question.isDisabled()).toBe(true);
  expect(indexes()).toEqual([]);
  expect(engines()).toEqual([]);

  await panel.button(/Trust/).click();
  await window.getByRole("button", { name: "Trust", exact: true }).click();
  await until("the engine runs", () => engines().length > 0);
  await until("the folder has an index", () => indexes().length > 0);
});
