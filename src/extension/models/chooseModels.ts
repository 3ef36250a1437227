/** Choosing, in one step, which installed model answers or which one searches by meaning. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import type { ModelRole } from "../../domain/availableModel";
import { EngineError } from "../../domain/errors";
import { NO_MODEL } from "../../protocol/defaultSettings";
import type { EngineSettings, ModelReport } from "../../protocol/engine";
import type { ModelChoice } from "../chat/modelChoice";
import type { EmbeddingQuestion } from "../indexing/askBeforeEmbedding";
import type { FolderState } from "../indexing/indexedFolder";
import { chooseModel, engineSettings } from "../settings";
import { installedWords } from "../words/modelWords";

type InstalledModel = ModelReport["models"][number];

interface ModelItem extends vscode.QuickPickItem {
  /** What choosing it does; undefined for a heading. */
  readonly choice?: { readonly role: ModelRole; readonly model: string } | "install";
}

/** @throws {EngineError} */
export async function chooseModels(
  choice: ModelChoice,
  states: readonly FolderState[],
  embeddingQuestion: EmbeddingQuestion,
): Promise<void> {
  const report = await choice.refresh();
  if (report.problem) {
    throw new EngineError(report.problem);
  }
  const settings = engineSettings();
  const items = [
    heading(l10n.t("Answers")),
    ...chatItems(report, settings),
    heading(l10n.t("Searches by meaning")),
    ...embeddingItems(report, settings, states),
    heading(""),
    { label: l10n.t("Install another model …"), choice: "install" } as const,
  ];
  const picked = await vscode.window.showQuickPick<ModelItem>(items, {
    title: l10n.t("Which models are used?"),
    placeHolder: l10n.t("Another one for search by meaning embeds all texts again, after asking you"),
    matchOnDetail: true,
  });
  if (picked?.choice === "install") {
    await vscode.commands.executeCommand("cloister.installModel");
  } else if (picked?.choice) {
    const { role, model } = picked.choice;
    await chooseModel(role, model);
    if (role === "embedding" && model === settings.embeddingModel) {
      embeddingQuestion.again(); // no setting has changed
    }
  }
}

const heading = (label: string): ModelItem => ({ label, kind: vscode.QuickPickItemKind.Separator });

function chatItems({ models }: ModelReport, { chatModel }: EngineSettings): ModelItem[] {
  const usable = models.filter(({ canChat }) => canChat);
  if (usable.length === 0) {
    return [noneInstalled()];
  }
  const use = ({ isChosen }: InstalledModel) => (isChosen ? l10n.t("answers now") : "");
  return [
    automatic("chat", chatModel === undefined, l10n.t("The best model that is installed")),
    ...usable.map((model) => modelItem("chat", model, use(model))),
  ];
}

function embeddingItems(
  { models }: ModelReport,
  { embeddingModel }: EngineSettings,
  states: readonly FolderState[],
): ModelItem[] {
  const usable = models.filter(({ canEmbed }) => canEmbed);
  if (usable.length === 0) {
    return [noneInstalled()];
  }
  const use = (model: InstalledModel) => embeddingUse(model, embeddingModel !== undefined, states);
  return [
    automatic("embedding", embeddingModel === undefined, l10n.t("The one in use, else the best that is installed")),
    ...usable.map((model) => modelItem("embedding", model, use(model))),
    {
      label: l10n.t("None"),
      description: embeddingModel === NO_MODEL ? l10n.t("chosen") : "",
      detail: l10n.t("Search by words alone; vectors that were made are kept"),
      choice: { role: "embedding", model: NO_MODEL },
    },
  ];
}

/** What was chosen serves only once every text is embedded; until then the one before it does. */
function embeddingUse({ name, isEmbedder }: InstalledModel, isNamed: boolean, states: readonly FolderState[]): string {
  const serving = states.flatMap(({ status }) => status?.embeddingModel ?? []);
  if (serving.includes(name)) {
    return l10n.t("searches by meaning now");
  }
  if (!isEmbedder || (!isNamed && serving.length > 0)) {
    return "";
  }
  return serving.length > 0 ? l10n.t("chosen, serves once all texts are embedded") : l10n.t("chosen");
}

function automatic(role: ModelRole, isChosen: boolean, detail: string): ModelItem {
  const description = isChosen ? l10n.t("chosen") : "";
  return { label: l10n.t("Automatic"), description, detail, choice: { role, model: "" } };
}

function modelItem(role: ModelRole, model: InstalledModel, description: string): ModelItem {
  return { label: model.name, description, detail: installedWords(model), choice: { role, model: model.name } };
}

const noneInstalled = (): ModelItem => ({
  label: l10n.t("Install a Model"),
  detail: l10n.t("No installed model can do that"),
  choice: "install",
});
