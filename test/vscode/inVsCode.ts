/**
 * What suites share: they run inside the extension host, with the editor's API on one side and its window, reached by
 * Playwright, on the other.
 */

import { writeFileSync } from "node:fs";
import { inspect } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { window as editorWindow, Uri, workspace } from "vscode";
import { Panel } from "./panel";
import { STEP_TIMEOUT_MS, TRY_MS } from "./until";

/** The entry point that VS Code calls; writes down what failed, since VS Code passes on no more than a status. */
export function suite(test: (window: Page) => Promise<void>): () => Promise<void> {
  return async () => {
    let browser: Browser | undefined;
    try {
      browser = await chromium.connectOverCDP(setting("CLOISTER_TEST_CDP"));
      const window = browser.contexts()[0]?.pages()[0];
      if (window === undefined) {
        throw new Error("VS Code has no window");
      }
      window.setDefaultTimeout(STEP_TIMEOUT_MS);
      await test(window);
    } catch (error) {
      writeFileSync(setting("CLOISTER_TEST_REPORT"), `${inspect(error)}\n\nThe window shows:\n${await shown(browser)}`);
      throw error;
    } finally {
      await browser?.close();
    }
  };
}

/** @returns what can be read in the window and in the panel. */
async function shown(browser: Browser | undefined): Promise<string> {
  const window = browser?.contexts()[0]?.pages()[0];
  const bodies = window === undefined ? [] : [window.locator("body"), new Panel(window).body];
  const texts = bodies.map((body) => body.innerText({ timeout: TRY_MS }));
  return (await Promise.allSettled(texts)).map((text) => (text.status === "fulfilled" ? text.value : "")).join("\n");
}

/** What the run told its suite. */
export function setting(name: `CLOISTER_TEST_${"CDP" | "EXCHANGE" | "INDEXES" | "REPORT"}`): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set; start suites with runInVsCode`);
  }
  return value;
}

/** A file of the first workspace folder. */
export function fileUri(path: string): Uri {
  const folder = workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    throw new Error("no folder is open");
  }
  return Uri.joinPath(folder.uri, path);
}

/** @returns `path:first-last` of the selected lines in the active editor, counted from 1; undefined with no editor. */
export function selectedLines(): string | undefined {
  const editor = editorWindow.activeTextEditor;
  if (editor === undefined) {
    return undefined;
  }
  const { start, end } = editor.selection;
  const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  return `${workspace.asRelativePath(editor.document.uri, false)}:${start.line + 1}-${last}`;
}
