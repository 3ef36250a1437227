/**
 * The scrolling list of turns.
 *
 * It follows the text only while its end is in view; otherwise it stays where the reader put it and says that there is
 * more below. Being contained in the log, turns out of view cost no layout (`content-visibility`).
 */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { usePanel } from "../panelContext";
import { Icon } from "./icon";

/** Pixels from the end that still count as the end. */
const NEAR_END = 24;

interface ConversationProps {
  /** Another key is another last question: the log moves to its end. */
  readonly lastTurn: string | undefined;
  readonly isBusy: boolean;
  /** An answer that came all at once is read from its beginning, and not from its end. */
  readonly isReadFromStart: boolean;
  /** Where the log was when the page was thrown away; undefined for its end. */
  readonly startAt: number | undefined;
  /** Told where the log is; undefined at its end. */
  readonly onScrolled: (scrollTop: number | undefined) => void;
  readonly children: ComponentChildren;
}

export function Conversation({ lastTurn, isBusy, isReadFromStart, startAt, onScrolled, children }: ConversationProps) {
  const { t } = usePanel();
  const log = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [hasNews, setNews] = useState(false);
  const isWriting = useRef(isBusy);
  isWriting.current = isBusy;
  const follow = useFollow(log, content, () => {
    if (isWriting.current) {
      setNews(true); // else what has grown was only laid out
    }
  });

  const isRestored = useRef(startAt !== undefined);
  useLayoutEffect(() => {
    if (isRestored.current && startAt !== undefined) {
      follow.stayAt(startAt);
    } else if (isReadFromStart) {
      follow.toLastTurn();
    } else {
      follow.toEnd();
    }
    isRestored.current = false;
  }, [lastTurn, isReadFromStart]);

  const onScroll = () => {
    const isAtEnd = follow.onScroll();
    if (isAtEnd) {
      setNews(false);
    }
    onScrolled(isAtEnd ? undefined : log.current?.scrollTop);
  };
  return (
    <div class="conversation">
      <div
        ref={log}
        class="log"
        role="log"
        aria-live="off"
        aria-busy={isBusy}
        aria-label={t.text("log.label")}
        tabIndex={0}
        onScroll={onScroll}
      >
        <div ref={content} class="log-content">
          {children}
        </div>
      </div>
      {hasNews && (
        <button type="button" class="new-text" onClick={follow.toEnd}>
          <Icon name="down" />
          {t.text("log.newText")}
        </button>
      )}
    </div>
  );
}

interface Follow {
  readonly toEnd: () => void;
  /** Shows the beginning of the last turn. */
  readonly toLastTurn: () => void;
  readonly stayAt: (scrollTop: number) => void;
  /** @returns whether the end is in view. */
  readonly onScroll: () => boolean;
}

/** Keeps the end in view when the content or the log changes its size, and only then: between layout and painting. */
function useFollow(
  log: { readonly current: HTMLDivElement | null },
  content: { readonly current: HTMLDivElement | null },
  onGrownBelow: () => void,
): Follow {
  const state = useRef({ isAtEnd: true, top: 0, height: 0 });

  const toEnd = () => {
    const element = log.current;
    if (element) {
      state.current.isAtEnd = true;
      element.scrollTop = element.scrollHeight;
      state.current.top = element.scrollTop;
    }
  };
  const toLastTurn = () => {
    state.current.isAtEnd = false;
    content.current?.lastElementChild?.scrollIntoView({ block: "start" });
    state.current.height = content.current?.offsetHeight ?? 0; // what is below is no news
    state.current.top = log.current?.scrollTop ?? 0;
  };
  const stayAt = (scrollTop: number) => {
    if (log.current) {
      state.current.isAtEnd = false;
      log.current.scrollTop = scrollTop;
      state.current.top = log.current.scrollTop;
    }
  };
  const onScroll = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = log.current ?? {};
    const left = scrollHeight - scrollTop - clientHeight;
    const isGoingUp = scrollTop < state.current.top;
    state.current.isAtEnd = isGoingUp ? left <= 1 : state.current.isAtEnd || left < NEAR_END;
    state.current.top = scrollTop;
    return state.current.isAtEnd;
  };
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      const height = content.current?.offsetHeight ?? 0;
      const hasGrown = height > state.current.height;
      state.current.height = height;
      if (state.current.isAtEnd) {
        toEnd();
      } else if (hasGrown) {
        onGrownBelow();
      }
    });
    for (const element of [log.current, content.current]) {
      if (element) {
        observer.observe(element);
      }
    }
    return () => observer.disconnect();
  }, []);
  return { toEnd, toLastTurn, stayAt, onScroll };
}
