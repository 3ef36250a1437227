/** One run of the command line: its options, its engine and its interruptions. */

import { resolve } from "node:path";
import { createEngineClient, type EngineClient } from "../client/engineClient";
import { requestLine } from "../client/requestLine";
import { DEFAULT_CONTEXT_WINDOW, DEFAULT_OLLAMA_URL } from "../protocol/defaultSettings";
import type { EngineSettings, FolderRef } from "../protocol/engine";
import { printable } from "./print";
import { createProgressLine, type ProgressLine, silentProgress } from "./progressLine";

/** Options that every command takes, as commander names them. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly indexDir?: string;
  readonly ollamaUrl?: string;
  readonly allowRemoteOllama?: boolean;
  readonly model?: string;
  readonly embeddingModel?: string;
  readonly contextWindow?: number;
  /** False for `--no-ollama`. */
  readonly ollama?: boolean;
  readonly exclude?: readonly string[];
  readonly maxFileKib?: number;
  readonly verbose?: boolean;
}

export interface Session {
  readonly engine: EngineClient;
  readonly isJson: boolean;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  readonly progress: ProgressLine;
  folderRef(folder: string): FolderRef;
  /** One JSON document, and nothing else, on stdout. */
  printJson(value: unknown): void;
  print(text: string): void;
  note(text: string): void;
}

export function engineSettings(options: CommonOptions): EngineSettings {
  return {
    indexRoot: options.indexDir === undefined ? undefined : resolve(options.indexDir),
    ollamaUrl: options.ollamaUrl ?? DEFAULT_OLLAMA_URL,
    allowRemoteOllama: options.allowRemoteOllama ?? false,
    noOllama: options.ollama === false,
    chatModel: options.model,
    embeddingModel: options.embeddingModel,
    contextWindow: options.contextWindow ?? DEFAULT_CONTEXT_WINDOW,
  };
}

function folderSettings({ exclude, maxFileKib }: CommonOptions): FolderRef["settings"] {
  return { ...(exclude && { exclude }), ...(maxFileKib && { maxFileKiB: maxFileKib }) };
}

/** Runs `command` with an engine of its own, which ends with it; a second Ctrl-C does not wait for that. */
export async function withSession(
  engineScript: string,
  options: CommonOptions,
  command: (session: Session) => Promise<void>,
): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => {
    if (interruption.signal.aborted) {
      process.exit(130);
    }
    interruption.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  const progress = options.json ? silentProgress : createProgressLine(process.stderr);
  const engine = createEngineClient({ engineScript, settings: engineSettings(options), isApart: true });
  engine.onLog(({ level, message }) => {
    if (options.verbose || (level !== "info" && !interruption.signal.aborted)) {
      progress.clear();
      process.stderr.write(`${level}: ${printable(message)}\n`);
    }
  });
  engine.onSentRequest((request) => {
    if (options.verbose) {
      progress.clear();
      process.stderr.write(`${requestLine(request)}\n`);
    }
  });
  try {
    await command({
      engine,
      isJson: options.json ?? false,
      signal: interruption.signal,
      progress,
      folderRef: (folder) => ({ folder: resolve(folder), settings: folderSettings(options) }),
      printJson: (value) => process.stdout.write(`${JSON.stringify(value)}\n`),
      print: (text) => {
        progress.clear();
        process.stdout.write(`${text}\n`);
      },
      note: (text) => {
        progress.clear();
        process.stderr.write(`${text}\n`);
      },
    });
  } catch (error) {
    interruption.signal.throwIfAborted(); // what fails by an interruption is no failure
    throw error;
  } finally {
    progress.clear();
    await engine.dispose();
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}
