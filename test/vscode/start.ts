/**
 * `npm start -- [folder]`: a real VS Code with this extension on a folder.
 *
 * An installed `code` if there is one; else the VS Code of the tests, served to this machine's browser alone, on a local
 * address that is printed.
 */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { startCodeServer } from "./codeServer";

const ROOT = resolve(__dirname, "../..");
const PROFILE = join(ROOT, ".vscode-test", "start");

async function main(): Promise<number> {
  const folder = resolve(process.env["INIT_CWD"] ?? ".", process.argv[2] ?? ".");
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    console.error(`${folder} is no folder. Name one that exists: npm start -- path/to/folder`);
    return 1;
  }
  return hasDesktopCode() ? startDesktop(folder) : startInBrowser(folder);
}

const isWindows = process.platform === "win32";

function hasDesktopCode(): boolean {
  return spawnSync("code", ["--version"], { stdio: "ignore", shell: isWindows }).status === 0;
}

function startDesktop(folder: string): number {
  const args = [`--extensionDevelopmentPath=${ROOT}`, "--new-window", folder];
  return spawnSync("code", args, { stdio: "inherit", shell: isWindows }).status ?? 1;
}

async function startInBrowser(folder: string): Promise<number> {
  const server = await startCodeServer({
    dataDir: writeSettingsOnce(join(PROFILE, "data")),
    extensionsDir: join(PROFILE, "extensions"),
    trustsAll: false,
    hasTestDriver: true, // without it the page may not name an extension in development
  });
  const address = server.address(folder, { extensionDevelopmentPath: ROOT });
  console.log(`VS Code with Cloister on ${folder}:\n\n  ${address}\n\nCtrl-C ends it.`);
  openBrowser(address);
  const interrupted = new Promise<void>((stop) => {
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    server.process.once("exit", () => stop());
  });
  await interrupted;
  await server.stop();
  return 0;
}

/** Our view in front, and no second chat beside it. A person's later changes to these settings stay. */
function writeSettingsOnce(dataDir: string): string {
  const settings = join(dataDir, "data", "User", "settings.json");
  if (!existsSync(settings)) {
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, JSON.stringify({ "chat.disableAIFeatures": true, "workbench.startupEditor": "none" }));
  }
  return dataDir;
}

/** A convenience: without a browser or a display the printed address is enough. */
function openBrowser(address: string): void {
  const [program, ...args] = { darwin: ["open"], win32: ["cmd", "/c", "start", ""] }[process.platform as string] ?? [
    "xdg-open",
  ];
  const opener = spawn(program ?? "xdg-open", [...args, address], { stdio: "ignore", detached: true });
  opener.once("error", () => console.log("(Open it in a browser; none could be started from here.)"));
  opener.unref();
}

void main().then((status) => {
  process.exitCode = status;
});
