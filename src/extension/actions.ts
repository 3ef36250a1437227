/** What a state of the panel, a message or the status bar can offer to do: its label, and the command that does it. */

import { l10n } from "vscode";
import type { Notice, PanelAction } from "../protocol/webview";

export const ACTION_COMMANDS: Readonly<Record<PanelAction, string>> = {
  index: "cloister.refreshIndex",
  pause: "cloister.pauseIndexing",
  resume: "cloister.resumeIndexing",
  rebuild: "cloister.rebuildIndex",
  trust: "workbench.trust.manage",
  openFolder: "workbench.action.files.openFolder",
  installOllama: "cloister.installOllama",
  chooseModel: "cloister.chooseModel",
  retryOllama: "cloister.retryOllama",
  askAnyway: "cloister.askAnyway",
  openSettings: "cloister.openSettings",
  showSkipped: "cloister.showSkippedFiles",
  doctor: "cloister.doctor",
  showLog: "cloister.showLog",
  restartEngine: "cloister.restartEngine",
};

export function actionLabel(action: PanelAction): string {
  switch (action) {
    case "index":
      return l10n.t("Index Now");
    case "pause":
      return l10n.t("Pause Indexing");
    case "resume":
      return l10n.t("Resume Indexing");
    case "rebuild":
      return l10n.t("Rebuild Index");
    case "trust":
      return l10n.t("Manage Trust");
    case "openFolder":
      return l10n.t("Open Folder");
    case "installOllama":
      return l10n.t("Get Ollama");
    case "chooseModel":
      return l10n.t("Choose Model");
    case "retryOllama":
      return l10n.t("Try Again");
    case "askAnyway":
      return l10n.t("Ask Anyway");
    case "openSettings":
      return l10n.t("Open Settings");
    case "showSkipped":
      return l10n.t("Show Skipped Files");
    case "doctor":
      return l10n.t("Check the Index and Report");
    case "showLog":
      return l10n.t("Show Log");
    case "restartEngine":
      return l10n.t("Restart Engine");
  }
}

export function notice(message: string, action?: PanelAction): Notice {
  return { message, action: action && { label: actionLabel(action), action } };
}
