/**
 * A stand-in for the desktop `code` program: takes its arguments, serves the same workbench from code-server and opens
 * it in a headless Chromium. So one entry point, `runTests` of `@vscode/test-electron`, serves both.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser";
import { type CodeServer, startCodeServer } from "./codeServer";

interface Arguments {
  readonly options: ReadonlyMap<string, string>;
  readonly folder: string | undefined;
}

/** @returns the exit status: 0 when the suite passed. */
export async function headlessCode(args: readonly string[]): Promise<number> {
  const { options, folder } = parse(args);
  const ownData = mkdtempSync(join(tmpdir(), "headless-code-"));
  const userData = options.get("user-data-dir") ?? ownData;
  const server = await startCodeServer({
    dataDir: userData,
    extensionsDir: options.get("extensions-dir") ?? join(ownData, "extensions"),
    trustsAll: options.has("disable-workspace-trust"),
    hasTestDriver: true,
  });
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser(options.get("remote-debugging-port"));
    return await runSuite(await browser.newPage({ viewport: { width: 1400, height: 900 } }), server, options, folder);
  } finally {
    await browser?.close();
    await server.stop();
    rmSync(ownData, { recursive: true, force: true });
  }
}

function parse(args: readonly string[]): Arguments {
  const options = new Map<string, string>();
  let folder: string | undefined;
  for (const arg of args) {
    const match = /^--([^=]+)(?:=(.*))?$/.exec(arg);
    if (match?.[1] === undefined) {
      folder = resolve(arg);
    } else {
      options.set(match[1], match[2] ?? "");
    }
  }
  return { options, folder };
}

async function runSuite(
  page: Page,
  server: CodeServer,
  options: ReadonlyMap<string, string>,
  folder: string | undefined,
): Promise<number> {
  await page.exposeFunction("codeAutomationLog", (type: string, args: unknown[]) => {
    (type === "error" || type === "warn" ? console.error : console.log)(...args);
  });
  const exited = new Promise<number>((exit) => {
    void page.exposeFunction("codeAutomationExit", exit);
  });
  if (process.env["DEBUG"]) {
    page.on("console", (message) => console.error(`[page] ${message.text().slice(0, 300)}`));
  }
  const development: Record<string, string> = {};
  for (const key of ["extensionDevelopmentPath", "extensionTestsPath"]) {
    const path = options.get(key);
    if (path !== undefined) {
      development[key] = resolve(path);
    }
  }
  await page.goto(server.address(folder, development));
  return exited;
}
