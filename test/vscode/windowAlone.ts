/** A window of VS Code with the extension in development, and nothing but keyboard and mouse to use it by. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { launchBrowser } from "./browser";
import { type CodeServer, startCodeServer } from "./codeServer";
import { createProfile, createWorkspace, type Files, type Profile } from "./runInVsCode";
import { inTime, STEP_TIMEOUT_MS, TRY_MS, until } from "./until";

const ROOT = resolve(__dirname, "../..");

export interface WindowOptions {
  readonly files: Files;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Open the folder trusted, without asking. */
  readonly trustsAll: boolean;
}

export interface WindowAlone {
  readonly window: Page;
  readonly profile: Profile;
  readonly server: CodeServer;
  readonly close: () => Promise<void>;
}

export async function openWindow({ files, settings, trustsAll }: WindowOptions): Promise<WindowAlone> {
  const scratch = mkdtempSync(join(tmpdir(), "cloister-window-"));
  const profile = createProfile(scratch, settings);
  const server = await startCodeServer({
    dataDir: profile.userData,
    extensionsDir: join(scratch, "extensions"),
    trustsAll,
    hasTestDriver: true,
  });
  const browser = await launchBrowser();
  const window = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  window.setDefaultTimeout(STEP_TIMEOUT_MS);
  const folder = createWorkspace(join(scratch, "workspace"), { project: files });
  await window.goto(server.address(folder, { extensionDevelopmentPath: ROOT }));
  return {
    window,
    profile,
    server,
    close: async () => {
      await browser.close();
      await server.stop();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Takes a picture for a person to look at, where `CLOISTER_TEST_PICTURES` names a folder for them. */
export async function picture(window: Page, name: string): Promise<void> {
  const folder = process.env["CLOISTER_TEST_PICTURES"];
  if (folder !== undefined) {
    await window.screenshot({ path: join(folder, `${name}.png`) });
  }
}

/** Runs a command by its title, from the command palette. */
export async function runCommand(window: Page, title: string): Promise<void> {
  const input = window.locator(".quick-input-widget input[type=text]");
  const chosen = window.locator(".quick-input-list .monaco-list-row.focused", { hasText: title });
  await until(`the command palette offers "${title}"`, async () => {
    await window.keyboard.press("F1"); // does nothing before the workbench has read its key bindings
    if (!(await input.isVisible())) {
      return false;
    }
    return inTime(async () => {
      await input.fill(`>${title}`, { timeout: TRY_MS }); // a list that is closing is seen and takes nothing
      await chosen.waitFor({ timeout: TRY_MS });
    });
  });
  await window.keyboard.press("Enter");
}
