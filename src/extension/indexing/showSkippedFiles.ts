/** Lists the files that are not in the index, by reason, to open one or to see why it cannot be found. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import type { EngineClient } from "../../client/engineClient";
import { SKIP_REASONS, type SkipReason } from "../../domain/skipReason";
import { type FolderRef, requests } from "../../protocol/engine";
import { numberWords } from "../words/indexWords";
import { skipReasonWords } from "../words/skipReasonWords";
import { folderName } from "../workspaceFolders";
import { absoluteInFolder } from "./pathInFolder";

interface SkippedItem extends vscode.QuickPickItem {
  readonly uri?: vscode.Uri;
}

interface Skipped {
  readonly folder: string;
  readonly path: string;
  readonly reason: SkipReason;
}

export async function showSkippedFiles(
  engine: Pick<EngineClient, "request">,
  folders: readonly FolderRef[],
): Promise<void> {
  const skipped = (await Promise.all(folders.map((folder) => skippedOf(engine, folder)))).flat();
  if (skipped.length === 0) {
    void vscode.window.showInformationMessage(l10n.t("No file is left out."));
    return;
  }
  const picked = await vscode.window.showQuickPick(
    SKIP_REASONS.flatMap((reason) => section(reason, skipped)),
    {
      title: l10n.t("Files that are not in the index: {0}", numberWords(skipped.length)),
      placeHolder: l10n.t("Type to find a file, or choose one to open it"),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  if (picked?.uri) {
    await vscode.commands.executeCommand("vscode.open", picked.uri);
  }
}

async function skippedOf(engine: Pick<EngineClient, "request">, folder: FolderRef): Promise<Skipped[]> {
  const { files } = await engine.request(requests.files, { folder });
  return files.flatMap(({ path, state, reason }) =>
    state === "skipped" && reason ? [{ folder: folder.folder, path, reason }] : [],
  );
}

function section(reason: SkipReason, all: readonly Skipped[]): SkippedItem[] {
  const items = all.filter((skipped) => skipped.reason === reason).map(skippedItem);
  if (items.length === 0) {
    return [];
  }
  const label = `${skipReasonWords(reason)} (${numberWords(items.length)})`;
  return [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

function skippedItem({ folder, path, reason }: Skipped): SkippedItem {
  const file = absoluteInFolder(folder, path);
  const label = [folderName(folder), path].filter(Boolean).join("/");
  const item = { label, description: skipReasonWords(reason) };
  return file === undefined ? item : { ...item, uri: vscode.Uri.file(file) };
}
