/** Joins the conversation, the index and the view: tells the panel what there is, and does what it asks for. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import type { EngineClient } from "../../client/engineClient";
import { requests, type Selection } from "../../protocol/engine";
import type { PanelState, ToHost, ToWebview } from "../../protocol/webview";
import { ACTION_COMMANDS } from "../actions";
import { type Disposable, DisposableStore } from "../disposables";
import { indexView } from "../indexing/indexView";
import type { WorkspaceIndex } from "../indexing/workspaceIndex";
import { ollamaHost } from "../ollamaHost";
import { remoteLabel } from "../remote";
import { engineSettings } from "../settings";
import { showError } from "../showError";
import { situation } from "../workspaceFolders";
import type { ChatSession } from "./chatSession";
import { ChatView } from "./chatView";
import type { ModelChoice } from "./modelChoice";
import { openSource } from "./openSource";
import { readmeTitle } from "./readmeTitle";
import { webAddress } from "./webAddress";

export interface ChatPanelDeps {
  readonly extensionUri: vscode.Uri;
  readonly engine: EngineClient;
  readonly index: WorkspaceIndex;
  readonly session: ChatSession;
  readonly model: ModelChoice;
  readonly log: vscode.LogOutputChannel;
}

export class ChatPanel implements Disposable {
  readonly #deps: ChatPanelDeps;
  readonly #view: ChatView;
  readonly #disposables = new DisposableStore();
  #examples: readonly string[] = [];
  /** The folders that the examples were made from. */
  #examplesFor: string | undefined;

  constructor(deps: ChatPanelDeps) {
    this.#deps = deps;
    const { extensionUri, log, session, index, model } = deps;
    this.#view = new ChatView({ extensionUri, log, onMessage: (message) => this.#receive(message) });
    const showIndex = () => this.#showIndex();
    for (const subscription of [
      vscode.window.registerWebviewViewProvider(ChatView.id, this.#view),
      session.onMessage((message) => {
        this.#view.post(message);
        this.#noticeModel(message);
      }),
      index.onChange(showIndex),
      model.onChange(showIndex),
      vscode.workspace.onDidChangeWorkspaceFolders(showIndex),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
    ]) {
      this.#disposables.add(subscription);
    }
  }

  focus(draft?: string): Promise<void> {
    return this.#view.focus(draft);
  }

  async newChat(): Promise<void> {
    this.#deps.session.newChat();
    this.showAll();
    await this.focus();
  }

  /** Shows the chat and asks about a selection. */
  async ask(question: string, selection: Selection): Promise<void> {
    await this.focus();
    await this.#deps.session.ask(question, selection);
  }

  /** The whole state again, after another chat was opened. */
  showAll(): void {
    this.#view.post({ type: "state", state: this.#state() });
  }

  /** The whole state again, with the model that answers now. */
  refresh(): void {
    this.showAll();
    this.#refreshModel();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #state(): PanelState {
    const { index, session, model } = this.#deps;
    return {
      index: indexView(index),
      turns: session.turns,
      examples: this.#examples,
      model: model.name,
      remoteName: remoteLabel(),
      ollamaHost: ollamaHost(engineSettings()),
    };
  }

  #receive(message: ToHost): void {
    this.#do(message).catch((error: unknown) => void showError(error, this.#deps.log));
  }

  async #do(message: ToHost): Promise<void> {
    const { session } = this.#deps;
    switch (message.type) {
      case "ready":
        return this.refresh();
      case "writing":
        return this.#deps.index.reconcile();
      case "ask":
        return this.#ask(message.question);
      case "stop":
        return session.stop();
      case "retry":
        return session.retry();
      case "continue":
        return session.continueAnswer();
      case "newChat":
        return this.newChat();
      case "openSource":
        return this.#openSource(message.turnId, message.n, message.toSide);
      case "copyAnswer":
        return vscode.env.clipboard.writeText(session.answerMarkdown(message.turnId) ?? "");
      case "openExternal":
        return this.#openExternal(message.url);
      case "act":
        await vscode.commands.executeCommand(ACTION_COMMANDS[message.action]);
    }
  }

  /** Nobody asked for this, so a failure is only logged; why there is no model is said with the answer. */
  #refreshModel(): void {
    const { model, log } = this.#deps;
    if (situation() === "ready") {
      model.refresh().catch((error: unknown) => log.warn(`The models cannot be listed: ${String(error)}`));
    }
  }

  async #ask(text: string): Promise<void> {
    const question = text.trim();
    if (question !== "") {
      await this.#deps.session.ask(question);
    }
  }

  /** An answer may show that there is another model than before, or none any more. */
  #noticeModel(message: ToWebview): void {
    if (message.type !== "turn") {
      return;
    }
    const { state, result } = message.turn;
    if (state === "done" && result && result.model !== this.#deps.model.name) {
      this.#refreshModel();
    }
  }

  async #openSource(turnId: string, n: number, toSide: boolean): Promise<void> {
    const { engine, index, session } = this.#deps;
    const source = session.source(turnId, n);
    if (!source) {
      return;
    }
    if (index.folders.some(({ folder }) => folder === source.folder)) {
      await openSource(engine, source, toSide);
    } else {
      // A chat of before may cite a folder that was removed, or that is not trusted now.
      void vscode.window.showInformationMessage(l10n.t("{0} is not a folder that can be read here.", source.folder));
    }
  }

  /** VS Code shows the address and asks before it leaves the editor. */
  async #openExternal(url: string): Promise<void> {
    const address = webAddress(url);
    if (address) {
      await vscode.env.openExternal(vscode.Uri.parse(address, true));
    }
  }

  #showIndex(): void {
    const { index, model } = this.#deps;
    this.#view.post({ type: "index", index: indexView(index), model: model.name, examples: this.#examples });
    this.#makeExamples().catch((error: unknown) => {
      this.#deps.log.warn(`No example questions could be made: ${String(error)}`);
    });
  }

  /** Once for each set of folders, as soon as there is something to search. */
  async #makeExamples(): Promise<void> {
    const { engine, index } = this.#deps;
    const { folders } = index;
    const key = folders.map(({ folder }) => folder).join("\n");
    const isSearchable = folders.length > 0 && index.states.every(({ status }) => status?.health === "ready");
    if (!isSearchable || key === this.#examplesFor) {
      return;
    }
    this.#examplesFor = key;
    const [first] = folders;
    if (first === undefined) {
      return;
    }
    const { readme, symbol, test } = await engine.request(requests.examples, { folder: first });
    const title = readme && readmeTitle(await textOf(first.folder, readme));
    this.#examples = [
      title && l10n.t("What is {0} for?", title),
      symbol && l10n.t("How does {0} work?", symbol),
      test && l10n.t("What does {0} test?", test),
    ].filter((example) => example !== undefined);
    this.#showIndex();
  }
}

async function textOf(folder: string, path: string): Promise<string> {
  return new TextDecoder().decode(
    await vscode.workspace.fs.readFile(vscode.Uri.joinPath(vscode.Uri.file(folder), path)),
  );
}
