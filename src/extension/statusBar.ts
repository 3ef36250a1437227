/** The one item in the status bar: what the index knows, and how far it has come while it works. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import { type Disposable, DisposableStore } from "./disposables";
import type { FolderState } from "./indexing/indexedFolder";
import { type IndexOverview, indexOverview, isWorking, percentOf } from "./indexing/indexOverview";
import { situationNotice } from "./indexing/indexView";
import type { WorkspaceIndex } from "./indexing/workspaceIndex";
import { errorNotice } from "./words/errorWords";
import { bytesWords, filesWords, numberWords, progressWords, vectorWords } from "./words/indexWords";
import { situation } from "./workspaceFolders";

interface Appearance {
  readonly text: string;
  /** Read by a screen reader in place of the text with its icons. */
  readonly label: string;
  readonly tooltip: string;
  /** True only where the person must do something. */
  readonly isWarning: boolean;
  readonly command: string;
}

const ACTIONS_COMMAND = "cloister.showIndexActions";

export function createStatusBar(index: WorkspaceIndex): Disposable {
  const disposables = new DisposableStore();
  const item = disposables.add(vscode.window.createStatusBarItem("cloister.index", vscode.StatusBarAlignment.Left, 0));
  item.name = l10n.t("Cloister Index");
  const show = () => render(item, appearance(index));
  disposables.add(index.onChange(show));
  disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(show));
  show();
  return disposables;
}

function render(item: vscode.StatusBarItem, look: Appearance | undefined): void {
  if (look === undefined) {
    item.hide();
    return;
  }
  item.text = look.text;
  item.tooltip = new vscode.MarkdownString(look.tooltip);
  item.command = look.command;
  item.accessibilityInformation = { label: look.label, role: "button" };
  item.backgroundColor = look.isWarning ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  item.show();
}

function appearance(index: WorkspaceIndex): Appearance | undefined {
  const where = situation();
  if (where === "no-folder" || where === "virtual") {
    return undefined;
  }
  if (where === "untrusted") {
    const { message } = situationNotice(where);
    const text = "$(shield) Cloister";
    return { text, label: message, tooltip: message, isWarning: false, command: "workbench.trust.manage" };
  }
  const overview = indexOverview(index.states, index.engineProblem);
  const { text, words, isWarning } = summary(overview);
  const tooltip = tooltipFor(index.states, words);
  return { text, label: `Cloister: ${words}`, tooltip, isWarning, command: ACTIONS_COMMAND };
}

function summary(overview: IndexOverview): { text: string; words: string; isWarning: boolean } {
  const { health, files, progress, problem } = overview;
  const known = filesWords(files);
  if (problem) {
    return { text: "$(warning) Cloister", words: errorNotice(problem).message, isWarning: true };
  }
  if (health === "damaged") {
    return { text: "$(warning) Cloister", words: l10n.t("The index is damaged."), isWarning: true };
  }
  if (progress && isWorking(progress)) {
    const percent = percentOf(progress);
    const done = percent === undefined ? "Cloister" : `${percent}%`;
    return { text: `$(sync~spin) ${done}`, words: progressWords(progress), isWarning: false };
  }
  if (progress?.phase === "paused") {
    return { text: `$(debug-pause) ${known}`, words: progressWords(progress), isWarning: false };
  }
  if (health === "none") {
    return { text: "$(database) Cloister", words: l10n.t("Nothing is indexed yet."), isWarning: false };
  }
  return { text: `$(database) ${known}`, words: l10n.t("{0} in the index.", known), isWarning: false };
}

function tooltipFor(states: readonly FolderState[], words: string): string {
  const folders = states.map((state) => folderLine(state, states.length > 1)).filter(Boolean);
  return [`**Cloister**: ${escapeMarkdown(words)}`, ...folders].join("\n\n");
}

function folderLine({ name, status }: FolderState, isNamed: boolean): string {
  if (!status) {
    return "";
  }
  const facts = [
    filesWords(status.files),
    l10n.t("{0} chunks", numberWords(status.chunks)),
    l10n.t("{0} skipped", numberWords(status.skipped)),
    l10n.t("{0} on disk", bytesWords(status.diskBytes)),
  ].join(" · ");
  const vectors = vectorWords(status.vectors);
  const lines = [isNamed ? `${escapeMarkdown(name)}: ${facts}` : facts, ...(vectors ? [escapeMarkdown(vectors)] : [])];
  return lines.join("  \n");
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, "\\$&");
}
