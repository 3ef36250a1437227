/**
 * Opens what a source or citation stands for, with its lines selected.
 *
 * The lines are found again first, in the editor's text where that is not saved: text that has changed is never
 * shown as if it were the cited one.
 */

import * as vscode from "vscode";
import { l10n } from "vscode";
import type { EngineClient } from "../../client/engineClient";
import type { Source } from "../../domain/answer";
import { type LocateResult, requests } from "../../protocol/engine";
import { absoluteInFolder } from "../indexing/pathInFolder";
import { unsavedTextOf } from "../workspaceFolders";

export async function openSource(
  engine: Pick<EngineClient, "request">,
  source: Source,
  toSide: boolean,
): Promise<void> {
  const { folder, path, startLine, endLine, text } = source;
  const file = absoluteInFolder(folder, path);
  if (file === undefined) {
    throw new Error(`a source names a path outside of its folder: ${path}`);
  }
  const unsaved = unsavedTextOf(source);
  const place = await engine.request(requests.locate, { folder, path, startLine, endLine, text, unsaved });
  if (place.state === "gone") {
    void vscode.window.showWarningMessage(l10n.t("{0} no longer exists.", path));
    return;
  }
  await showLines(vscode.Uri.file(file), place, toSide);
  if (place.state === "changed") {
    void vscode.window.showWarningMessage(
      l10n.t("The cited text is no longer in {0}: it was changed since. It stood where the cursor is now.", path),
    );
  }
}

async function showLines(file: vscode.Uri, place: LocateResult, toSide: boolean): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file);
  const first = Math.min(place.startLine, document.lineCount) - 1;
  const last = document.lineAt(Math.min(place.endLine, document.lineCount) - 1);
  const lines = new vscode.Range(new vscode.Position(first, 0), last.range.end);
  const selection = place.state === "changed" ? new vscode.Range(lines.start, lines.start) : lines;
  const viewColumn = toSide ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
  const editor = await vscode.window.showTextDocument(document, { selection, viewColumn, preview: true });
  editor.revealRange(lines, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
