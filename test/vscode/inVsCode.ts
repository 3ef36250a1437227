/**
 * What suites share: they run inside the extension host, with the editor's API on one side and its window, reached by
 * Playwright, on the other.
 */

import { writeFileSync } from "node:fs";
import { inspect } from "node:util";
import { type Browser, chromium, type FrameLocator, type Page } from "playwright-core";

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
      await test(window);
    } catch (error) {
      writeFileSync(setting("CLOISTER_TEST_REPORT"), inspect(error));
      throw error;
    } finally {
      await browser?.close();
    }
  };
}

/** What the run told its suite. */
export function setting(name: "CLOISTER_TEST_CDP" | "CLOISTER_TEST_INDEXES" | "CLOISTER_TEST_REPORT"): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set; start suites with runInVsCode`);
  }
  return value;
}

/** The chat panel, two frames deep. */
export function chatPanel(window: Page): FrameLocator {
  return window.frameLocator("iframe.webview").frameLocator("iframe#active-frame");
}
