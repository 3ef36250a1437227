import type { PanelState } from "../../src/protocol/webview";
import { applyMessage, type PanelModel } from "../../src/webview/panelModel";

export const panelModelOf = (state: PanelState): PanelModel => {
  const made = applyMessage(undefined, { type: "state", state });
  if (made === undefined) {
    throw new Error("`state` always makes a model");
  }
  return made;
};
