/** What the tests of the panel share: one browser and one bundle for a file, and a page for each test. */

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { PanelState } from "../../src/protocol/webview";
import { type Bundle, bundlePanel, launchBrowser, openPanel, type PanelOptions, type PanelPage } from "./panelPage";
import { PANEL_STATES } from "./panelStates";

export interface PanelHarness {
  readonly open: (options?: PanelOptions) => Promise<PanelPage>;
  readonly bundle: () => Bundle;
}

/**
 * Call once, at the top of a test file. After each test: nothing went wrong in a page, and nothing left it.
 *
 * Making a browser's page takes longer than most tests, so tests with the same options share one and load it anew.
 */
export function panelHarness(): PanelHarness {
  let browser: Browser;
  let bundle: Bundle;
  const pages = new Map<string, PanelPage>();

  beforeAll(async () => {
    [bundle, browser] = await Promise.all([bundlePanel(), launchBrowser()]);
  });
  afterAll(() => browser.close());
  afterEach(() => {
    expect([...pages.values()].flatMap(({ trouble }) => trouble.splice(0))).toEqual([]);
  });

  return {
    open: async (options = {}) => {
      const key = JSON.stringify(options);
      const panel = pages.get(key);
      await panel?.reload();
      const opened = panel ?? (await openPanel(browser, bundle, options));
      pages.set(key, opened);
      return opened;
    },
    bundle: () => bundle,
  };
}

export function stateOf(name: string): PanelState {
  const state = PANEL_STATES[name];
  if (state === undefined) {
    throw new Error(`no state ${name}`);
  }
  return state;
}
