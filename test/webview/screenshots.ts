/**
 * Writes a picture of every state of the panel in every theme.
 *
 * Usage: npm run screenshots -- [folder] [state…]
 * Pictures are `<folder>/<state>.<theme>.png`, 289 pixels wide, as the panel is in the secondary side bar.
 */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { bundlePanel, launchBrowser, openPanel, type PanelPage, type ThemeName } from "./panelPage";
import { PANEL_STATES } from "./panelStates";

const THEMES: readonly ThemeName[] = ["light", "dark", "high-contrast"];

async function takeAll(folder: string, names: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const bundle = await bundlePanel();
  const browser = await launchBrowser();
  try {
    for (const theme of THEMES) {
      const panel = await openPanel(browser, bundle, { theme, reducedMotion: true });
      await takeStates(panel, (name) => join(folder, `${name}.${theme}.png`), names);
      reportTrouble(panel, theme);
      await panel.close();
    }
  } finally {
    await browser.close();
  }
}

async function takeStates(panel: PanelPage, pathOf: (name: string) => string, names: readonly string[]) {
  for (const [name, state] of Object.entries(PANEL_STATES)) {
    if (names.length === 0 || names.includes(name)) {
      await panel.show(state);
      await panel.page.screenshot({ path: pathOf(name) });
    }
  }
}

function reportTrouble({ trouble }: PanelPage, theme: ThemeName): void {
  for (const line of trouble) {
    console.error(`${theme}: ${line}`);
    process.exitCode = 1;
  }
}

const [folder = "dist/screenshots", ...names] = process.argv.slice(2);
void takeAll(folder, names);
