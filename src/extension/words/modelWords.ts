/** What models are good for, in the user's language. */

import { l10n } from "vscode";
import type { ModelFit, ModelRole } from "../../domain/availableModel";
import type { ModelReport } from "../../protocol/engine";
import { bytesWords } from "./indexWords";

type InstalledModel = ModelReport["models"][number];

export function roleWords(role: ModelRole): string {
  return role === "chat" ? l10n.t("answers") : l10n.t("searches by meaning");
}

export function fitWords(fit: ModelFit): string {
  switch (fit) {
    case "fits":
      return l10n.t("fits this machine");
    case "tight":
      return l10n.t("fits with little else open");
    case "too-large":
      return l10n.t("seems too large for this machine");
  }
}

/** @returns on one line. */
export function factWords({ parameterSize, sizeBytes, fit, isMultilingual }: InstalledModel): string {
  const languages =
    isMultilingual === undefined
      ? ""
      : isMultilingual
        ? l10n.t("understands many languages")
        : l10n.t("understands English best");
  return [parameterSize, bytesWords(sizeBytes), fit && fitWords(fit), languages].filter(Boolean).join(" · ");
}
