/**
 * The page of the chat: one style sheet, one script, and nothing that can reach outside.
 *
 * The page shows text that a model wrote about files that somebody else may have written, so its policy allows no
 * request at all but for its own files.
 */

import type { PanelStrings } from "../../protocol/webview";

export interface ChatPage {
  /** What the webview calls its own resources. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  /** Another one for every page. */
  readonly nonce: string;
  /** A BCP 47 tag. */
  readonly language: string;
  readonly strings: PanelStrings;
}

export function chatPageHtml({ cspSource, scriptUri, styleUri, nonce, language, strings }: ChatPage): string {
  const policy = [
    "default-src 'none'",
    `img-src ${cspSource} data:`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-src 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta http-equiv="x-dns-prefetch-control" content="off">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cloister</title>
<link rel="stylesheet" href="${escapeHtml(styleUri)}">
</head>
<body>
<div id="root"></div>
<script type="application/json" id="strings">${jsonInHtml(strings)}</script>
<script nonce="${nonce}" src="${escapeHtml(scriptUri)}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that cannot end the script element it stands in. */
function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replace(/</g, "\\u003c");
}
