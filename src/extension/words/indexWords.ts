/** What the index knows and does, in the user's language. */

import { env, l10n } from "vscode";
import type { IndexProgress, VectorStatus } from "../../domain/indexStatus";

export function numberWords(value: number): string {
  return new Intl.NumberFormat(env.language).format(value);
}

export function filesWords(files: number): string {
  return files === 1 ? l10n.t("1 file") : l10n.t("{0} files", numberWords(files));
}

export function bytesWords(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const format = new Intl.NumberFormat(env.language, {
    style: "unit",
    unit: units[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 1 ? 1 : 0,
  });
  return format.format(bytes / 1000 ** step);
}

/** Rounded up to whole minutes, from one hour on to whole hours. */
export function durationWords(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  const [value, unit] = minutes < 60 ? [minutes, "minute"] : [Math.round(minutes / 60), "hour"];
  return new Intl.NumberFormat(env.language, { style: "unit", unit, unitDisplay: "long" }).format(value);
}

/** @returns one line; undefined while no model makes vectors. */
export function vectorWords({ state, model = "", done, total, leftMs }: VectorStatus): string | undefined {
  const progress = [numberWords(done), numberWords(total)] as const;
  switch (state) {
    case "off":
      return undefined;
    case "complete":
      return l10n.t("Searches by meaning with {0}.", model);
    case "asking":
      return l10n.t("“Index Now” embeds {0} texts again with {1}.", numberWords(total), model);
    case "filling":
      return leftMs === undefined
        ? l10n.t("Embedding with {0}: {1} of {2} texts.", model, ...progress)
        : l10n.t("Embedding with {0}: {1} of {2} texts, about {3} left.", model, ...progress, durationWords(leftMs));
    case "paused":
      return l10n.t("Embedding with {0} is paused: {1} of {2} texts.", model, ...progress);
    case "waiting":
      return l10n.t("Another window embeds this folder with {0}.", model);
    case "failed":
      return l10n.t("Embedding failed and is tried again.");
  }
}

/** One line about work that goes on. */
export function progressWords({ phase, filesDone, filesTotal }: IndexProgress): string {
  const done = numberWords(filesDone);
  const total = numberWords(filesTotal);
  switch (phase) {
    case "scanning":
      return l10n.t("Looking for files…");
    case "indexing":
      return l10n.t("Indexing {0} of {1} files…", done, total);
    case "finishing":
      return l10n.t("Finishing the index…");
    case "paused":
      return l10n.t("Indexing is paused.");
    case "waiting":
      return l10n.t("Another window keeps this index up to date.");
    case "idle":
      return l10n.t("The index is up to date.");
  }
}
