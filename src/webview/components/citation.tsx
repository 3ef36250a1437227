/** `[1]` in an answer: a small button that opens source 1. */

import { usePanel } from "../panelContext";
import { type SourceRow, sourceLabel } from "../sourceRows";
import { useOpenSource } from "./openSource";
import { SourceHover, useHover } from "./sourceHover";

interface CitationProps {
  readonly turnId: string;
  readonly source: SourceRow;
}

export function Citation({ turnId, source }: CitationProps) {
  const { t } = usePanel();
  const hover = useHover();
  const open = useOpenSource(turnId, source.n);
  return (
    <>
      <button
        type="button"
        class={`citation ${source.state ?? ""}`}
        aria-label={sourceLabel(t, source)}
        {...open}
        {...hover.handlers}
      >
        {source.n}
      </button>
      {hover.anchor && <SourceHover source={source} anchor={hover.anchor} onDismiss={hover.dismiss} />}
    </>
  );
}
