/**
 * The first lines of a source, beside the pointer or the focused button.
 *
 * A popover, because the turns of a long conversation are contained and would clip anything else. For the eyes only:
 * a screen reader gets the label of the button and not ten lines of code with it.
 */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { usePanel } from "../panelContext";
import { linesLabel, type SourceRow } from "../sourceRows";

/** Milliseconds before a pointer that rests opens the hover; VS Code's own delay. */
const DELAY_MS = 300;
/** Pixels between the button, the hover and the edge of the panel. */
const GAP = 4;

export interface Hover {
  /** What the hover is for; undefined while it is closed. */
  readonly anchor: HTMLElement | undefined;
  readonly dismiss: () => void;
  readonly handlers: {
    readonly onMouseEnter: (event: MouseEvent) => void;
    readonly onMouseLeave: () => void;
    readonly onFocus: (event: FocusEvent) => void;
    readonly onBlur: () => void;
  };
}

export function useHover(): Hover {
  const [anchor, setAnchor] = useState<HTMLElement | undefined>(undefined);
  const timer = useRef<number | undefined>(undefined);
  const dismiss = () => {
    window.clearTimeout(timer.current);
    setAnchor(undefined);
  };
  const openLater = (element: HTMLElement) => {
    timer.current = window.setTimeout(() => setAnchor(element), DELAY_MS);
  };
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return {
    anchor,
    dismiss,
    handlers: {
      onMouseEnter: ({ currentTarget }) => openLater(currentTarget as HTMLElement),
      onMouseLeave: dismiss,
      onFocus: ({ currentTarget }) => {
        const element = currentTarget as HTMLElement;
        if (element.matches(":focus-visible")) {
          openLater(element);
        }
      },
      onBlur: dismiss,
    },
  };
}

interface SourceHoverProps {
  readonly source: SourceRow;
  readonly anchor: HTMLElement;
  readonly onDismiss: () => void;
}

export function SourceHover({ source, anchor, onDismiss }: SourceHoverProps) {
  const { t } = usePanel();
  const popover = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = popover.current;
    element?.showPopover();
    element?.style.setProperty("top", `${topOf(element, anchor)}px`);
  }, [anchor]);
  useEffect(() => onEscapeOrScroll(onDismiss), [onDismiss]);
  return (
    <div ref={popover} class="hover" popover="manual" aria-hidden="true">
      <div class="hover-title">
        <bdi>{source.directory === "" ? source.fileName : `${source.directory}/${source.fileName}`}</bdi>:
        {linesLabel(t, source)}
        {source.symbol !== undefined && <span class="dim"> {source.symbol}</span>}
      </div>
      <pre>{source.preview}</pre>
    </div>
  );
}

/** Below the anchor if there is room, else above it. */
function topOf(hover: HTMLElement, anchor: HTMLElement): number {
  const { top, bottom } = anchor.getBoundingClientRect();
  const height = hover.offsetHeight;
  const below = bottom + GAP;
  return below + height + GAP <= window.innerHeight ? below : Math.max(GAP, top - GAP - height);
}

/** Escape closes the hover before it may stop the answer; a hover that does not scroll along would point nowhere. */
function onEscapeOrScroll(dismiss: () => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      dismiss();
    }
  };
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("scroll", dismiss, true);
  return () => {
    document.removeEventListener("keydown", onKey, true);
    document.removeEventListener("scroll", dismiss, true);
  };
}
