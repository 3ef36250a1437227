/**
 * Restricted Mode: before its folder is trusted nothing is read, indexed or started.
 *
 * Driven through the window alone, since VS Code runs test suites in trusted windows only.
 */

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { launchBrowser } from "./browser";
import { type CodeServer, startCodeServer } from "./codeServer";
import { Panel } from "./panel";
import { descendants } from "./processTree";
import { createProfile, createWorkspace, type Profile } from "./runInVsCode";
import { until } from "./until";

const ROOT = resolve(__dirname, "../..");

let scratch: string;
let profile: Profile;
let server: CodeServer;
let browser: Browser;
let window: Page;

beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), "cloister-restricted-"));
  profile = createProfile(scratch, { "security.workspace.trust.startupPrompt": "never" });
  server = await startCodeServer({
    dataDir: profile.userData,
    extensionsDir: join(scratch, "extensions"),
    trustsAll: false,
    hasTestDriver: true,
  });
  const folder = createWorkspace(join(scratch, "workspace"), {
    project: { "throttle.ts": "/** Throttles requests. */\nexport const limit = 60;\n" },
  });
  browser = await launchBrowser();
  window = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await window.goto(server.address(folder, { extensionDevelopmentPath: ROOT }));
});

afterEach(async () => {
  await browser.close();
  await server.stop();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});

const engines = () => descendants(server.process.pid ?? 0).filter((command) => command.includes("engine.js"));
const indexes = () => (existsSync(profile.indexes) ? readdirSync(profile.indexes) : []);

test("an untrusted folder is neither read nor indexed, and starts no engine; a trusted one is", async () => {
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
