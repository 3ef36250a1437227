/**
 * Entry point in the extension host: construct, register, return.
 *
 * Activation awaits nothing and loads nothing native: the engine is a process of its own that starts when a trusted
 * folder is there to index, so that opening a window never waits for the index.
 */

import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { l10n } from "vscode";
import { createEngineClient, type EngineClient } from "../client/engineClient";
import { requestLine } from "../client/requestLine";
import { ChatPanel } from "./chat/chatPanel";
import { ChatSession } from "./chat/chatSession";
import { ChatStore } from "./chat/chatStore";
import { ModelChoice } from "./chat/modelChoice";
import { OpenChats } from "./chat/openChats";
import { registerCommands } from "./commands";
import { registerExplainActions } from "./explain/explainActions";
import { askBeforeEmbedding } from "./indexing/askBeforeEmbedding";
import { followWorkspace } from "./indexing/followWorkspace";
import { indexOverview } from "./indexing/indexOverview";
import { situationNotice } from "./indexing/indexView";
import { WorkspaceIndex } from "./indexing/workspaceIndex";
import { engineSettings, isIndexLocationIgnored, onDidChangeEngineSettings } from "./settings";
import { createStatusBar } from "./statusBar";
import { errorNotice, noModelNotice, nothingFoundNotice, nothingSolidNotice } from "./words/errorWords";
import { folderName, openFiles, situation, unsavedTexts } from "./workspaceFolders";

/** What has to end in order, and be waited for, when the window closes. */
let closing: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const startedAt = performance.now();
  const log = vscode.window.createOutputChannel("Cloister", { log: true });
  const networkLog = vscode.window.createOutputChannel("Cloister Network");
  const engine = createEngineClient({
    engineScript: context.asAbsolutePath("dist/engine.js"),
    settings: engineSettings(),
  });
  const index = new WorkspaceIndex({
    engine,
    openFiles,
    onProblem: (folder, problem) => log.warn(`${folder}: ${errorNotice(problem).message}`),
  });
  const store = new ChatStore({
    directory: context.storageUri && vscode.Uri.joinPath(context.storageUri, "chats").fsPath,
    onProblem: (what, error) => log.error(`${what} ${String(error)}`),
  });
  const openChats = new OpenChats(store, context.workspaceState);
  const session = createSession(engine, index, openChats, log);
  const model = new ModelChoice(engine);
  const panel = new ChatPanel({ extensionUri: context.extensionUri, engine, index, session, model, log });
  const embeddingQuestion = askBeforeEmbedding(index, log);

  context.subscriptions.push(
    log,
    networkLog,
    index,
    session,
    model,
    panel,
    createStatusBar(index),
    registerExplainActions(),
    registerCommands({
      engine,
      index,
      session,
      panel,
      model,
      embeddingQuestion,
      store,
      openChats,
      log,
      networkLog,
      extensionId: context.extension.id,
    }),
    followWorkspace(index),
    followEngineSettings(engine, index, panel),
    logEngine(engine, log),
    engine.onSentRequest((request) => networkLog.appendLine(requestLine(request))),
    showPaused(index),
    embeddingQuestion,
  );
  closing = async () => {
    session.dispose();
    await store.flush();
    await engine.dispose();
  };
  restoreChat(openChats, session, panel, log);
  log.info(`Activated in ${(performance.now() - startedAt).toFixed(1)} ms.`);
}

export async function deactivate(): Promise<void> {
  await closing?.();
}

function createSession(
  engine: EngineClient,
  index: WorkspaceIndex,
  openChats: OpenChats,
  log: vscode.LogOutputChannel,
): ChatSession {
  return new ChatSession({
    engine,
    askContext: () => {
      const where = situation();
      return where === "ready"
        ? { folders: index.folders, unsaved: unsavedTexts() }
        : { unavailable: situationNotice(where) };
    },
    words: {
      failed: errorNotice,
      withoutModel: noModelNotice,
      nothingFound: nothingFoundNotice,
      nothingSolid: nothingSolidNotice,
    },
    folderName,
    save: (chat) => openChats.save(chat),
    onFailure: (error) => log.error(error instanceof Error ? error : String(error)),
    newId: randomUUID,
    now: Date.now,
  });
}

function restoreChat(openChats: OpenChats, session: ChatSession, panel: ChatPanel, log: vscode.LogOutputChannel): void {
  openChats.restore(session).then(
    (isRestored) => {
      if (isRestored) {
        panel.showAll();
      }
    },
    (error: unknown) => log.error(`The last chat could not be opened again: ${String(error)}`),
  );
}

function followEngineSettings(engine: EngineClient, index: WorkspaceIndex, panel: ChatPanel): vscode.Disposable {
  let { indexRoot } = engineSettings();
  warnOfIndexLocation();
  return onDidChangeEngineSettings(() => {
    const settings = engineSettings();
    engine.configure(settings);
    if (settings.indexRoot !== indexRoot) {
      indexRoot = settings.indexRoot;
      warnOfIndexLocation();
      index.reopen();
    }
    panel.refresh();
  });
}

function warnOfIndexLocation(): void {
  if (isIndexLocationIgnored()) {
    void vscode.window.showWarningMessage(
      l10n.t("The setting cloister.index.location is not an absolute path, so your data folder is used instead."),
    );
  }
}

function logEngine(engine: EngineClient, log: vscode.LogOutputChannel): vscode.Disposable {
  const entries = engine.onLog(({ level, message }) => log[level](`engine: ${message}`));
  const states = engine.onStateChange((state, cause) =>
    log.info(`The engine is ${state}${cause ? `: ${errorNotice(cause).message}` : ""}.`),
  );
  return vscode.Disposable.from(entries, states);
}

/** Tells the menus whether there is something to pause or to resume. */
function showPaused(index: WorkspaceIndex): vscode.Disposable {
  let shown: boolean | undefined;
  const subscription = index.onChange(() => {
    const isPaused = indexOverview(index.states, undefined).progress?.phase === "paused";
    if (isPaused !== shown) {
      shown = isPaused;
      void vscode.commands.executeCommand("setContext", "cloister.isPaused", isPaused);
    }
  });
  return vscode.Disposable.from(subscription);
}
