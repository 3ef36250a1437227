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

/** Call once, at the top of a test file. After each test: nothing went wrong in a page, and nothing left it. */
export function panelHarness(): PanelHarness {
  let browser: Browser;
  let bundle: Bundle;
  const opened: PanelPage[] = [];

  beforeAll(async () => {
    [bundle, browser] = await Promise.all([bundlePanel(), launchBrowser()]);
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const pages = opened.splice(0);
    const trouble = pages.flatMap((each) => each.trouble);
    await Promise.all(pages.map((each) => each.close()));
    expect(trouble).toEqual([]);
  });

  return {
    open: async (options) => {
      const panel = await openPanel(browser, bundle, options);
      opened.push(panel);
      return panel;
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
