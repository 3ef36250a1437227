/** Text that tries to leave the panel stays text. */

import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { HOSTILE_TEXTS, PATHOLOGICAL_TEXTS, PROBES } from "./hostileText";
import { panelHarness } from "./panelHarness";
import { doneTurn, index, panel, source } from "./panelStates";

const { open, bundle } = panelHarness();

describe("hostile text", () => {
  /** Elements that only an attack would put there. */
  const INTRUDERS =
    "img, iframe, object, embed, video, audio, form form, style, link, meta[http-equiv], base, math, a, input, [style*=url], [onerror], [onload], [ontoggle], #root script";

  test("no probe loads, runs or adds anything, wherever it stands", async () => {
    const { page, show } = await open();
    const hostileTurns = HOSTILE_TEXTS.map((text, at) =>
      doneTurn({
        turnId: `turn-${at}`,
        question: text,
        about: text,
        text,
        thinking: text,
        sources: [source(1, text, { symbol: text, preview: text, folderName: text })],
        notice: { message: text, action: { label: text, action: "showLog" } },
      }),
    );
    expect(PROBES).toHaveLength(31);
    expect(HOSTILE_TEXTS.length).toBeGreaterThan(200);
    await show(panel({ turns: hostileTurns, examples: PROBES, model: PROBES[1], remoteName: PROBES[2] }));
    const intruders = await page.evaluate(
      (selector) =>
        [...document.body.querySelectorAll(selector)]
          .filter(({ parentElement }) => parentElement !== document.body)
          .map(({ outerHTML }) => outerHTML),
      INTRUDERS,
    );
    expect(intruders).toEqual([]);
    await show(panel({ examples: PROBES, index: index({ notice: { message: PROBES[0] ?? "", action: undefined } }) }));
  });

  test("links of every scheme are clicked, and only http and https reach the host", async () => {
    const { page, show, posted } = await open();
    await show(panel({ turns: HOSTILE_TEXTS.map((text, at) => doneTurn({ turnId: `turn-${at}`, text })) }));
    await page.evaluate(() => {
      for (const element of document.querySelectorAll<HTMLElement>(".markdown *")) {
        element.click();
      }
    });
    const opened = (await posted()).flatMap((message) => (message.type === "openExternal" ? [message.url] : []));
    expect(opened.filter((url) => !/^https?:\/\//.test(url))).toEqual([]);
    expect(new Set((await posted()).map(({ type }) => type))).toEqual(new Set(["ready", "openExternal"]));
  });

  test("text made to be slow is drawn, and the page answers", async () => {
    const { page, show, asked } = await open();
    for (const text of PATHOLOGICAL_TEXTS) {
      await show(panel({ turns: [doneTurn({ text })] }));
      await page.locator(".markdown").waitFor({ state: "attached" });
    }
    await page.getByRole("textbox").fill("still there?");
    await page.getByRole("textbox").press("Enter");
    expect(await asked()).toEqual([{ type: "ask", question: "still there?" }]);
  });

  test("the policy of the test page does stop what the panel must not do", async () => {
    const { page, trouble } = await open();
    await page.evaluate(() => {
      const image = document.createElement("img");
      image.src = "https://sink.test/proof";
      document.body.append(image);
    });
    await page.waitForFunction(() => document.images[0]?.complete);
    expect(trouble.splice(0).join()).toContain("Content Security Policy");
  });
});

test("the panel's own code has no way to make HTML of text, and the bundle stays small", async () => {
  const folder = new URL("../../src/webview/", import.meta.url);
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.tsx?$/.test(name));
  const guilty: string[] = [];
  for (const name of names) {
    if (
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|fetch\(|XMLHttpRequest/.test(
        await readFile(new URL(name, folder), "utf8"),
      )
    ) {
      guilty.push(name);
    }
  }
  expect(names.length).toBeGreaterThan(20);
  expect(guilty).toEqual([]);
  expect(bundle().script.length).toBeLessThan(200_000);
});
