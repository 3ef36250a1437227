/**
 * Leaves files and folders out of the index.
 *
 * They go into the folder's `.cloisterignore` and not into the settings, because the command line shares the index
 * and has to leave out the same files.
 */

import * as vscode from "vscode";
import { l10n } from "vscode";
import { fileInFolder } from "../workspaceFolders";
import { ignorePattern, withPatterns } from "./ignorePattern";

const FILE_NAME = ".cloisterignore";

/** The index follows as it does when anybody changes that file. */
export async function excludeFromIndex(uris: readonly vscode.Uri[]): Promise<void> {
  const patterns = await patternsByFolder(uris);
  const changed: vscode.Uri[] = [];
  for (const [folder, lines] of patterns) {
    const file = vscode.Uri.joinPath(vscode.Uri.file(folder), FILE_NAME);
    if (await addLines(file, lines)) {
      changed.push(file);
    }
  }
  await announce(patterns, changed[0]);
}

async function patternsByFolder(uris: readonly vscode.Uri[]): Promise<Map<string, string[]>> {
  const patterns = new Map<string, string[]>();
  for (const uri of uris) {
    const file = fileInFolder(uri);
    const pattern = file && ignorePattern(file.path, await isFolder(uri));
    if (file && pattern) {
      patterns.set(file.folder, [...(patterns.get(file.folder) ?? []), pattern]);
    }
  }
  return patterns;
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  const { type } = await vscode.workspace.fs.stat(uri);
  return (type & vscode.FileType.Directory) !== 0 && (type & vscode.FileType.SymbolicLink) === 0;
}

/** Changes the file through its editor, so that what is not saved there is kept. */
async function addLines(file: vscode.Uri, lines: readonly string[]): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(file, { ignoreIfExists: true });
  await vscode.workspace.applyEdit(edit);
  const document = await vscode.workspace.openTextDocument(file);
  const text = document.getText();
  const wanted = withPatterns(text, lines);
  if (wanted === text) {
    return false;
  }
  const insertion = new vscode.WorkspaceEdit();
  insertion.insert(file, document.positionAt(text.length), wanted.slice(text.length));
  await vscode.workspace.applyEdit(insertion);
  return document.save();
}

async function announce(patterns: ReadonlyMap<string, readonly string[]>, changed: vscode.Uri | undefined) {
  const names = [...patterns.values()].flat();
  if (names.length === 0) {
    void vscode.window.showInformationMessage(l10n.t("There is nothing here that can be excluded."));
    return;
  }
  const open = l10n.t("Open {0}", FILE_NAME);
  const what = names.length === 1 ? (names[0] ?? "") : l10n.t("{0} entries", names.length);
  const message = changed
    ? l10n.t("{0} is now left out of the index.", what)
    : l10n.t("{0} was left out of the index already.", what);
  const choice = await vscode.window.showInformationMessage(message, ...(changed ? [open] : []));
  if (changed && choice === open) {
    await vscode.window.showTextDocument(changed);
  }
}
