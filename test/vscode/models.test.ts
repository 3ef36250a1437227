/**
 * Both roles of models, by keyboard and mouse alone, since VS Code shows a test suite no dialogs: vectors are made with what
 * is open first, another embedding model is asked about before anything is embedded again, and models are installed, with
 * a pause in between, and deleted.
 */

import type { Locator, Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { type ScriptedOllama, startScriptedOllama } from "../support/scriptedOllama";
import { Panel } from "./panel";
import { PROJECT } from "./sampleProject";
import { until } from "./until";
import { openWindow, picture, runCommand } from "./windowAlone";

const MINILM = "all-minilm:latest";
const NOMIC = "nomic-embed-text:latest";

const PARTS = Object.fromEntries(
  Array.from({ length: 160 }, (_, n) => [`src/part${n}.ts`, `export const part${n} = ${n};\n`]),
);

test("both roles of models: chosen, asked about before embedding again, installed, deleted", async () => {
  const ollama = await startScriptedOllama({
    "gemma4:e4b": "completion",
    "qwen3:8b": "completion",
    [MINILM]: "embedding",
    [NOMIC]: "embedding",
  });
  onTestFinished(ollama.close);
  ollama.letGoOn(false);
  const { window, close } = await openWindow({
    files: { "src/zebra.ts": "export const zebra = 1;\n", ...PROJECT, ...PARTS },
    settings: { "cloister.ollama.url": ollama.url, "cloister.models.embedding": "all-minilm" },
    trustsAll: true,
  });
  onTestFinished(close);
  onTestFinished(() => picture(window, "last"));

  await embedOpenFilesFirst(window, ollama);
  await chooseEmbedder(window, ollama);
  await searchByWordsAlone(window, ollama);
  await chooseChatModel(window);
  await install(window, ollama);
  await remove(window, ollama);
});

async function embedOpenFilesFirst(window: Page, ollama: ScriptedOllama): Promise<void> {
  await until("two requests are under way", () => bigRequests(ollama) === 2);
  await statusBarSays(window, /Embedding with all-minilm/);
  await picture(window, "embedding");
  await window.keyboard.press("Control+p"); // the first list of this window: none is closing
  await window.keyboard.type("zebra.ts");
  await row(window, "zebra.ts").waitFor();
  await window.keyboard.press("Enter");
  await window.locator(".editor-instance .view-lines", { hasText: "zebra" }).waitFor();
  await choosing(window, () => window.keyboard.press("Escape")); // by then the engine knows which files are open
  ollama.letGoOn(true);
  await statusBarSays(window, /Searches by meaning with all-minilm/);
  const position = texts(ollama, MINILM).findIndex((text) => text.includes("zebra"));
  expect(position, "the file that was opened comes next").toBeLessThan(4 * 32);
}

async function chooseEmbedder(window: Page, ollama: ScriptedOllama): Promise<void> {
  await choosing(window, async () => {
    expect(await row(window, MINILM).innerText()).toContain("searches by meaning now");
    await picture(window, "choose-models");
    await row(window, NOMIC).click();
  });
  await notification(window, /nomic-embed-text.*embedded again/s);
  await picture(window, "asked-before-embedding");
  await answer(window, /nomic-embed-text.*embedded again/s, "Not Now");
  expect(texts(ollama, NOMIC).length, "texts that were embedded to tell the cost").toBeLessThanOrEqual(16);

  await choosing(window, async () => {
    expect(await row(window, MINILM).innerText()).toContain("searches by meaning now");
    expect(await row(window, NOMIC).innerText()).toContain("serves once all texts are embedded");
    await row(window, NOMIC).click();
  });
  await answer(window, /nomic-embed-text.*embedded again/s, "Embed Now");
  await statusBarSays(window, /Searches by meaning with nomic-embed-text/);
}

async function searchByWordsAlone(window: Page, ollama: ScriptedOllama): Promise<void> {
  await choosing(window, () => row(window, "None").click());
  await until("nothing is searched by meaning", async () => !/by meaning/.test(await statusBarText(window)));
  const before = ollama.embedded.length;
  await choosing(window, async () => {
    expect(await row(window, "None").innerText()).toContain("chosen");
    await row(window, NOMIC).click();
  });
  await statusBarSays(window, /Searches by meaning with nomic-embed-text/);
  expect(ollama.embedded, "vectors that were kept are not made again").toHaveLength(before);
}

async function chooseChatModel(window: Page): Promise<void> {
  const panel = await Panel.open(window);
  await choosing(window, () => row(window, "qwen3:8b").click());
  await panel.button(/qwen3:8b/).waitFor();
}

async function install(window: Page, ollama: ScriptedOllama): Promise<void> {
  ollama.letGoOn(false);
  await runCommand(window, "Cloister: Install Model…");
  await row(window, "embeddinggemma").first().waitFor();
  await picture(window, "install");
  await window.keyboard.type("bge");
  await row(window, "bge-m3").waitFor();
  await window.keyboard.press("Enter");
  await notification(window, /Installing bge-m3.*20.*50/s);
  await picture(window, "installing");
  await answer(window, /Installing bge-m3/, "Cancel");
  await answer(window, /paused at 40/, "Resume");
  ollama.letGoOn(true);
  await notification(window, /bge-m3 is installed/);
  expect([...ollama.models.keys()]).toContain("bge-m3");
}

async function remove(window: Page, ollama: ScriptedOllama): Promise<void> {
  await runCommand(window, "Cloister: Delete Model…");
  await row(window, "bge-m3").waitFor();
  await window.keyboard.type("bge");
  await window.keyboard.press("Enter");
  const dialog = window.locator(".monaco-dialog-box", { hasText: "Delete the model bge-m3?" });
  await dialog.waitFor();
  await picture(window, "delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await until("the model is deleted", () => !ollama.models.has("bge-m3"));
}

// ---------------------------------------------------------------- what a person does and sees

const bigRequests = ({ embedded }: ScriptedOllama): number => embedded.filter(({ input }) => input.length > 1).length;

/** Of all requests to a model, without the word that it is probed with. */
const texts = ({ embedded }: ScriptedOllama, model: string): string[] =>
  embedded
    .filter((request) => request.model === model)
    .flatMap(({ input }) => input.filter((text) => text !== "hello"));

const row = (window: Page, text: string): Locator =>
  window.locator(".quick-input-list .monaco-list-row", { hasText: text });

/** Opens the list of both roles, and waits until it is closed. */
async function choosing(window: Page, use: () => Promise<void>): Promise<void> {
  await runCommand(window, "Cloister: Choose Models…");
  await row(window, "Install another model").waitFor();
  await use();
  await row(window, "Install another model").waitFor({ state: "hidden" });
}

/** What the extension says below the editor. Under its test driver VS Code shows it in the list only. */
async function notification(window: Page, text: RegExp): Promise<Locator> {
  const item = window.locator(".notification-list-item", { hasText: text });
  if (!(await item.isVisible())) {
    await runCommand(window, "Notifications: Show Notifications");
  }
  await item.waitFor();
  return item;
}

async function answer(window: Page, question: RegExp, label: string): Promise<void> {
  const asked = await notification(window, question);
  await asked.getByRole("button", { name: label }).click();
}

async function statusBarText(window: Page): Promise<string> {
  await window.mouse.move(700, 300); // it is drawn when the mouse comes, and then stays as it is
  await window.locator('.statusbar-item[id$="cloister.index"]').hover();
  const hover = window.locator(".monaco-hover", { hasText: "Cloister" });
  await hover.waitFor();
  return hover.innerText();
}

const statusBarSays = (window: Page, text: RegExp): Promise<void> =>
  until(`the status bar says ${String(text)}`, async () => text.test(await statusBarText(window)));
