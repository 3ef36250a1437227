/** The browser that the tests drive. */

import { existsSync } from "node:fs";

/** Where Debian, Ubuntu, Fedora, macOS and Windows put a Chromium or a Chrome. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** No sandbox, as containers have none; nothing that calls home. */
export const CHROMIUM_ARGUMENTS: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
];

/**
 * @returns the path of `$CHROMIUM_PATH`, of an installed browser, or of the one in the npm package
 *   `@sparticuz/chromium`, which is unpacked on first use.
 * @throws {Error} that says how to get one.
 */
export async function findChromium(): Promise<string> {
  const found = [process.env["CHROMIUM_PATH"] ?? "", ...PLACES].find((path) => path !== "" && existsSync(path));
  return found ?? (await packagedChromium());
}

async function packagedChromium(): Promise<string> {
  const name = "@sparticuz/chromium"; // not a dependency: 67 MB that most machines do not need
  try {
    const packaged = (await import(name)) as { default: { executablePath(): Promise<string> } };
    return await packaged.default.executablePath();
  } catch (cause) {
    throw new Error(`No Chromium was found. Install one, set CHROMIUM_PATH, or run: npm install --no-save ${name}`, {
      cause,
    });
  }
}
