/**
 * The panel's strings in the user's language.
 *
 * The panel holds its own English; a translation lies in the bundle of this extension under `panel.` and the key, so
 * no string is written twice.
 */

import { l10n } from "vscode";
import type { PanelStrings } from "../../protocol/webview";

const PREFIX = "panel.";

export function panelStrings(): PanelStrings {
  const translated = Object.entries(l10n.bundle ?? {}).filter(([key]) => key.startsWith(PREFIX));
  return Object.fromEntries(translated.map(([key, text]) => [key.slice(PREFIX.length), text]));
}
