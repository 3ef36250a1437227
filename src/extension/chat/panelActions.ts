/** Every action that the panel can ask for, to check messages and stored chats against. */

import type { PanelAction } from "../../protocol/webview";

export const PANEL_ACTIONS = [
  "index",
  "pause",
  "resume",
  "rebuild",
  "trust",
  "openFolder",
  "installOllama",
  "chooseModel",
  "retryOllama",
  "askAnyway",
  "openSettings",
  "showSkipped",
  "doctor",
  "showLog",
  "restartEngine",
] as const satisfies readonly PanelAction[];
