/**
 * The chat's place in the side bar.
 *
 * Holds no conversation: the page is thrown away whenever the view is hidden or moved, and asks for everything again
 * when it is back.
 */

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { ToHost, ToWebview } from "../../protocol/webview";
import { chatPageHtml } from "./chatPage";
import { panelStrings } from "./panelStrings";
import { parseToHost } from "./parseToHost";

export interface ChatViewDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly onMessage: (message: ToHost) => void;
}

export class ChatView implements vscode.WebviewViewProvider {
  static readonly id = "cloister.chat";

  readonly #deps: ChatViewDeps;
  #view: vscode.WebviewView | undefined;
  /** True from `ready` until the page is thrown away. */
  #isDrawn = false;
  #focus: ToWebview | undefined;

  constructor(deps: ChatViewDeps) {
    this.#deps = deps;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const root = vscode.Uri.joinPath(this.#deps.extensionUri, "dist", "webview");
    const { webview } = view;
    this.#view = view;
    this.#isDrawn = false;
    webview.options = { enableScripts: true, enableCommandUris: false, localResourceRoots: [root] };
    webview.onDidReceiveMessage((raw: unknown) => this.#receive(raw));
    view.onDidChangeVisibility(() => {
      this.#isDrawn &&= view.visible; // a hidden page is thrown away
    });
    view.onDidDispose(() => {
      if (this.#view === view) {
        this.#view = undefined;
      }
    });
    webview.html = chatPageHtml({
      cspSource: webview.cspSource,
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(root, "chat.js")).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(root, "chat.css")).toString(),
      nonce: randomBytes(16).toString("base64url"),
      language: vscode.env.language,
      strings: panelStrings(),
    });
  }

  /** A page that is not drawn yet asks for everything when it is. */
  post(message: ToWebview): void {
    if (this.#isDrawn) {
      void this.#view?.webview.postMessage(message);
    }
  }

  /** Shows the chat and puts the cursor into its question. */
  async focus(draft?: string): Promise<void> {
    this.#focus = { type: "focus", draft };
    await vscode.commands.executeCommand(`${ChatView.id}.focus`);
    this.#passFocus();
  }

  #receive(raw: unknown): void {
    const message = parseToHost(raw);
    if (message === undefined) {
      this.#deps.log.warn("The chat page sent a message that is not in the protocol; it was dropped.");
      return;
    }
    this.#isDrawn ||= message.type === "ready";
    this.#deps.onMessage(message);
    this.#passFocus();
  }

  #passFocus(): void {
    if (this.#isDrawn && this.#focus) {
      this.post(this.#focus);
      this.#focus = undefined;
    }
  }
}
