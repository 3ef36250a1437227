/**
 * Installs a built VSIX into a clean VS Code, uses it as a person does, by keyboard and mouse alone, and takes pictures
 * of what that person sees, in three themes.
 *
 * Usage: npm run test:installed -- file.vsix [folder for pictures] [address of an Ollama]
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser";
import { codeServerProgram, startCodeServer } from "./codeServer";
import { keyOf, Panel } from "./panel";
import { createProfile, createWorkspace } from "./runInVsCode";
import { PROJECT } from "./sampleProject";
import { MODEL_TIMEOUT_MS, STEP_TIMEOUT_MS, until } from "./until";

const THEMES = { light: "Default Light Modern", dark: "Default Dark Modern", "high-contrast": "Default High Contrast" };

/** With this width the secondary side bar has its usual 289 pixels or so. */
const VIEWPORT = { width: 1400, height: 900 };

interface Installation {
  readonly extensionsDir: string;
  readonly pictures: string;
  readonly ollamaUrl: string | undefined;
}

interface Visit {
  readonly window: Page;
  /** Takes a picture of the panel and one of the whole window. */
  readonly picture: (state: string) => Promise<void>;
}

async function main([vsix, pictures = "dist/pictures", ollamaUrl]: readonly string[]): Promise<void> {
  assert.ok(vsix, "usage: installed.ts file.vsix [folder for pictures] [address of an Ollama]");
  const scratch = mkdtempSync(join(tmpdir(), "cloister-installed-"));
  const browser = await launchBrowser();
  try {
    const extensionsDir = join(scratch, "extensions");
    await install(resolve(vsix), extensionsDir, join(scratch, "install"));
    mkdirSync(pictures, { recursive: true });
    for (const [theme, label] of Object.entries(THEMES)) {
      const dataDir = join(scratch, theme);
      await useInTheme(browser, { extensionsDir, pictures, ollamaUrl }, { name: theme, label, scratch: dataDir });
      console.log(`${theme}: done`);
    }
  } finally {
    await browser.close();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function install(vsix: string, extensionsDir: string, dataDir: string): Promise<void> {
  const args = ["--install-extension", vsix, `--extensions-dir=${extensionsDir}`, `--server-data-dir=${dataDir}`];
  const output = execFileSync(process.execPath, [await codeServerProgram(), ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  assert.match(output, /successfully installed/);
}

interface Theme {
  readonly name: string;
  readonly label: string;
  readonly scratch: string;
}

async function useInTheme(browser: Browser, installation: Installation, theme: Theme): Promise<void> {
  const { userData } = createProfile(theme.scratch, {
    "workbench.colorTheme": theme.label,
    "window.autoDetectHighContrast": false,
    "security.workspace.trust.startupPrompt": "never",
    ...(installation.ollamaUrl === undefined ? {} : { "cloister.ollama.url": installation.ollamaUrl }),
  });
  const folder = createWorkspace(join(theme.scratch, "workspace"), { project: PROJECT });
  const server = await startCodeServer({
    dataDir: userData,
    extensionsDir: installation.extensionsDir,
    trustsAll: false,
  });
  try {
    const pathOf = (state: string) => join(installation.pictures, `${state}.${theme.name}.png`);
    await visit(browser, server.address(undefined), pathOf, seeNoFolder);
    await visit(browser, server.address(folder), pathOf, installation.ollamaUrl === undefined ? useFolder : useModel);
  } finally {
    await server.stop();
  }
}

/** @param pathOf the file of a picture, by the state it shows. */
async function visit(
  browser: Browser,
  address: string,
  pathOf: (state: string) => string,
  use: (visit: Visit) => Promise<void>,
): Promise<void> {
  const window = await browser.newPage({ viewport: VIEWPORT });
  window.setDefaultTimeout(STEP_TIMEOUT_MS);
  const picture = async (state: string): Promise<void> => {
    await window.locator("iframe.webview").screenshot({ path: pathOf(state) });
    await window.screenshot({ path: pathOf(`${state}.window`) });
  };
  try {
    await window.goto(address);
    await use({ window, picture });
  } catch (error) {
    await window.screenshot({ path: pathOf("failure.window") });
    throw error;
  } finally {
    await window.close();
  }
}

async function seeNoFolder({ window, picture }: Visit): Promise<void> {
  const panel = await Panel.open(window);
  await panel.button("Open Folder").waitFor();
  await picture("no-folder");
}

/** With a model: loading, writing, stopped, done. */
async function useModel(visit: Visit): Promise<void> {
  const panel = await trust(visit);
  await panel.question.fill("where are requests of a client throttled?");
  await panel.question.press("Enter");
  await panel.reaches(/\bloading-model\b|\banswering\b/);
  await visit.picture("loading");
  await panel.reaches(/\banswering\b/, MODEL_TIMEOUT_MS);
  await visit.picture("answering");
  await panel.button("Stop").click();
  await panel.reaches(/\bstopped\b/);
  await visit.picture("stopped");
  await panel.ask("what is the limit?", MODEL_TIMEOUT_MS);
  await visit.picture("answered-by-model");
}

async function useFolder(visit: Visit): Promise<void> {
  const panel = await trust(visit);
  await ask(visit, panel);
  await explain(visit, panel);
  await save(visit, panel);
}

async function trust({ window, picture }: Visit): Promise<Panel> {
  const panel = await Panel.open(window);
  await panel.button(/Trust/).waitFor();
  await picture("restricted");
  await panel.button(/Trust/).click();
  await window.getByRole("button", { name: "Trust", exact: true }).click();
  await window.getByText("You trust this folder").click();
  await window.keyboard.press("Escape");
  await until("the index is ready", async () => /\d files?/.test(await panel.indexState.innerText()));
  await picture("ready");
  return panel;
}

async function ask({ window, picture }: Visit, panel: Panel): Promise<void> {
  await panel.ask("where are requests of a client throttled?");
  await picture("answered");
  await panel.citations.first().click();
  await window.locator(".editor-instance .view-lines", { hasText: "throttleRequests" }).waitFor();
  await window.locator(".editor-instance .selected-text").first().waitFor();
  await picture("citation-opened");
}

async function explain({ window, picture }: Visit, panel: Panel): Promise<void> {
  await window.locator(".editor-instance .view-line", { hasText: "export function" }).click();
  await window.keyboard.press("Home");
  await window.keyboard.press("Shift+ArrowDown");
  await window.keyboard.press("Shift+ArrowDown");
  const before = await panel.turns.count();
  await window.keyboard.press(keyOf("cloister.explainSelection"));
  await panel.turns.nth(before).waitFor();
  await panel.answered();
  assert.match(await panel.sources.first().innerText(), /selection/);
  await picture("explained");
}

async function save({ window, picture }: Visit, panel: Panel): Promise<void> {
  await window.locator(".editor-instance .view-line").first().click();
  await window.keyboard.press("Control+Home");
  await window.keyboard.type("// The quokka feeding schedule.\n");
  await window.keyboard.press("Control+s");
  await until("the new text is found", async () => {
    await panel.ask("quokka feeding schedule");
    return (await panel.lastTurn.innerText()).includes("quokka feeding schedule.");
  });
  await picture("saved");
}

void main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
