/** `[1]` in an answer: a small button that opens source 1. */

import { usePanel } from "../panelContext";
import { type SourceRow, sourceLabel } from "../sourceRows";
import { SourceHover, useHover } from "./sourceHover";

interface CitationProps {
  readonly turnId: string;
  readonly source: SourceRow;
}

export function Citation({ turnId, source }: CitationProps) {
  const { t, post } = usePanel();
  const hover = useHover();
  const open = (event: MouseEvent) =>
    post({ type: "openSource", turnId, n: source.n, toSide: event.ctrlKey || event.metaKey });
  return (
    <>
      <button
        type="button"
        class={`citation ${source.state ?? ""}`}
        aria-label={sourceLabel(t, source)}
        onClick={open}
        {...hover.handlers}
      >
        {source.n}
      </button>
      {hover.anchor && <SourceHover source={source} anchor={hover.anchor} onDismiss={hover.dismiss} />}
    </>
  );
}
