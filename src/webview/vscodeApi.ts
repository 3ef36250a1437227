/** What VS Code gives a webview: one way to send, and a little state that outlives the page. */

import type { ToHost } from "../protocol/webview";

/** Kept by VS Code when the page is thrown away; the conversation itself is the host's. */
export interface SavedState {
  readonly draft: string;
  /** Pixels from the top of the log; undefined when it was at its end. */
  readonly scrollTop: number | undefined;
}

export interface VsCodeApi {
  postMessage(message: ToHost): void;
  getState(): SavedState | undefined;
  setState(state: SavedState): void;
}

declare global {
  /** Provided by VS Code; may be called once. */
  function acquireVsCodeApi(): VsCodeApi;
}
