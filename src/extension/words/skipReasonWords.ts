/** Why a file is not in the index, in the user's language. */

import { l10n } from "vscode";
import type { SkipReason } from "../../domain/skipReason";

export function skipReasonWords(reason: SkipReason): string {
  switch (reason) {
    case "binary":
      return l10n.t("Not text");
    case "too-large":
      return l10n.t("Too large");
    case "generated":
      return l10n.t("Generated");
    case "minified":
      return l10n.t("Minified");
    case "lock-file":
      return l10n.t("Lock file");
    case "secret":
      return l10n.t("May hold a secret");
    case "outside-link":
      return l10n.t("Link that leaves the folder");
    case "not-a-file":
      return l10n.t("Not a regular file");
    case "unreadable":
      return l10n.t("Cannot be read");
    case "undecodable":
      return l10n.t("Unknown text encoding");
    case "excluded":
      return l10n.t("Excluded by your rules");
    case "parse-failed":
      return l10n.t("Could not be cut into chunks");
  }
}
