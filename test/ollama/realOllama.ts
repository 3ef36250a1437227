/**
 * Finds or starts a real Ollama server with the models that the tests need.
 *
 * In this order: the server named by CLOISTER_TEST_OLLAMA; one that runs at Ollama's usual address and has the models;
 * one built by real-ollama.sh, where Go is installed. Where there is none of them, the tests are skipped and say why.
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createGuardedFetch } from "../../src/adapters/ollama/guardedFetch";
import { createOllamaClient } from "../../src/adapters/ollama/ollamaClient";
import { findModel } from "../../src/core/answering/model/chooseModel";
import type { ChatServer } from "../../src/core/modelPorts";
import { EngineError } from "../../src/domain/errors";
import { closedPort } from "../support/httpServer";

export const EMBEDDER = "all-minilm";
export const BASE_MODEL = "gemma3:270m";
export const ANSWERER = "small-answerer";

const SCRIPT = resolve(__dirname, "real-ollama.sh");
const BUILT = resolve(__dirname, "../../.vscode-test/ollama");
const USUAL_URL = "http://127.0.0.1:11434";

/** Building may take this long on a slow machine. */
export const BUILD_MS = 30 * 60_000;

export interface RealOllama {
  readonly server: ChatServer;
  stop(): void;
}

export const connect = (url: string): ChatServer =>
  createOllamaClient({ url, send: createGuardedFetch({ baseUrl: url, allowRemote: false }) });

/** Makes a model of the base model's weights behind another template, which says what it can: `.Thinking` that it thinks. */
export async function createFromTemplate({ url }: ChatServer, model: string, template: string): Promise<void> {
  const send = createGuardedFetch({ baseUrl: url, allowRemote: false });
  const parameters = { temperature: 0, stop: ["Question:"] };
  const body = JSON.stringify({ model, from: BASE_MODEL, template, parameters, stream: false });
  const response = await send(`${url}/api/create`, { method: "POST", body });
  if (!response.ok) {
    throw new Error(`${model} could not be made: ${await response.text()}`);
  }
}

/** @returns undefined where there is no server and nothing to build one with. */
export async function realOllama(): Promise<RealOllama | undefined> {
  const named = process.env["CLOISTER_TEST_OLLAMA"];
  const running = connect(named ?? USUAL_URL);
  if (await hasModels(running)) {
    return { server: running, stop: () => undefined };
  }
  if (named !== undefined) {
    throw new Error(`CLOISTER_TEST_OLLAMA: ${named} has not all of ${EMBEDDER}, ${BASE_MODEL}, ${ANSWERER}`);
  }
  return canBuild() ? startBuilt() : undefined;
}

async function hasModels(server: ChatServer): Promise<boolean> {
  try {
    const models = await server.models(new AbortController().signal);
    return [EMBEDDER, BASE_MODEL, ANSWERER].every((name) => findModel(models, name) !== undefined);
  } catch (error) {
    if (error instanceof EngineError) {
      return false;
    }
    throw error;
  }
}

function canBuild(): boolean {
  if (existsSync(resolve(BUILT, "models.done"))) {
    return true;
  }
  try {
    execFileSync("go", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false; // no Go on this machine
  }
}

async function startBuilt(): Promise<RealOllama> {
  execFileSync("bash", [SCRIPT, BUILT], { stdio: ["ignore", "inherit", "inherit"] });
  const port = await closedPort();
  const child = spawn("bash", [SCRIPT, BUILT, "serve"], {
    env: { ...process.env, OLLAMA_HOST: `127.0.0.1:${port}`, OLLAMA_NO_CLOUD: "1" },
    stdio: "ignore",
  });
  const server = connect(`http://127.0.0.1:${port}`);
  while (!(await hasModels(server))) {
    if (child.exitCode !== null) {
      throw new Error(`Ollama ended with status ${child.exitCode}`);
    }
    await new Promise((next) => setTimeout(next, 200));
  }
  return { server, stop: () => stopChild(child) };
}

function stopChild(child: ChildProcess): void {
  child.kill("SIGTERM"); // Ollama ends its runners itself
}
