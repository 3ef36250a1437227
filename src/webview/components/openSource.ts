/** What a citation and a row of the list do: open the source; with Ctrl or Cmd, beside the editor. */

import { usePanel } from "../panelContext";

export interface OpenSource {
  readonly onClick: (event: MouseEvent) => void;
  /** A browser makes no click of Ctrl+Enter. */
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useOpenSource(turnId: string, n: number): OpenSource {
  const { post } = usePanel();
  const open = (toSide: boolean) => post({ type: "openSource", turnId, n, toSide });
  return {
    onClick: (event) => open(event.ctrlKey || event.metaKey),
    onKeyDown: (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        open(true);
      }
    },
  };
}
