/** Says what it costs to make all vectors anew with another model, and asks before that begins. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import type { Disposable } from "../disposables";
import { showError } from "../showError";
import { durationWords, numberWords } from "../words/indexWords";
import type { FolderState } from "./indexedFolder";
import type { WorkspaceIndex } from "./workspaceIndex";

export interface EmbeddingQuestion extends Disposable {
  /** Asks once more: the person has chosen the same model again. */
  again(): void;
}

export function askBeforeEmbedding(index: WorkspaceIndex, log: vscode.LogOutputChannel): EmbeddingQuestion {
  /** Which model was asked about last, by folder. “Index Now” says yes at any time. */
  const asked = new Map<string, string | undefined>();
  const askWhereDue = () => {
    for (const state of index.states) {
      const { folder, status } = state;
      if (status?.vectors.state === "complete" || status?.vectors.state === "off") {
        asked.delete(folder); // whoever chooses the model once more is asked once more
      } else if (status?.vectors.state === "asking" && asked.get(folder) !== status.vectors.model) {
        asked.set(folder, status.vectors.model);
        ask(index, state).catch((error: unknown) => showError(error, log));
      }
    }
  };
  const again = () => {
    asked.clear();
    askWhereDue();
  };
  return Object.assign(index.onChange(askWhereDue), { again });
}

async function ask(index: WorkspaceIndex, { folder, name, status }: FolderState): Promise<void> {
  const { model = "", total = 0, leftMs = 0 } = status?.vectors ?? {};
  const yes = l10n.t("Embed Now");
  const choice = await vscode.window.showInformationMessage(
    l10n.t(
      "Searching {0} by meaning with {1} takes about {2} of work: {3} texts are embedded again. Until that is done, {4} serves.",
      name,
      model,
      durationWords(leftMs),
      numberWords(total),
      status?.embeddingModel ?? "",
    ),
    yes,
    l10n.t("Not Now"),
  );
  if (choice === yes) {
    await index.embed(folder);
  }
}
