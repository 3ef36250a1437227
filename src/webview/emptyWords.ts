/** What the panel says before the first question, and the one thing it offers: what it needs, or what could be asked. */

import type { IndexView, Notice, PanelAction } from "../protocol/webview";
import { isProgressShown } from "./indexWords";
import type { StringKey } from "./strings";

export interface EmptyWords {
  readonly title: StringKey;
  readonly sentence: StringKey;
  readonly action: { readonly label: StringKey; readonly action: PanelAction } | undefined;
}

export function emptyWords(index: IndexView): EmptyWords {
  if (isProgressShown(index)) {
    return { title: "empty.title", sentence: "empty.indexing", action: undefined };
  }
  switch (index.health) {
    case "no-folder":
      return {
        title: "empty.title",
        sentence: "empty.noFolder",
        action: { label: "empty.noFolder.action", action: "openFolder" },
      };
    case "untrusted":
      return {
        title: "empty.untrusted.title",
        sentence: "empty.untrusted",
        action: { label: "empty.untrusted.action", action: "trust" },
      };
    case "virtual":
      return {
        title: "empty.virtual.title",
        sentence: "empty.virtual",
        action: { label: "empty.virtual.action", action: "openFolder" },
      };
    case "none":
      return {
        title: "empty.title",
        sentence: "empty.none",
        action: { label: "empty.none.action", action: "index" },
      };
    case "damaged":
      return {
        title: "empty.damaged.title",
        sentence: "empty.damaged",
        action: { label: "empty.damaged.action", action: "rebuild" },
      };
    case "ready":
    case "partial":
      return { title: "empty.title", sentence: "empty.ready", action: undefined };
  }
}

/**
 * The host's notice, unless the panel itself offers what it asks for: an empty panel its own button, a paused index the
 * one beside its bar.
 */
export function noticeToShow(index: IndexView, isEmpty: boolean): Notice | undefined {
  const { notice } = index;
  const wanted = notice?.action?.action;
  const isSaid = wanted === "resume" ? isProgressShown(index) : isEmpty && wanted === emptyWords(index).action?.action;
  return wanted !== undefined && isSaid ? undefined : notice;
}
