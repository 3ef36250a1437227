/**
 * Runs one suite inside the extension host of a real VS Code: the desktop program that `CLOISTER_VSCODE` names, else the
 * headless one.
 *
 * Each run has its own settings, index folder and extensions, so that runs share nothing with each other or with the
 * person's own VS Code, and no Ollama is asked: answers are then passages, the same on every machine.
 */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Writable } from "node:stream";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";

const ROOT = resolve(__dirname, "../..");

export interface Run {
  /** File name in `suites/`, without its ending. */
  readonly suite: string;
  /** Files of each workspace folder, by folder name; one folder alone is opened as such, more as a workspace. */
  readonly folders: Readonly<Record<string, Files>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What the suite is told besides. */
  readonly environment?: Readonly<Record<string, string>>;
}

export type Files = Readonly<Record<string, string>>;

/**
 * @returns what VS Code printed.
 * @throws {Error} that says what failed in the suite.
 */
export async function runInVsCode(run: Run): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), "cloister-vscode-"));
  const report = join(scratch, "report.txt");
  const debuggingPort = await freePort();
  const output = new Transcript();
  try {
    const profile = createProfile(scratch, run.settings);
    await runTests({
      vscodeExecutablePath: process.env["CLOISTER_VSCODE"] ?? join(__dirname, "headless-code.mjs"),
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: await bundleSuite(run.suite),
      extensionTestsEnv: {
        CLOISTER_TEST_CDP: `http://127.0.0.1:${debuggingPort}`,
        CLOISTER_TEST_INDEXES: profile.indexes,
        CLOISTER_TEST_REPORT: report,
        ...run.environment,
      },
      launchArgs: [
        createWorkspace(join(scratch, "workspace"), run.folders),
        `--user-data-dir=${profile.userData}`,
        `--extensions-dir=${join(scratch, "extensions")}`,
        `--remote-debugging-port=${debuggingPort}`,
      ],
      stdout: output,
      stderr: output,
    });
    return output.text;
  } catch (error) {
    const failure = existsSync(report) ? readFileSync(report, "utf8") : output.text;
    throw new Error(`Suite ${run.suite} failed:\n${failure}`, { cause: error });
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

class Transcript extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    if (process.env["DEBUG"]) {
      process.stderr.write(chunk);
    }
    done();
  }
}

/** An address where nobody answers, so that a person's own Ollama is left alone. */
const NO_OLLAMA = "http://127.0.0.1:61434";

export interface Profile {
  readonly userData: string;
  readonly indexes: string;
}

/** A user's data folder with settings in it, where a desktop VS Code and code-server alike look for them. */
export function createProfile(scratch: string, settings: Readonly<Record<string, unknown>> = {}): Profile {
  const profile = { userData: join(scratch, "user-data"), indexes: join(scratch, "indexes") };
  const text = JSON.stringify({
    "cloister.index.location": profile.indexes,
    "cloister.ollama.url": NO_OLLAMA,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
    "telemetry.telemetryLevel": "off",
    "extensions.ignoreRecommendations": true,
    "chat.disableAIFeatures": true,
    ...settings,
  });
  for (const file of ["User/settings.json", "data/User/settings.json", "data/Machine/settings.json"]) {
    writeFile(join(profile.userData, file), text);
  }
  return profile;
}

/** @returns what to open: the folder, or a workspace file when there are several. */
export function createWorkspace(parent: string, folders: Readonly<Record<string, Files>>): string {
  for (const [name, files] of Object.entries(folders)) {
    for (const [path, text] of Object.entries(files)) {
      writeFile(join(parent, name, path), text);
    }
  }
  const names = Object.keys(folders);
  if (names.length === 1) {
    return join(parent, ...names);
  }
  const workspaceFile = join(parent, "test.code-workspace");
  writeFile(workspaceFile, JSON.stringify({ folders: names.map((path) => ({ path })) }));
  return workspaceFile;
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Inside the repository, where the suite finds Playwright. */
async function bundleSuite(suite: string): Promise<string> {
  const outfile = join(ROOT, ".vscode-test", "suites", `${suite}.js`);
  await build({
    entryPoints: [join(__dirname, "suites", `${suite}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode", "playwright-core"],
    sourcemap: "inline",
    logLevel: "silent",
  });
  return outfile;
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => found(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
