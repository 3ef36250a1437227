/**
 * The only reader of `workspace.getConfiguration`.
 *
 * package.json is the single source of keys, types and defaults; a key that it lacks does not compile. What a person
 * wrote by hand may still have another type, and then the default counts.
 */

import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import type manifest from "../../package.json";
import type { ModelRole } from "../domain/availableModel";
import type { EngineSettings, FolderSettings } from "../protocol/engine";

type Properties = (typeof manifest)["contributes"]["configuration"]["properties"];

type SettingKey = keyof Properties;

/** Settings whose change concerns the engine as a whole. */
const ENGINE_KEYS = [
  "cloister.index.location",
  "cloister.ollama.url",
  "cloister.ollama.allowRemote",
  "cloister.models.chat",
  "cloister.models.embedding",
  "cloister.models.contextWindow",
] as const satisfies readonly SettingKey[];

const FOLDER_KEYS = [
  "cloister.index.automatic",
  "cloister.index.exclude",
  "cloister.index.maxFileKiB",
] as const satisfies readonly SettingKey[];

const SMALLEST_CONTEXT_WINDOW = 2048;

function setting<Key extends SettingKey>(key: Key, scope?: vscode.ConfigurationScope): Properties[Key]["default"] {
  const configuration = vscode.workspace.getConfiguration(undefined, scope);
  const value: unknown = configuration.get(key);
  const fallback: unknown = configuration.inspect(key)?.defaultValue;
  const isUsable = typeof value === typeof fallback && Array.isArray(value) === Array.isArray(fallback);
  return (isUsable ? value : fallback) as Properties[Key]["default"]; // package.json gives every key a default
}

export function engineSettings(): EngineSettings {
  return {
    indexRoot: absolutePath(setting("cloister.index.location")),
    ollamaUrl: setting("cloister.ollama.url"),
    allowRemoteOllama: setting("cloister.ollama.allowRemote"),
    noOllama: false,
    chatModel: setting("cloister.models.chat").trim() || undefined,
    embeddingModel: setting("cloister.models.embedding").trim() || undefined,
    contextWindow: contextWindow(),
  };
}

/** 0 lets Cloister choose. */
function contextWindow(): number {
  const tokens = Math.round(setting("cloister.models.contextWindow"));
  return tokens <= 0 ? 0 : Math.max(SMALLEST_CONTEXT_WINDOW, tokens);
}

export function folderSettings(folder: vscode.Uri): FolderSettings {
  const exclude: readonly unknown[] = setting("cloister.index.exclude", folder);
  return {
    exclude: exclude.filter((pattern) => typeof pattern === "string"),
    maxFileKiB: Math.max(1, Math.round(setting("cloister.index.maxFileKiB", folder))),
  };
}

export function isIndexedAutomatically(folder: vscode.Uri): boolean {
  return setting("cloister.index.automatic", folder);
}

/** True where the setting names a folder that cannot be used because its path is not absolute. */
export function isIndexLocationIgnored(): boolean {
  const location = setting("cloister.index.location").trim();
  return location !== "" && absolutePath(location) === undefined;
}

/** Remembers a model for this machine, or for the workspace where that has a model of its own. */
export async function chooseModel(role: ModelRole, model: string): Promise<void> {
  const key: SettingKey = `cloister.models.${role}`;
  const configuration = vscode.workspace.getConfiguration();
  const isOwn = configuration.inspect(key)?.workspaceValue !== undefined;
  const { Global, Workspace } = vscode.ConfigurationTarget;
  await configuration.update(key, model, isOwn ? Workspace : Global);
}

export function onDidChangeEngineSettings(listener: () => void): vscode.Disposable {
  return onDidChange(ENGINE_KEYS, listener);
}

export function onDidChangeFolderSettings(listener: () => void): vscode.Disposable {
  return onDidChange(FOLDER_KEYS, listener);
}

function onDidChange(keys: readonly SettingKey[], listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (keys.some((key) => event.affectsConfiguration(key))) {
      listener();
    }
  });
}

function absolutePath(text: string): string | undefined {
  const path = text.trim().replace(/^~(?=$|[\\/])/, () => homedir());
  return isAbsolute(path) ? join(path) : undefined;
}
