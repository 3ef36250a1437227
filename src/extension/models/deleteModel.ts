/** Deleting a model from the editor, after asking: it is gone for every program that uses this Ollama. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import type { EngineClient } from "../../client/engineClient";
import { EngineError } from "../../domain/errors";
import { requests } from "../../protocol/engine";
import type { ModelChoice } from "../chat/modelChoice";
import { bytesWords } from "../words/indexWords";

/** @throws {EngineError} */
export async function deleteModel(engine: Pick<EngineClient, "request">, choice: ModelChoice): Promise<void> {
  const { models, problem } = await choice.refresh();
  if (problem) {
    throw new EngineError(problem);
  }
  const items = models.map(({ name, sizeBytes, isChosen, isEmbedder }) => ({
    label: name,
    description: bytesWords(sizeBytes),
    detail: isChosen ? l10n.t("answers now") : isEmbedder ? l10n.t("searches by meaning now") : "",
  }));
  const picked = await vscode.window.showQuickPick(items, { title: l10n.t("Which model should be deleted?") });
  if (picked && (await isMeant(picked.label, picked.description))) {
    await engine.request(requests.deleteModel, { model: picked.label });
    await choice.refresh();
  }
}

async function isMeant(model: string, size: string): Promise<boolean> {
  const yes = l10n.t("Delete");
  const detail = l10n.t("It frees {0}. Other programs that use Ollama lose it as well.", size);
  const question = l10n.t("Delete the model {0}?", model);
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}
