/** The panel at every width, in every theme, and for those who do not see it. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { panelHarness, stateOf } from "./panelHarness";
import type { ThemeName } from "./panelPage";
import { PANEL_STATES } from "./panelStates";

const { open } = panelHarness();

describe("layout", () => {
  const overflowing = () => {
    const wide = [...document.querySelectorAll<HTMLElement>("body *")].filter((element) => {
      const { right, width } = element.getBoundingClientRect();
      const mayScroll = element.closest("pre, .table, .visually-hidden, .ellipsis, .source-row, .bar");
      return width > 0 && right > window.innerWidth + 1 && mayScroll === null;
    });
    return wide.map((element) => element.outerHTML.slice(0, 100));
  };

  test.each([
    { width: 200, zoom: 1 },
    { width: 289, zoom: 1 },
    { width: 289, zoom: 2 },
    { width: 800, zoom: 1 },
  ])("nothing leaves a panel of $width px at a zoom of $zoom", async ({ width, zoom }) => {
    const { page, show } = await open({ width, zoom });
    for (const [name, state] of Object.entries(PANEL_STATES)) {
      await show(state);
      expect([name, await page.evaluate(overflowing)]).toEqual([name, []]);
      const field = await page.locator(".composer-box").boundingBox();
      expect([name, (field?.height ?? 0) > 24]).toEqual([name, true]);
    }
  });

  test("what can be clicked is 24 px high and wide, but for words in a sentence", async () => {
    const { page, show } = await open();
    for (const [name, state] of Object.entries(PANEL_STATES)) {
      await show(state);
      const small = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>("button, summary, textarea")]
          .filter((element) => element.closest(".markdown p, .markdown li, .markdown td, .no-model") === null)
          .filter(
            (element) => element.getBoundingClientRect().height < 24 || element.getBoundingClientRect().width < 24,
          )
          .map((element) => element.outerHTML.slice(0, 100)),
      );
      expect([name, small]).toEqual([name, []]);
    }
  });

  test("nothing moves for those who asked for stillness", async () => {
    const { page, show } = await open({ reducedMotion: true });
    for (const name of ["searching", "scanning", "thinking"]) {
      await show(stateOf(name));
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    }
  });
});

describe("accessibility", () => {
  const axe = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const themes: ThemeName[] = ["light", "dark", "high-contrast", "high-contrast-light"];

  test.each(themes)("axe finds nothing in any state: %s", async (theme) => {
    const { page, show } = await open({ theme, reducedMotion: true });
    await page.evaluate(await axe);
    for (const [name, state] of Object.entries(PANEL_STATES)) {
      await show(state);
      const violations = await page.evaluate(async () => {
        const { axe: api } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        const { violations: found } = await api.run();
        return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
      });
      expect([name, violations]).toEqual([name, []]);
    }
  });
});
