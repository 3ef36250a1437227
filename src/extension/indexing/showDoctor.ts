/** Checks the indexes of the window and opens the report, to be read or pasted into a bug report. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import { doctorText } from "../../client/doctorText";
import type { EngineClient } from "../../client/engineClient";
import { type FolderRef, requests } from "../../protocol/engine";

export async function showDoctor(engine: Pick<EngineClient, "request">, folders: readonly FolderRef[]): Promise<void> {
  const title = l10n.t("Cloister checks the index…");
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const reports = await vscode.window.withProgress(options, async (_, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    const texts: string[] = [];
    for (const folder of folders) {
      const report = await engine.request(requests.doctor, { folder }, stop.signal);
      texts.push(doctorText(report, [`VS Code ${vscode.version}, ${vscode.env.remoteName ?? "local"}`]));
    }
    return texts;
  });
  const document = await vscode.workspace.openTextDocument({ language: "plaintext", content: reports.join("\n\n\n") });
  await vscode.window.showTextDocument(document);
}
