/**
 * What a screen reader is told, from what changed between two states of the panel.
 *
 * Steps and whole paragraphs, never tokens: a live region that follows the stream cannot be listened to. The answer is
 * spoken when it is done, so that a person who listens is not read a text that is still being written.
 */

import type { TurnView } from "../protocol/webview";
import { type MarkdownBlock, parseBlocks } from "./markdown/parseMarkdown";
import { plainText } from "./markdown/plainText";
import type { PanelModel } from "./panelModel";
import type { Translate } from "./translate";

/** Paragraphs that are spoken; the rest is there to be read. */
const MOST_PARAGRAPHS = 30;

/** @param before undefined for a panel that was just drawn: what it restores is not news. */
export function announcements(before: PanelModel | undefined, after: PanelModel, t: Translate): string[] {
  const turn = after.turns.at(-1);
  if (before === undefined || turn === undefined) {
    return [];
  }
  const earlier = before.turns.findLast(({ turnId }) => turnId === turn.turnId);
  return turn === earlier ? [] : [...foundSources(earlier, turn, t), ...newState(earlier, turn, t)];
}

function foundSources(earlier: TurnView | undefined, { sources }: TurnView, t: Translate): string[] {
  const isNew = sources.length > 0 && (earlier?.sources.length ?? 0) === 0;
  return isNew ? [t.plural("say.sources", sources.length)] : [];
}

function newState(earlier: TurnView | undefined, turn: TurnView, t: Translate): string[] {
  if (earlier?.state === turn.state) {
    return [];
  }
  switch (turn.state) {
    case "answering":
      return [t.text("say.started")];
    case "done":
      return [...paragraphs(turn.text, t), ...noticeOf(turn), t.plural("say.done", turn.sources.length)];
    case "stopped":
      return [t.text("say.stopped")];
    case "failed":
      return turn.notice ? noticeOf(turn) : [t.text("turn.failed")];
    case "indexing":
    case "searching":
    case "loading-model":
    case "thinking":
      return [];
  }
}

function noticeOf({ notice }: TurnView): string[] {
  return notice ? [notice.message] : [];
}

function paragraphs(text: string, t: Translate): string[] {
  return parseBlocks(text)
    .slice(0, MOST_PARAGRAPHS)
    .map((block) => spoken(block, t))
    .filter((paragraph) => paragraph !== "");
}

function spoken({ tokens }: MarkdownBlock, t: Translate): string {
  return tokens
    .flatMap((token) => {
      if (token.type === "fence" || token.type === "code_block") {
        return [t.text("say.code", token.content.trimEnd().split("\n").length)];
      }
      return token.children ? [plainText(token.children)] : [];
    })
    .join("\n");
}
