/** Every command: its identifier on the left, what it does on the right. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import type { EngineClient } from "../client/engineClient";
import type { PanelAction } from "../protocol/webview";
import { ACTION_COMMANDS, actionLabel } from "./actions";
import type { ChatPanel } from "./chat/chatPanel";
import type { ChatSession } from "./chat/chatSession";
import type { ChatStore } from "./chat/chatStore";
import type { ModelChoice } from "./chat/modelChoice";
import type { OpenChats } from "./chat/openChats";
import { pickChat } from "./chat/showChats";
import { type Disposable, DisposableStore } from "./disposables";
import { explainSelection } from "./explain/explainSelection";
import type { EmbeddingQuestion } from "./indexing/askBeforeEmbedding";
import { excludeFromIndex } from "./indexing/excludeFromIndex";
import { indexOverview } from "./indexing/indexOverview";
import { situationNotice } from "./indexing/indexView";
import { showDoctor } from "./indexing/showDoctor";
import { showSkippedFiles } from "./indexing/showSkippedFiles";
import type { WorkspaceIndex } from "./indexing/workspaceIndex";
import { chooseModels } from "./models/chooseModels";
import { deleteModel } from "./models/deleteModel";
import { installModel } from "./models/installModel";
import { showError } from "./showError";
import { situation } from "./workspaceFolders";

export interface CommandDeps {
  readonly engine: EngineClient;
  readonly index: WorkspaceIndex;
  readonly session: ChatSession;
  readonly panel: ChatPanel;
  readonly model: ModelChoice;
  readonly embeddingQuestion: EmbeddingQuestion;
  readonly store: ChatStore;
  readonly openChats: OpenChats;
  readonly log: vscode.LogOutputChannel;
  readonly networkLog: vscode.OutputChannel;
  readonly extensionId: string;
}

const OLLAMA_DOWNLOAD = "https://ollama.com/download";

export function registerCommands(deps: CommandDeps): Disposable {
  const { engine, index, panel, model, log, networkLog } = deps;
  const always: Record<string, (...args: never[]) => unknown> = {
    "cloister.ask": () => panel.focus(),
    "cloister.newChat": () => newChat(deps),
    "cloister.showChats": () => showChats(deps),
    "cloister.installOllama": () => vscode.env.openExternal(vscode.Uri.parse(OLLAMA_DOWNLOAD)),
    "cloister.openSettings": () =>
      vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${deps.extensionId}`),
    "cloister.showLog": () => log.show(),
    "cloister.showNetworkLog": () => networkLog.show(),
  };
  const withFolders: Record<string, (...args: never[]) => unknown> = {
    "cloister.explainSelection": () => explainSelection(panel),
    "cloister.refreshIndex": async () => {
      await index.index(false);
      await index.embed();
    },
    "cloister.rebuildIndex": () => index.index(true),
    "cloister.pauseIndexing": () => index.pause(),
    "cloister.resumeIndexing": () => index.resume(),
    "cloister.excludeFromIndex": (uri?: vscode.Uri, uris?: vscode.Uri[]) =>
      excludeFromIndex(uris ?? (uri ? [uri] : [])),
    "cloister.showSkippedFiles": () => showSkippedFiles(engine, index.folders),
    "cloister.doctor": () => showDoctor(engine, index.folders),
    "cloister.showIndexActions": () => showIndexActions(index),
    "cloister.chooseModel": () => chooseModels(model, index.states, deps.embeddingQuestion),
    "cloister.installModel": () => installModel(engine, model),
    "cloister.deleteModel": () => deleteModel(engine, model),
    "cloister.retryOllama": () => retryOllama(deps),
    "cloister.askAnyway": () => deps.session.retry({ anyway: true }),
    "cloister.restartEngine": () => engine.restart(),
  };
  const disposables = new DisposableStore();
  const register = (id: string, run: (...args: never[]) => unknown) =>
    disposables.add(vscode.commands.registerCommand(id, guarded(run, log)));
  for (const [id, run] of Object.entries(always)) {
    register(id, run);
  }
  for (const [id, run] of Object.entries(withFolders)) {
    register(id, (...args) => (situation() === "ready" ? run(...args) : sayWhyNot()));
  }
  return disposables;
}

/** A failure of a command is shown to the person who gave it. */
function guarded(run: (...args: never[]) => unknown, log: vscode.LogOutputChannel) {
  return async (...args: never[]) => {
    try {
      await run(...args);
    } catch (error) {
      await showError(error, log);
    }
  };
}

async function sayWhyNot(): Promise<void> {
  const where = situation();
  if (where === "ready") {
    return;
  }
  const { message, action } = situationNotice(where);
  const choice = await vscode.window.showInformationMessage(message, ...(action ? [action.label] : []));
  if (action && choice === action.label) {
    await vscode.commands.executeCommand(ACTION_COMMANDS[action.action]);
  }
}

async function newChat({ panel, openChats }: CommandDeps): Promise<void> {
  await panel.newChat();
  openChats.remember(undefined);
}

async function showChats(deps: CommandDeps): Promise<void> {
  const { store, session, panel, openChats } = deps;
  const chat = await pickChat(store, (id) => {
    if (id === session.chatId) {
      session.newChat();
      openChats.remember(undefined);
      panel.showAll();
    }
  });
  if (chat && chat.id !== session.chatId) {
    session.open(chat);
    openChats.remember(chat.id);
    panel.showAll();
  }
  if (chat) {
    await panel.focus();
  }
}

/** Looks for Ollama again, and asks again what could not be answered without it. */
async function retryOllama({ model, session }: CommandDeps): Promise<void> {
  const { problem } = await model.refresh();
  const last = session.turns.at(-1);
  const wantsAnswer = last?.state === "failed" || last?.result?.noModel !== undefined;
  if (wantsAnswer && (last.state === "failed" || problem === undefined)) {
    await session.continueAnswer(); // asks again where nothing was written yet
  }
}

async function showIndexActions(index: WorkspaceIndex): Promise<void> {
  const { progress, health } = indexOverview(index.states, index.engineProblem);
  const isPaused = progress?.phase === "paused";
  const actions: PanelAction[] = [
    isPaused ? "resume" : "pause",
    "index",
    "rebuild",
    "showSkipped",
    "chooseModel",
    "openSettings",
    "doctor",
    "showLog",
    "restartEngine",
  ];
  const picked = await vscode.window.showQuickPick(
    actions.map((action) => ({ label: actionLabel(action), action })),
    { title: health === "none" ? l10n.t("Cloister: nothing is indexed yet") : l10n.t("Cloister index") },
  );
  if (picked) {
    await vscode.commands.executeCommand(ACTION_COMMANDS[picked.action]);
  }
}
