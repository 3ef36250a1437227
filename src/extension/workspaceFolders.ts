/** The folders of this window as the engine knows them, and whether they may be read at all. */

import * as vscode from "vscode";
import type { UnsavedText } from "../protocol/engine";
import type { FolderSpec } from "./indexing/indexedFolder";
import { absoluteInFolder, pathInFolder } from "./indexing/pathInFolder";
import { folderSettings, isIndexedAutomatically } from "./settings";

/** Why a window has nothing to index. */
export type Situation = "no-folder" | "untrusted" | "virtual" | "ready";

/** Editors with unsaved text that are passed on with a question, and their size together, in characters. */
const MOST_UNSAVED_FILES = 50;
const MOST_UNSAVED_TEXT = 4 * 1024 * 1024;

export function situation(): Situation {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    return "no-folder";
  }
  if (!folders.some(isOnDisk)) {
    return "virtual";
  }
  return vscode.workspace.isTrusted ? "ready" : "untrusted";
}

/** @returns none before the workspace is trusted. */
export function folderSpecs(): FolderSpec[] {
  if (situation() !== "ready") {
    return [];
  }
  return foldersOnDisk().map(({ uri, name }) => ({
    ref: { folder: uri.fsPath, settings: folderSettings(uri) },
    name,
    isAutomatic: isIndexedAutomatically(uri),
  }));
}

/** The name of a workspace folder where there are several; else undefined. */
export function folderName(folder: string): string | undefined {
  const folders = foldersOnDisk();
  return folders.length > 1 ? folders.find(({ uri }) => uri.fsPath === folder)?.name : undefined;
}

/** A file as the engine names it. */
export interface FileInFolder {
  readonly folder: string;
  /** Relative, with `/`. */
  readonly path: string;
}

/** @returns undefined for what is no file in a folder of this window. */
export function fileInFolder(uri: vscode.Uri): FileInFolder | undefined {
  const folder = uri.scheme === "file" ? vscode.workspace.getWorkspaceFolder(uri) : undefined;
  const path = folder && pathInFolder(folder.uri.fsPath, uri.fsPath);
  return folder && path ? { folder: folder.uri.fsPath, path } : undefined;
}

/** Absolute paths of the files in the editor's tabs, whether or not their text is loaded; those in front come first. */
export function openFiles(): string[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .sort((a, b) => Number(b.isActive) - Number(a.isActive))
    .flatMap(({ input }) =>
      input instanceof vscode.TabInputText && input.uri.scheme === "file" ? input.uri.fsPath : [],
    );
}

/** Text of editors that differs from the files on disk, as the engine should see it. */
export function unsavedTexts(): UnsavedText[] {
  const texts: UnsavedText[] = [];
  let length = 0;
  for (const document of vscode.workspace.textDocuments) {
    const unsaved = document.isDirty ? unsavedText(document) : undefined;
    if (unsaved && texts.length < MOST_UNSAVED_FILES && length + unsaved.text.length <= MOST_UNSAVED_TEXT) {
      texts.push(unsaved);
      length += unsaved.text.length;
    }
  }
  return texts;
}

/** @returns undefined when the file on disk is as good. */
export function unsavedTextOf({ folder, path }: FileInFolder): UnsavedText | undefined {
  const fsPath = absoluteInFolder(folder, path);
  const document = vscode.workspace.textDocuments.find((open) => open.isDirty && open.uri.fsPath === fsPath);
  return document && { folder, path, text: normalised(document.getText()) };
}

/** Text as the engine holds it: with `\n` alone. */
export function normalised(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function unsavedText(document: vscode.TextDocument): UnsavedText | undefined {
  const file = fileInFolder(document.uri);
  return file && { ...file, text: normalised(document.getText()) };
}

function foldersOnDisk(): vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(isOnDisk);
}

function isOnDisk({ uri }: vscode.WorkspaceFolder): boolean {
  return uri.scheme === "file";
}
