/** The panel by keyboard. */

import { describe, expect, test } from "vitest";
import { panelHarness, stateOf } from "./panelHarness";
import { ANSWER, doneTurn, panel, turn } from "./panelStates";

const { open } = panelHarness();

describe("typing", () => {
  test("Enter sends, Shift+Enter is a new line, and the field is empty again", async () => {
    const { page, show, asked } = await open();
    await show(panel());
    const field = page.getByRole("textbox", { name: "Question" });
    await field.click();
    await page.keyboard.type("first");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("second");
    await page.keyboard.press("Enter");
    expect(await asked()).toEqual([{ type: "ask", question: "first\nsecond" }]);
    expect(await field.inputValue()).toBe("");
  });

  test("says once that a question is begun, and again for the next one", async () => {
    const { page, show, posted } = await open();
    await show(panel());
    const begun = async () => (await posted()).filter(({ type }) => type === "writing").length;
    const field = page.getByRole("textbox", { name: "Question" });
    await field.click();
    expect(await begun()).toBe(0);
    await page.keyboard.type("first");
    expect(await begun()).toBe(1);
    await page.keyboard.press("Enter");
    await page.keyboard.type("second");
    expect(await begun()).toBe(2);
  });

  test("blank text is not sent, neither by Enter nor by the button", async () => {
    const { page, show, asked } = await open();
    await show(panel());
    await page.getByRole("textbox").fill("  \n ");
    await page.getByRole("textbox").press("Enter");
    await page.getByRole("button", { name: "Send" }).click({ force: true });
    expect(await asked()).toEqual([]);
  });

  test("the Enter of an input method chooses a word and sends nothing", async () => {
    const { page, show, asked } = await open();
    await show(panel());
    await page.getByRole("textbox").focus();
    const session = await page.context().newCDPSession(page);
    await session.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
    await page.evaluate(() => {
      const event = { key: "Enter", bubbles: true, cancelable: true, isComposing: true };
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", event));
    });
    expect(await asked()).toEqual([]);
    await session.send("Input.insertText", { text: "日本" });
    await page.keyboard.press("Enter");
    expect(await asked()).toEqual([{ type: "ask", question: "日本" }]);
  });

  test("ArrowUp brings the last question back, only into an empty field", async () => {
    const { page, show } = await open();
    await show(panel({ turns: [doneTurn({ question: "What was it?" })] }));
    const field = page.getByRole("textbox");
    await field.press("ArrowUp");
    expect(await field.inputValue()).toBe("What was it?");
    await field.fill("other");
    await field.press("ArrowUp");
    expect(await field.inputValue()).toBe("other");
  });

  test("while an answer is written: Enter keeps the draft and says why, Esc stops", async () => {
    const { page, show, asked } = await open();
    await show(stateOf("answering"));
    const field = page.getByRole("textbox");
    await field.fill("next");
    await field.press("Enter");
    expect(await field.inputValue()).toBe("next");
    await page.getByText("Stop this answer (Esc) to ask the next question.").waitFor();
    await field.press("Escape");
    expect(await asked()).toEqual([{ type: "stop" }]);
  });

  test("Esc says nothing to the host when there is nothing to stop", async () => {
    const { page, show, asked } = await open();
    await show(stateOf("done"));
    await page.getByRole("textbox").press("Escape");
    expect(await asked()).toEqual([]);
  });

  test("a double click on Send asks, and does not stop", async () => {
    const { page, show, send, asked } = await open();
    await show(panel());
    await page.getByRole("textbox").fill("why?");
    const box = await page.getByRole("button", { name: "Send" }).boundingBox();
    const [x, y] = [(box?.x ?? 0) + 12, (box?.y ?? 0) + 12];
    await page.mouse.click(x, y);
    await send({ type: "turn", turn: turn({ question: "why?" }) });
    await page.mouse.move(x, y);
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    expect(await asked()).toEqual([{ type: "ask", question: "why?" }]);
    await page.getByRole("button", { name: "Stop" }).click();
    expect((await asked()).at(-1)).toEqual({ type: "stop" });
  });

  test("the field grows with the text, and leaves the conversation its place", async () => {
    const { page, show } = await open();
    await show(stateOf("done"));
    const field = page.getByRole("textbox");
    const height = async () => (await field.boundingBox())?.height ?? 0;
    const before = await height();
    await field.fill("line\n".repeat(5));
    expect(await height()).toBeGreaterThan(before * 2);
    await field.fill("line\n".repeat(200));
    expect(await height()).toBeLessThanOrEqual(640 * 0.4 + 1);
  });

  test("the host moves the focus here, and may bring a draft", async () => {
    const { page, show, send } = await open();
    await show(panel());
    await send({ type: "focus", draft: "explain " });
    await page.keyboard.type("this");
    expect(await page.getByRole("textbox").inputValue()).toBe("explain this");
    await send({ type: "focus", draft: undefined });
    expect(await page.getByRole("textbox").inputValue()).toBe("explain this");
  });

  test("everything can be reached by Tab, in the order in which it is read", async () => {
    const { page, show } = await open();
    await show(stateOf("done"));
    const names: string[] = [];
    for (let at = 0; at < 14; at += 1) {
      await page.keyboard.press("Tab");
      names.push(
        await page.evaluate(() => {
          const { activeElement: element } = document;
          return element?.getAttribute("aria-label") ?? element?.textContent.trim().slice(0, 16) ?? "";
        }),
      );
    }
    expect(names).toEqual([
      "Conversation",
      "Source 1: plan.t",
      "Source 2: refres",
      "Source 3: README",
      "Thoughts",
      "Source 1: plan.ts lines 41 to 78",
      "Copy",
      "Code, typescript",
      "Source 1: plan.ts lines 41 to 78",
      "Source 2: refreshIndex.ts line 12",
      "Source 3: README.md lines 1 to 20",
      "Copy",
      "Ask Again",
      "Question",
    ]);
  });

  test("a code block is copied as it is", async () => {
    const { page, show } = await open();
    await show(panel({ turns: [doneTurn({ text: "```ts\n\tconst a = '\u202e';\n\n```" })] }));
    await page.getByTitle("Copy code").click();
    await page.getByText("Copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("\tconst a = '\u202e';\n");
  });
});

describe("a page that is thrown away and made again", () => {
  test("keeps the draft and the place in the log", async () => {
    const first = await open();
    await first.show(panel({ turns: [doneTurn({ text: ANSWER.repeat(5) })] }));
    await first.page.getByRole("textbox").fill("half a que");
    await first.page.evaluate(() => document.querySelector(".log")?.scrollTo(0, 120));
    await first.page.waitForFunction(() => {
      const { saved } = (globalThis as unknown as { host: { saved: { scrollTop: number | undefined } } }).host;
      return saved.scrollTop === 120;
    });
    const second = await open({ saved: await first.saved() });
    await second.show(panel({ turns: [doneTurn({ text: ANSWER.repeat(5) })] }));
    expect(await second.page.getByRole("textbox").inputValue()).toBe("half a que");
    expect(await second.page.evaluate(() => document.querySelector(".log")?.scrollTop)).toBe(120);
  });
});
