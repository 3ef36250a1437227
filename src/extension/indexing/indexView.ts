/** What the chat panel says about the index of this window, in the user's language. */

import { l10n } from "vscode";
import type { IndexView, Notice } from "../../protocol/webview";
import { notice } from "../actions";
import { errorNotice } from "../words/errorWords";
import { type Situation, situation } from "../workspaceFolders";
import { type IndexOverview, indexOverview } from "./indexOverview";
import type { WorkspaceIndex } from "./workspaceIndex";

export function indexView(index: WorkspaceIndex): IndexView {
  const where = situation();
  if (where !== "ready") {
    return { health: where, files: 0, progress: undefined, notice: situationNotice(where) };
  }
  const overview = indexOverview(index.states, index.engineProblem);
  const { health, files, progress } = overview;
  return { health, files, progress, notice: overviewNotice(overview) };
}

/** Why nothing can be asked or indexed in this window. */
export function situationNotice(where: Exclude<Situation, "ready">): Notice {
  switch (where) {
    case "no-folder":
      return notice(l10n.t("Open a folder to ask about it."), "openFolder");
    case "untrusted":
      return notice(l10n.t("Cloister reads and indexes nothing in Restricted Mode."), "trust");
    case "virtual":
      return notice(
        l10n.t("The files of this workspace are not on a disk, so they cannot be indexed. Open a copy on a disk."),
        "openFolder",
      );
  }
}

function overviewNotice({ health, progress, problem }: IndexOverview): Notice | undefined {
  if (problem) {
    return errorNotice(problem);
  }
  if (health === "damaged") {
    return notice(l10n.t("The index is damaged. Rebuild it; your files are not affected."), "rebuild");
  }
  if (health === "none" && progress === undefined) {
    return notice(l10n.t("This folder is not indexed yet."), "index");
  }
  return undefined;
}
