/** What every part of the panel may need: words, and a way to speak to the host. Set once, for the life of the page. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ToHost } from "../protocol/webview";
import type { Translate } from "./translate";

export interface PanelServices {
  readonly t: Translate;
  readonly post: (message: ToHost) => void;
}

const PanelContext = createContext<PanelServices | undefined>(undefined);

export const PanelProvider = PanelContext.Provider;

export function usePanel(): PanelServices {
  const services = useContext(PanelContext);
  if (services === undefined) {
    throw new Error("rendered outside of PanelProvider");
  }
  return services;
}
