/**
 * The real panel in a real browser, with a host that the test plays.
 *
 * The page is as strict as the one in VS Code: the same content security policy, and every request but for the page's
 * own three files is refused and written down.
 */

import { readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import type { PanelState, ToHost, ToWebview } from "../../src/protocol/webview";
import { CHROMIUM_ARGUMENTS, findChromium } from "../support/chromium";

export type ThemeName = "light" | "dark" | "high-contrast" | "high-contrast-light";

export interface PanelOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly language?: string;
  readonly strings?: Readonly<Record<string, string>>;
  /** 2 is a zoom of 200 %: half as many CSS pixels, each twice as large. */
  readonly zoom?: number;
  readonly reducedMotion?: boolean;
  /** False stops the page's clock, so that it draws in every frame and never rests after a slow one. */
  readonly hasClock?: boolean;
  /** As `getState` gives it back. */
  readonly saved?: unknown;
}

export interface PanelPage {
  readonly page: Page;
  /** What the panel has sent, first to last. */
  readonly posted: () => Promise<readonly ToHost[]>;
  /** The same without `ready` and `writing`, which ask for nothing. */
  readonly asked: () => Promise<readonly ToHost[]>;
  /** Sends a message, and waits until it is drawn. */
  readonly send: (...messages: readonly ToWebview[]) => Promise<void>;
  readonly show: (state: PanelState) => Promise<void>;
  /** What `setState` was given last. */
  readonly saved: () => Promise<unknown>;
  /** Requests that the page should not have made, violations of its policy, errors, dialogs. */
  readonly trouble: string[];
  /** Loads the page again, as if it were new. */
  readonly reload: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const ORIGIN = "https://panel.test";
const NONCE = "r4nd0m";
const POLICY = [
  "default-src 'none'",
  `script-src 'nonce-${NONCE}'`,
  `style-src ${ORIGIN} 'nonce-${NONCE}'`,
  `font-src ${ORIGIN}`,
  `img-src ${ORIGIN} data:`,
  "connect-src 'none'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-src 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

export interface Bundle {
  readonly script: string;
  readonly styles: string;
}

/** Built as `npm run build` builds it, into a folder of its own, so that tests never run on yesterday's panel. */
export async function bundlePanel(): Promise<Bundle> {
  const outdir = await mkdtemp(join(tmpdir(), "cloister-panel-"));
  const { outputFiles } = await esbuild.build({
    absWorkingDir: join(import.meta.dirname, "../.."),
    entryPoints: { chat: "src/webview/main.tsx" },
    outdir,
    write: false,
    bundle: true,
    minify: true,
    platform: "browser",
    target: "es2022",
    format: "iife",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
  });
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: text("chat.js"), styles: text("chat.css") };
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    args: [...CHROMIUM_ARGUMENTS],
    ignoreDefaultArgs: ["--hide-scrollbars"], // they take their place in VS Code, too
  });
}

export async function openPanel(browser: Browser, bundle: Bundle, options: PanelOptions = {}): Promise<PanelPage> {
  const { width = 289, height = 640, zoom = 1 } = options;
  const context = await browser.newContext({
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    deviceScaleFactor: zoom,
    reducedMotion: options.reducedMotion ? "reduce" : "no-preference",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") {
      trouble.push(`console: ${message.text()}`);
    }
  });
  page.on("dialog", (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await serve(page, bundle, options, trouble);
  // A program that runs through tsx calls this helper of its compiler in every function, also in those sent to the page.
  await page.addInitScript("globalThis.__name = (named) => named;");
  await page.addInitScript(playHost, options.saved);
  if (!options.hasClock) {
    await page.addInitScript(() => Object.defineProperty(performance, "now", { value: () => 0 }));
  }
  await page.goto(`${ORIGIN}/`);
  return panelPage(page, trouble);
}

function panelPage(page: Page, trouble: string[]): PanelPage {
  const send = async (...messages: readonly ToWebview[]) => {
    await page.evaluate(async (data) => {
      for (const message of data) {
        window.dispatchEvent(new MessageEvent("message", { data: message }));
      }
      for (let frame = 0; frame < 3; frame += 1) {
        await new Promise(requestAnimationFrame);
      }
    }, messages);
  };
  const posted = () => page.evaluate(() => (globalThis as unknown as HostGlobals).host.posted);
  return {
    page,
    trouble,
    posted,
    asked: async () => (await posted()).filter(({ type }) => type !== "ready" && type !== "writing"),
    saved: () => page.evaluate(() => (globalThis as unknown as HostGlobals).host.saved),
    send,
    show: (state) => send({ type: "state", state }),
    reload: async () => {
      trouble.length = 0;
      await page.mouse.move(0, 0);
      await page.goto(`${ORIGIN}/`);
    },
    close: () => page.context().close(),
  };
}

interface HostGlobals {
  host: { posted: ToHost[]; saved: unknown };
  acquireVsCodeApi: () => unknown;
}

/** Runs in the page, before its script. */
function playHost(saved: unknown): void {
  const host: HostGlobals["host"] = { posted: [], saved };
  Object.assign(globalThis, {
    host,
    acquireVsCodeApi: () => ({
      postMessage: (message: ToHost) => host.posted.push(structuredClone(message)),
      getState: () => host.saved,
      setState: (state: unknown) => {
        host.saved = structuredClone(state);
      },
    }),
  });
}

async function serve(page: Page, bundle: Bundle, options: PanelOptions, trouble: string[]): Promise<void> {
  const files: Record<string, { readonly contentType: string; readonly body: string }> = {
    "/": { contentType: "text/html", body: pageHtml(options) },
    "/chat.js": { contentType: "text/javascript", body: bundle.script },
    "/chat.css": { contentType: "text/css", body: bundle.styles },
  };
  await page.route("**", async (route) => {
    const url = new URL(route.request().url());
    const file = url.origin === ORIGIN ? files[url.pathname] : undefined;
    if (file === undefined) {
      trouble.push(`request: ${url.href}`);
      await route.abort();
    } else {
      await route.fulfill({ ...file, headers: { "content-security-policy": POLICY } });
    }
  });
}

function pageHtml({ theme = "dark", language = "en", strings = {}, reducedMotion = false }: PanelOptions): string {
  const { bodyClass, variables } = THEMES[theme];
  const styles = Object.entries(variables).map(([name, value]) => `${name}: ${value};`);
  const json = JSON.stringify(strings).replaceAll("<", "\\u003c");
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<title>Cloister</title>
<style nonce="${NONCE}">:root { ${styles.join(" ")} }</style>
<style nonce="${NONCE}">${DEFAULT_STYLES}</style>
<link rel="stylesheet" href="${ORIGIN}/chat.css">
</head>
<body class="${bodyClass}${reducedMotion ? " vscode-reduce-motion" : ""}">
<div id="root"></div>
<script type="application/json" id="strings">${json}</script>
<script nonce="${NONCE}" src="${ORIGIN}/chat.js"></script>
</body>
</html>`;
}

interface Theme {
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The variables that VS Code 1.139 has in its default themes; a theme lacks many, as it does there. */
const THEMES = JSON.parse(readFileSync(join(import.meta.dirname, "themes.json"), "utf8")) as Record<ThemeName, Theme>;
const DEFAULT_STYLES = readFileSync(join(import.meta.dirname, "webviewDefaults.css"), "utf8");
