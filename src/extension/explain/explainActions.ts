/** Offers Explain Selection in the light bulb, and only where something is selected. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import { fileInFolder } from "../workspaceFolders";

const KIND = vscode.CodeActionKind.RefactorRewrite.append("cloister.explain");

export function registerExplainActions(): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    { scheme: "file" },
    { provideCodeActions },
    { providedCodeActionKinds: [KIND] },
  );
}

function provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
  if (range.isEmpty || !vscode.workspace.isTrusted || !fileInFolder(document.uri)) {
    return [];
  }
  const title = l10n.t("Explain with Cloister");
  const action = new vscode.CodeAction(title, KIND);
  action.command = { command: "cloister.explainSelection", title };
  return [action];
}
