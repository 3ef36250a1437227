/** Every state of the panel, and the one thing to do in it. */

import { describe, expect, test } from "vitest";
import type { ToHost } from "../../src/protocol/webview";
import { panelHarness, stateOf } from "./panelHarness";
import { doneTurn, index, panel, SOURCES, source, turn } from "./panelStates";

const { open } = panelHarness();

describe("states", () => {
  test("says that it is ready, and waits for the host", async () => {
    const { page, posted } = await open();
    expect(await posted()).toEqual([{ type: "ready" }]);
    await page.getByText("Starting…").waitFor();
  });

  test.each<{ state: string; button: string; sends: ToHost }>([
    { state: "no-folder", button: "Open Folder", sends: { type: "act", action: "openFolder" } },
    { state: "untrusted", button: "Trust This Folder", sends: { type: "act", action: "trust" } },
    { state: "virtual", button: "Open Folder", sends: { type: "act", action: "openFolder" } },
    { state: "empty-no-index", button: "Index This Folder", sends: { type: "act", action: "index" } },
    { state: "empty-no-model", button: "Get a Model", sends: { type: "act", action: "chooseModel" } },
    { state: "empty-ollama-missing", button: "Get Ollama", sends: { type: "act", action: "installOllama" } },
    { state: "empty-engine-stopped", button: "Restart Engine", sends: { type: "act", action: "restartEngine" } },
    { state: "damaged", button: "Rebuild Index", sends: { type: "act", action: "rebuild" } },
    { state: "indexing", button: "Pause", sends: { type: "act", action: "pause" } },
    { state: "paused", button: "Resume", sends: { type: "act", action: "resume" } },
    { state: "engine-restarting", button: "Show Log", sends: { type: "act", action: "showLog" } },
    { state: "searching", button: "Stop", sends: { type: "stop" } },
    { state: "loading-model", button: "Stop", sends: { type: "stop" } },
    { state: "thinking", button: "Stop", sends: { type: "stop" } },
    { state: "answering", button: "Stop", sends: { type: "stop" } },
    { state: "stopped", button: "Continue", sends: { type: "continue" } },
    { state: "stopped", button: "Ask Again", sends: { type: "retry" } },
    { state: "done", button: "Ask Again", sends: { type: "retry" } },
    { state: "done", button: "Copy answer", sends: { type: "copyAnswer", turnId: "turn-1" } },
    { state: "done-no-model", button: "Get Ollama", sends: { type: "act", action: "installOllama" } },
    { state: "done-nothing-solid", button: "Ask Anyway", sends: { type: "act", action: "askAnyway" } },
    { state: "failed", button: "Try Again", sends: { type: "act", action: "retryOllama" } },
  ])("$state: $button", async ({ state, button, sends }) => {
    const { page, show, asked } = await open();
    await show(stateOf(state));
    const name =
      button === "Copy answer" ? page.getByTitle(button) : page.getByRole("button", { name: button, exact: true });
    await name.click();
    expect(await asked()).toEqual([sends]);
    expect(await page.locator("button.primary").count()).toBeLessThanOrEqual(1);
  });

  test("an example question is asked by a click", async () => {
    const { page, show, asked } = await open();
    await show(panel({ examples: ["Why?"] }));
    await page.getByRole("button", { name: "Why?" }).click();
    expect(await asked()).toEqual([{ type: "ask", question: "Why?" }]);
  });

  test("the sources stand there before the first word of the answer", async () => {
    const { page, show } = await open();
    await show(panel({ turns: [turn({ sources: SOURCES })] }));
    expect(await page.getByRole("list", { name: "3 sources" }).getByRole("button").count()).toBe(3);
    await page.getByText("Reading the sources…").waitFor();
  });

  test("a pause with nothing under way shows no bar that moves", async () => {
    const { page, show } = await open();
    await show(stateOf("paused-idle"));
    await page.getByRole("button", { name: "Resume" }).waitFor();
    expect(await page.getByRole("progressbar").count()).toBe(0);
  });

  test("that no model wrote the answers is said at length once", async () => {
    const { page, show } = await open();
    await show(stateOf("done-no-model-again"));
    expect(await page.getByRole("button", { name: "Get Ollama" }).count()).toBe(1);
    await page.locator(".turn").last().getByText("No model wrote this.", { exact: true }).waitFor();
  });

  test("that nothing was found is said in full each time", async () => {
    const { page, show } = await open();
    await show(stateOf("done-nothing-found-again"));
    expect(await page.getByText("Nothing was found for this question, so no model was asked.").count()).toBe(2);
  });

  test("speaks the host's words", async () => {
    const { page, show } = await open({
      language: "es",
      strings: { "empty.title": "Pregunta </script> sobre este código" },
    });
    await show(panel({ index: index({ files: 3057 }) }));
    await page.getByRole("heading", { name: "Pregunta </script> sobre este código" }).waitFor();
    await page.getByText("3057 files").waitFor(); // Spanish writes four digits without a point
  });
});

describe("sources and citations", () => {
  const openSource = (n: number, toSide: boolean): ToHost => ({ type: "openSource", turnId: "turn-1", n, toSide });

  test("a citation and its row in the list open the source; with Ctrl beside the editor", async () => {
    const { page, show, asked } = await open();
    await show(stateOf("done"));
    const citation = page.locator(".markdown").getByRole("button", { name: "Source 2: refreshIndex.ts line 12" });
    await citation.click();
    await citation.click({ modifiers: ["Control"] });
    const row = page
      .getByRole("list", { name: "3 sources" })
      .getByRole("button", { name: "Source 1: plan.ts lines 41 to 78" });
    await row.click();
    await row.press("Control+Enter");
    expect(await asked()).toEqual([
      openSource(2, false),
      openSource(2, true),
      openSource(1, false),
      openSource(1, true),
    ]);
  });

  test("a link leaves by the host only", async () => {
    const { page, show, asked } = await open();
    await show(panel({ turns: [doneTurn({ text: "[manual](https://good.test/a?b=c)" })] }));
    await page.getByRole("button", { name: "manual" }).click();
    expect(await asked()).toEqual([{ type: "openExternal", url: "https://good.test/a?b=c" }]);
  });

  test("the preview opens for the pointer and the keyboard, within the panel, and Esc closes it without stopping", async () => {
    const { page, show, asked } = await open();
    await show(
      panel({ turns: [doneTurn({ turnId: "0" }), turn({ state: "answering", sources: SOURCES, text: "A [1]" })] }),
    );
    const preview = page.locator(".hover");
    await page.locator(".source").last().hover();
    await preview.getByText("export function planRefresh").waitFor();
    const box = await preview.boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 289 && box.y >= 0 && box.y + box.height <= 640).toBe(true);
    await page.keyboard.press("Escape");
    await preview.waitFor({ state: "detached" });
    expect(await asked()).toEqual([]);

    await page.mouse.move(0, 0);
    await page.locator("textarea").focus();
    await page.keyboard.press("Shift+Tab");
    await preview.waitFor();
    await page.keyboard.press("Tab");
    await preview.waitFor({ state: "detached" });
  });

  test("a long list is short until it is asked for", async () => {
    const { page, show } = await open();
    const many = Array.from({ length: 9 }, (_, at) => source(at + 1, `src/file${at}.ts`));
    await show(panel({ turns: [turn({ sources: many })] }));
    const list = page.getByRole("list", { name: "9 sources" });
    expect(await list.getByRole("button").count()).toBe(4);
    await page.getByRole("button", { name: "Show 5 more" }).click();
    expect(await list.getByRole("button").count()).toBe(9);
  });
});
