/** What the index knows and does, in the user's language. */

import { env, l10n } from "vscode";
import type { IndexProgress } from "../../domain/indexStatus";

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

/** One line about work that goes on. */
export function progressWords({ phase, filesDone, filesTotal }: IndexProgress): string {
  const done = numberWords(filesDone);
  const total = numberWords(filesTotal);
  switch (phase) {
    case "scanning":
      return l10n.t("Looking for files…");
    case "indexing":
      return l10n.t("Indexing {0} of {1} files…", done, total);
    case "refining":
      return l10n.t("Searchable; refining {0} of {1} files…", done, total);
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
