/** An answer while it is written. */

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { ToWebview } from "../../src/protocol/webview";
import { panelHarness } from "./panelHarness";
import { doneTurn, panel, result, SOURCES, turn } from "./panelStates";

const { open } = panelHarness();

describe("streaming", () => {
  const LONG = Array.from({ length: 60 }, (_, at) => `Paragraph ${at} of the answer [1].`).join("\n\n");
  const atEnd = () => {
    const log = document.querySelector(".log");
    return log !== null && log.scrollHeight - log.scrollTop - log.clientHeight < 2;
  };
  const text = (delta: string): ToWebview => ({ type: "text", turnId: "turn-1", text: delta, thinking: "" });

  test("what is drawn in the end is the whole text, and finished paragraphs are not drawn again", async () => {
    const { page, show, send } = await open();
    await show(panel({ turns: [turn({ state: "answering", sources: SOURCES })] }));
    await send(text("First **par"), text("agraph** [1].\n\n"), text("```ts\ncon"));
    await page.evaluate(() => document.querySelector(".markdown p")?.setAttribute("data-mark", "kept"));
    await send(text("st a;\nconst b;\n"), text("```\n\nLast"), text(" one."));
    expect(await page.locator(".markdown p[data-mark=kept]").textContent()).toBe("First paragraph 1.");
    expect(await page.locator(".markdown pre").textContent()).toBe("const a;\nconst b;");
    expect(await page.locator(".markdown > p").last().textContent()).toBe("Last one.");
  });

  test("the log follows the text at its end, and stays where the reader scrolled to", async () => {
    const { page, show, send } = await open();
    await show(panel({ turns: [turn({ state: "answering", sources: SOURCES, text: LONG })] }));
    expect(await page.evaluate(atEnd)).toBe(true);
    await send(text(`\n\n${LONG}`));
    expect(await page.evaluate(atEnd)).toBe(true);

    await page.locator(".log").hover();
    await page.mouse.wheel(0, -300);
    await page.waitForFunction(
      () => !document.querySelector(".new-text") && (document.querySelector(".log")?.scrollTop ?? 0) > 0,
    );
    const top = await settledScroll(page);
    await send(text(`\n\n${LONG}`));
    expect(await settledScroll(page)).toBe(top);
    await page.getByRole("button", { name: "New text below" }).click();
    expect(await page.evaluate(atEnd)).toBe(true);
    await page.getByRole("button", { name: "New text below" }).waitFor({ state: "detached" });
  });

  test("a new question brings its reader to the end", async () => {
    const { page, show, send } = await open();
    await show(panel({ turns: [doneTurn({ turnId: "a", text: LONG })] }));
    await page.locator(".log").hover();
    await page.mouse.wheel(0, -800);
    await settledScroll(page);
    await send({ type: "turn", turn: turn({ turnId: "b" }) });
    expect(await page.evaluate(atEnd)).toBe(true);
  });

  test("passages that come all at once are read from the beginning of their turn", async () => {
    const { page, show, send } = await open();
    const passages = { noModel: { why: "turned-off" }, model: undefined } as const;
    await show(panel({ turns: [doneTurn({ turnId: "a", text: LONG })] }));
    await send({ type: "turn", turn: turn({ turnId: "b" }) });
    await send({ type: "turn", turn: doneTurn({ turnId: "b", text: LONG, result: result(passages) }) });
    const log = await page.locator(".log").boundingBox();
    const question = await page.locator(".turn").last().locator(".question").boundingBox();
    expect(Math.abs((question?.y ?? 0) - (log?.y ?? 0))).toBeLessThan(24);
    await page
      .locator(".turn")
      .last()
      .evaluate((element) => {
        element.style.paddingBottom = "100px"; // as when a part of it is laid out late
        return new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
      });
    expect(await page.locator(".new-text").count()).toBe(0);
  });

  test("tokens are never announced; the start, the paragraphs and the end are", async () => {
    const { page, show, send } = await open();
    await show(panel());
    await send({ type: "turn", turn: turn({ state: "answering", sources: SOURCES }) });
    await send(text("One "), text("two.\n\nThree."));
    await send({ type: "turn", turn: doneTurn({ text: "One two.\n\nThree." }) });
    const region = page.getByLabel("Progress of the answer");
    expect(await region.locator("p").allTextContents()).toEqual([
      "3 sources found.",
      "Answer started.",
      "One two.",
      "Three.",
      "Done, 3 sources.",
    ]);
    expect(await page.locator("[aria-live=polite]").count()).toBe(1);
  });

  test("50 kB that arrive in 5,000 pieces are all drawn, with rests between", async () => {
    const { page, show } = await open({ hasClock: true });
    await show(panel({ turns: [turn({ state: "answering", sources: SOURCES })] }));
    await page.evaluate(async (piece) => {
      for (let at = 0; at < 5_000; at += 1) {
        const message = { type: "text", turnId: "turn-1", text: at % 10 === 9 ? `${piece}\n\n` : piece, thinking: "" };
        window.dispatchEvent(new MessageEvent("message", { data: message }));
        if (at % 50 === 0) {
          await new Promise(requestAnimationFrame);
        }
      }
    }, "word [1] **");
    await page.waitForFunction(() => document.querySelectorAll(".markdown > p").length === 500);
    expect(await page.locator(".markdown .citation").count()).toBe(5_000);
  });

  /** Where the log stands once it has stopped moving. */
  async function settledScroll(page: Page): Promise<number> {
    return page.evaluate(async () => {
      const log = document.querySelector(".log");
      let [top, still] = [Number.NaN, 0];
      while (still < 10) {
        await new Promise(requestAnimationFrame);
        still = log?.scrollTop === top ? still + 1 : 0;
        top = log?.scrollTop ?? 0;
      }
      return top;
    });
  }
});
