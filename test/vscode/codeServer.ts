/**
 * A real VS Code without a display: the server and workbench that the npm package `code-server` carries.
 *
 * It is installed into `.vscode-test/` on first use, as `@vscode/test-electron` does with its download, because as a
 * dependency its install script would compile for minutes. The version is pinned: with an older Node, npm would
 * silently pick a VS Code that is older than this extension asks for.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { installOnce, npmInstall } from "../support/toolCache";

const VERSION = "4.139.1";
const VSCODE = "node_modules/code-server/lib/vscode";

/** How long a server may take to listen; a cold start on two busy cores takes about ten seconds. */
const START_TIMEOUT_MS = 120_000;

export interface CodeServerOptions {
  /** Holds the server's own data and, under `data/User`, the user's settings. */
  readonly dataDir: string;
  readonly extensionsDir: string;
  /** Open every folder trusted, without asking. */
  readonly trustsAll: boolean;
  /** 0 for any free port. */
  readonly port?: number;
  /** Lets a page name an extension in development and a test suite to run in its extension host. */
  readonly hasTestDriver?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

export interface CodeServer {
  readonly port: number;
  readonly process: ChildProcess;
  /** @param development extension and test suite to load, absolute paths. */
  address(folder: string | undefined, development?: Readonly<Record<string, string>>): string;
  stop(): Promise<void>;
}

/** @returns the server's program, for Node; installing it takes about half a minute. */
export async function codeServerProgram(): Promise<string> {
  const installed = await installOnce(`code-server-${VERSION}`, async (folder) => {
    await npmInstall(folder, `code-server@${VERSION}`);
    await npmInstall(join(folder, VSCODE), "--omit=dev");
  });
  return join(installed, VSCODE, "out/server-main.js");
}

export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const server = await codeServerProgram();
  mkdirSync(options.extensionsDir, { recursive: true });
  const child = spawn(process.execPath, [server, ...serverArguments(options)], {
    stdio: ["ignore", "pipe", process.env["DEBUG"] ? "inherit" : "ignore"], // it complains about bindings it can do without
    env: { ...process.env, ...options.env },
  });
  const port = await listeningPort(child);
  return {
    port,
    process: child,
    address: (folder, development) => address(port, folder, development),
    stop: () => stop(child),
  };
}

function serverArguments(options: CodeServerOptions): string[] {
  return [
    "--without-connection-token", // the address below is this machine's own
    "--accept-server-license-terms",
    "--disable-telemetry",
    "--host=127.0.0.1",
    `--port=${options.port ?? 0}`,
    `--server-data-dir=${options.dataDir}`,
    `--extensions-dir=${options.extensionsDir}`,
    ...(options.trustsAll ? ["--disable-workspace-trust"] : []),
    ...(options.hasTestDriver ? ["--enable-smoke-test-driver"] : []),
  ];
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((found, failed) => {
    const timer = setTimeout(() => failed(new Error("code-server does not listen")), START_TIMEOUT_MS);
    let output = "";
    child.once("exit", (code) => failed(new Error(`code-server ended with ${code}:\n${output}`)));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const port = /http:\/\/[^:\s]+:(\d+)/.exec(output)?.[1] ?? /listening on (\d+)/.exec(output)?.[1];
      if (port !== undefined) {
        clearTimeout(timer);
        found(Number(port));
      }
    });
  });
}

function address(port: number, folder: string | undefined, development: Readonly<Record<string, string>> = {}): string {
  const origin = `http://localhost:${port}`;
  const parameters = new URLSearchParams();
  if (folder !== undefined) {
    parameters.set(folder.endsWith(".code-workspace") ? "workspace" : "folder", folder);
  }
  const remote = Object.entries(development).map(([key, path]) => [key, `vscode-remote://localhost:${port}${path}`]);
  if (remote.length > 0) {
    parameters.set("payload", JSON.stringify(remote));
  }
  return `${origin}/?${parameters.toString()}`;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await ended;
}
