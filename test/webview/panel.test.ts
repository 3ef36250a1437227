/** The panel in a real browser, used as a person uses it. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ToHost, ToWebview } from "../../src/protocol/webview";
import { HOSTILE_TEXTS, PATHOLOGICAL_TEXTS, PROBES } from "./hostileText";
import {
  type Bundle,
  bundlePanel,
  launchBrowser,
  openPanel,
  type PanelOptions,
  type PanelPage,
  type ThemeName,
} from "./panelPage";
import { ANSWER, doneTurn, index, PANEL_STATES, panel, SOURCES, source, turn } from "./panelStates";

let browser: Browser;
let bundle: Bundle;
let axe: string;
const opened: PanelPage[] = [];

beforeAll(async () => {
  [bundle, browser, axe] = await Promise.all([
    bundlePanel(),
    launchBrowser(),
    readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"),
  ]);
});

afterAll(() => browser.close());

/** Whatever a test does, nothing may go wrong in the page or leave it. */
afterEach(async () => {
  const pages = opened.splice(0);
  const trouble = pages.flatMap((each) => each.trouble);
  await Promise.all(pages.map((each) => each.close()));
  expect(trouble).toEqual([]);
});

async function open(options?: PanelOptions): Promise<PanelPage> {
  const made = await openPanel(browser, bundle, options);
  opened.push(made);
  return made;
}

const asked = (messages: readonly ToHost[]) => messages.filter(({ type }) => type !== "ready");

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
    { state: "empty-ollama-missing", button: "Install Ollama", sends: { type: "act", action: "installOllama" } },
    { state: "empty-engine-stopped", button: "Do: restartEngine", sends: { type: "act", action: "restartEngine" } },
    { state: "damaged", button: "Rebuild Index", sends: { type: "act", action: "rebuild" } },
    { state: "indexing", button: "Pause", sends: { type: "act", action: "pause" } },
    { state: "paused", button: "Resume", sends: { type: "act", action: "resume" } },
    { state: "engine-restarting", button: "Show Log", sends: { type: "act", action: "showLog" } },
    { state: "searching", button: "Stop", sends: { type: "stop" } },
    { state: "loading-model", button: "Stop", sends: { type: "stop" } },
    { state: "thinking", button: "Stop", sends: { type: "stop" } },
    { state: "answering", button: "Stop", sends: { type: "stop" } },
    { state: "stopped", button: "Ask Again", sends: { type: "retry" } },
    { state: "done", button: "Ask Again", sends: { type: "retry" } },
    { state: "done", button: "Copy answer", sends: { type: "copyAnswer", turnId: "turn-1" } },
    { state: "done-no-model", button: "Install Ollama", sends: { type: "act", action: "installOllama" } },
    { state: "failed", button: "Try Again", sends: { type: "act", action: "retryOllama" } },
  ])("$state: $button", async ({ state, button, sends }) => {
    const { page, show, posted } = await open();
    await show(stateOf(state));
    const name =
      button === "Copy answer" ? page.getByTitle(button) : page.getByRole("button", { name: button, exact: true });
    await name.click();
    expect(asked(await posted())).toEqual([sends]);
    expect(await page.locator("button.primary").count()).toBeLessThanOrEqual(1);
  });

  test("an example question is asked by a click", async () => {
    const { page, show, posted } = await open();
    await show(panel({ examples: ["Why?"] }));
    await page.getByRole("button", { name: "Why?" }).click();
    expect(asked(await posted())).toEqual([{ type: "ask", question: "Why?" }]);
  });

  test("the sources stand there before the first word of the answer", async () => {
    const { page, show } = await open();
    await show(panel({ turns: [turn({ sources: SOURCES })] }));
    expect(await page.getByRole("list", { name: "3 sources" }).getByRole("button").count()).toBe(3);
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
    const { page, show, posted } = await open();
    await show(stateOf("done"));
    const citation = page.locator(".markdown").getByRole("button", { name: "Source 2: refreshIndex.ts line 12" });
    await citation.click();
    await citation.click({ modifiers: ["Control"] });
    const row = page
      .getByRole("list", { name: "3 sources" })
      .getByRole("button", { name: "Source 1: plan.ts lines 41 to 78" });
    await row.click();
    await row.press("Control+Enter");
    expect(asked(await posted())).toEqual([
      openSource(2, false),
      openSource(2, true),
      openSource(1, false),
      openSource(1, true),
    ]);
  });

  test("a link leaves by the host only", async () => {
    const { page, show, posted } = await open();
    await show(panel({ turns: [doneTurn({ text: "[manual](https://good.test/a?b=c)" })] }));
    await page.getByRole("button", { name: "manual" }).click();
    expect(asked(await posted())).toEqual([{ type: "openExternal", url: "https://good.test/a?b=c" }]);
  });

  test("the preview opens for the pointer and the keyboard, within the panel, and Esc closes it without stopping", async () => {
    const { page, show, posted } = await open();
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
    expect(asked(await posted())).toEqual([]);

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

describe("typing", () => {
  test("Enter sends, Shift+Enter is a new line, and the field is empty again", async () => {
    const { page, show, posted } = await open();
    await show(panel());
    const field = page.getByRole("textbox", { name: "Question" });
    await field.click();
    await page.keyboard.type("first");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("second");
    await page.keyboard.press("Enter");
    expect(asked(await posted())).toEqual([{ type: "ask", question: "first\nsecond" }]);
    expect(await field.inputValue()).toBe("");
  });

  test("blank text is not sent, neither by Enter nor by the button", async () => {
    const { page, show, posted } = await open();
    await show(panel());
    await page.getByRole("textbox").fill("  \n ");
    await page.getByRole("textbox").press("Enter");
    await page.getByRole("button", { name: "Send" }).click({ force: true });
    expect(asked(await posted())).toEqual([]);
  });

  test("the Enter of an input method chooses a word and sends nothing", async () => {
    const { page, show, posted } = await open();
    await show(panel());
    await page.getByRole("textbox").focus();
    const session = await page.context().newCDPSession(page);
    await session.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
    await page.evaluate(() => {
      const event = { key: "Enter", bubbles: true, cancelable: true, isComposing: true };
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", event));
    });
    expect(asked(await posted())).toEqual([]);
    await session.send("Input.insertText", { text: "日本" });
    await page.keyboard.press("Enter");
    expect(asked(await posted())).toEqual([{ type: "ask", question: "日本" }]);
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
    const { page, show, posted } = await open();
    await show(stateOf("answering"));
    const field = page.getByRole("textbox");
    await field.fill("next");
    await field.press("Enter");
    expect(await field.inputValue()).toBe("next");
    await page.getByText("Stop this answer (Esc) to ask the next question.").waitFor();
    await field.press("Escape");
    expect(asked(await posted())).toEqual([{ type: "stop" }]);
  });

  test("Esc says nothing to the host when there is nothing to stop", async () => {
    const { page, show, posted } = await open();
    await show(stateOf("done"));
    await page.getByRole("textbox").press("Escape");
    expect(asked(await posted())).toEqual([]);
  });

  test("a double click on Send asks, and does not stop", async () => {
    const { page, show, send, posted } = await open();
    await show(panel());
    await page.getByRole("textbox").fill("why?");
    const box = await page.getByRole("button", { name: "Send" }).boundingBox();
    const [x, y] = [(box?.x ?? 0) + 12, (box?.y ?? 0) + 12];
    await page.mouse.click(x, y);
    await send({ type: "turn", turn: turn({ question: "why?" }) });
    await page.mouse.move(x, y);
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    expect(asked(await posted())).toEqual([{ type: "ask", question: "why?" }]);
    await page.getByRole("button", { name: "Stop" }).click();
    expect(asked(await posted()).at(-1)).toEqual({ type: "stop" });
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
  async function settledScroll(page: PanelPage["page"]): Promise<number> {
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
  const themes: ThemeName[] = ["light", "dark", "high-contrast", "high-contrast-light"];

  test.each(themes)("axe finds nothing in any state: %s", async (theme) => {
    const { page, show } = await open({ theme, reducedMotion: true });
    await page.evaluate(axe);
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
    const { page, show, posted } = await open();
    for (const text of PATHOLOGICAL_TEXTS) {
      await show(panel({ turns: [doneTurn({ text })] }));
      await page.locator(".markdown").waitFor({ state: "attached" });
    }
    await page.getByRole("textbox").fill("still there?");
    await page.getByRole("textbox").press("Enter");
    expect(asked(await posted())).toEqual([{ type: "ask", question: "still there?" }]);
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
  const { readdir } = await import("node:fs/promises");
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
  expect(bundle.script.length).toBeLessThan(200_000);
});

function stateOf(name: string) {
  const state = PANEL_STATES[name];
  if (state === undefined) {
    throw new Error(`no state ${name}`);
  }
  return state;
}
