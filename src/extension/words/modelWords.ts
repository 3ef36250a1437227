/** What models are good for, in the user's language. */

import { l10n } from "vscode";
import type { AvailableModel, ModelFit, ModelRole } from "../../domain/availableModel";
import type { ModelReport } from "../../protocol/engine";
import { bytesWords } from "./indexWords";

type InstalledModel = ModelReport["models"][number];

export function roleWords(role: ModelRole): string {
  return role === "chat" ? l10n.t("answers") : l10n.t("searches by meaning");
}

function fitWords(fit: ModelFit): string {
  switch (fit) {
    case "fits":
      return l10n.t("fits this machine");
    case "tight":
      return l10n.t("fits with little else open");
    case "too-large":
      return l10n.t("seems too large for this machine");
  }
}

/** @returns on one line, of one that is installed. */
export function installedWords({ parameterSize, sizeBytes, fit, isMultilingual }: InstalledModel): string {
  return facts(parameterSize, bytesWords(sizeBytes), fit && fitWords(fit), languageWords(isMultilingual));
}

/** @returns on one line, of one that could be. */
export function availableWords({ downloadBytes, fit, isMultilingual, licence }: AvailableModel): string {
  return facts(bytesWords(downloadBytes), fit && fitWords(fit), languageWords(isMultilingual), licence);
}

const facts = (...words: readonly (string | undefined)[]): string => words.filter(Boolean).join(" · ");

function languageWords(isMultilingual: boolean | undefined): string | undefined {
  return isMultilingual === undefined
    ? undefined
    : isMultilingual
      ? l10n.t("understands many languages")
      : l10n.t("understands English best");
}
