/** The browser that the tests drive. */

import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { installOnce, npmInstall } from "./toolCache";

const PACKAGED_VERSION = "153.0.0";

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
 * @returns the path of `$CHROMIUM_PATH`, of an installed browser, or of one from npm, which is fetched on first use.
 * @throws {Error} that says how to get one.
 */
export async function findChromium(): Promise<string> {
  const found = [process.env["CHROMIUM_PATH"] ?? "", ...PLACES].find((path) => path !== "" && existsSync(path));
  return found ?? (await packagedChromium());
}

/**
 * The browser of the npm package `@sparticuz/chromium`, with the libraries and fonts it brings for systems that have
 * none: it unpacks those only where it believes to run in a cloud function.
 */
async function packagedChromium(): Promise<string> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("No Chromium was found. Install Chrome or Chromium, or set CHROMIUM_PATH to one.");
  }
  const folder = await installOnce(`chromium-${PACKAGED_VERSION}`, async (installing) => {
    await npmInstall(installing, `@sparticuz/chromium@${PACKAGED_VERSION}`);
    const unpack = 'import("@sparticuz/chromium").then(({ default: chromium }) => chromium.executablePath())';
    await promisify(execFile)(process.execPath, ["--eval", unpack], {
      cwd: installing,
      env: { ...process.env, TMPDIR: installing, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" },
    });
    writeFileSync(join(installing, "run.sh"), RUN_PACKAGED, { mode: 0o755 });
  });
  return join(folder, "run.sh");
}

/** The system's own libraries and fonts come first. */
const RUN_PACKAGED = `#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/usr/lib64:$here/al2023/lib"
[ -d /etc/fonts ] || export FONTCONFIG_PATH="$here/fonts"
exec "$here/chromium" "$@"
`;
