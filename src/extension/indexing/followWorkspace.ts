/**
 * Tells the index which folders this window has and what happens to their files.
 *
 * Every event is a hint and none is relied on: the watcher drops events in a storm, and programs outside the editor
 * work while it sleeps. So coming back to the window looks for changes as well (`docs/adr/0019`).
 */

import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import { onDidChangeFolderSettings } from "../settings";
import { folderSpecs } from "../workspaceFolders";
import type { WorkspaceIndex } from "./workspaceIndex";

export function followWorkspace(index: WorkspaceIndex): Disposable {
  const disposables = new DisposableStore();
  const watchers = disposables.add(new FolderWatchers(index));
  const follow = () => {
    index.setFolders(folderSpecs());
    watchers.watch(index.folders.map(({ folder }) => folder));
  };
  const hint = (uri: vscode.Uri) => {
    if (uri.scheme === "file") {
      index.hint(uri.fsPath, "save");
    }
  };
  const { workspace } = vscode;
  for (const subscription of [
    workspace.onDidChangeWorkspaceFolders(follow),
    workspace.onDidGrantWorkspaceTrust(follow),
    onDidChangeFolderSettings(follow),
    workspace.onDidSaveTextDocument(({ uri }) => hint(uri)),
    workspace.onDidCreateFiles(({ files }) => files.forEach(hint)),
    workspace.onDidDeleteFiles(({ files }) => files.forEach(hint)),
    workspace.onDidRenameFiles(({ files }) => files.flatMap(({ oldUri, newUri }) => [oldUri, newUri]).forEach(hint)),
    vscode.window.tabGroups.onDidChangeTabs(() => index.prefer()),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) {
        index.reconcile();
      }
    }),
  ]) {
    disposables.add(subscription);
  }
  const starting = setImmediate(follow); // the editor comes first: nothing is started while the extension is activated
  disposables.add({ dispose: () => clearImmediate(starting) });
  return disposables;
}

/** One watcher for each folder. */
class FolderWatchers implements Disposable {
  readonly #index: WorkspaceIndex;
  readonly #watchers = new Map<string, Disposable>();

  constructor(index: WorkspaceIndex) {
    this.#index = index;
  }

  watch(folders: readonly string[]): void {
    for (const [folder, watcher] of this.#watchers) {
      if (!folders.includes(folder)) {
        watcher.dispose();
        this.#watchers.delete(folder);
      }
    }
    for (const folder of folders) {
      if (!this.#watchers.has(folder)) {
        this.#watchers.set(folder, this.#watcher(folder));
      }
    }
  }

  dispose(): void {
    this.watch([]);
  }

  #watcher(folder: string): Disposable {
    const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), "**/*");
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const hint = ({ fsPath }: vscode.Uri) => this.#index.hint(fsPath, "watch");
    watcher.onDidCreate(hint);
    watcher.onDidChange(hint);
    watcher.onDidDelete(hint);
    return watcher;
  }
}
