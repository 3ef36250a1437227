/** The browser that shows the workbench where there is no desktop VS Code. */

import { type Browser, chromium } from "playwright-core";
import { CHROMIUM_ARGUMENTS, findChromium } from "../support/chromium";

/** @param debuggingPort where a suite can reach the page from inside the extension host. */
export async function launchBrowser(debuggingPort?: string): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    args: [
      ...CHROMIUM_ARGUMENTS,
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1", // no marketplace, no telemetry
      ...(debuggingPort === undefined ? [] : [`--remote-debugging-port=${debuggingPort}`]),
    ],
  });
}
