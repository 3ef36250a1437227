/** Explain Selection: the selected lines become the first source of a question about them. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import type { Selection } from "../../protocol/engine";
import type { ChatPanel } from "../chat/chatPanel";
import { fileInFolder, normalised } from "../workspaceFolders";
import { selectedLines, selectedPiece } from "./selectedLines";

export async function explainSelection(panel: ChatPanel): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.selection.isEmpty) {
    void vscode.window.showInformationMessage(l10n.t("Select some code first."));
    return;
  }
  const selection = selectionOf(editor);
  if (!selection) {
    void vscode.window.showInformationMessage(
      l10n.t("This file is not in a folder of this window. Open its folder, or save it in one."),
    );
    return;
  }
  await panel.ask(questionAbout(editor), selection);
}

function selectionOf({ document, selection }: vscode.TextEditor): Selection | undefined {
  const file = fileInFolder(document.uri);
  if (!file) {
    return undefined;
  }
  const { startLine, endLine } = selectedLines(selection.start, selection.end);
  const lines = new vscode.Range(new vscode.Position(startLine - 1, 0), document.lineAt(endLine - 1).range.end);
  return { ...file, startLine, endLine, text: normalised(document.getText(lines)), language: document.languageId };
}

function questionAbout({ document, selection }: vscode.TextEditor): string {
  const piece = selection.isSingleLine
    ? selectedPiece(document.getText(selection), document.lineAt(selection.start.line).text)
    : undefined;
  return piece ? l10n.t("Explain `{0}` in this line.", piece) : l10n.t("Explain this code.");
}
