/**
 * What the panel knows, and how each message of the host changes it.
 *
 * A turn that did not change keeps its identity: that is how the view knows what it need not draw again.
 */

import type { PanelState, ToWebview, TurnState, TurnView } from "../protocol/webview";

export interface PanelModel extends PanelState {
  /** The last wish of the host to type here; a new object is a new wish. */
  readonly focus: { readonly draft: string | undefined } | undefined;
}

/** @param model undefined before the host's first `state`; every other message is then dropped, as `state` will tell it all. */
export function applyMessage(model: PanelModel | undefined, message: ToWebview): PanelModel | undefined {
  if (message.type === "state") {
    return { ...message.state, focus: model?.focus };
  }
  if (model === undefined) {
    return undefined;
  }
  switch (message.type) {
    case "index":
      return { ...model, index: message.index, model: message.model, examples: message.examples };
    case "turn":
      return { ...model, turns: withTurn(model.turns, message.turn) };
    case "text":
      return { ...model, turns: withMoreText(model.turns, message) };
    case "focus":
      return { ...model, focus: { draft: message.draft } };
  }
}

const BUSY: ReadonlySet<TurnState> = new Set(["indexing", "searching", "loading-model", "thinking", "answering"]);

export function isBusy(turn: TurnView | undefined): boolean {
  return turn !== undefined && BUSY.has(turn.state);
}

function withTurn(turns: readonly TurnView[], turn: TurnView): readonly TurnView[] {
  const at = turns.findLastIndex(({ turnId }) => turnId === turn.turnId);
  return at === -1 ? [...turns, turn] : turns.with(at, turn);
}

/** Deltas of a turn that the panel does not know are dropped: they were sent before a new chat began. */
function withMoreText(
  turns: readonly TurnView[],
  delta: { readonly turnId: string; readonly text: string; readonly thinking: string },
): readonly TurnView[] {
  const at = turns.findLastIndex(({ turnId }) => turnId === delta.turnId);
  const turn = turns[at];
  if (turn === undefined) {
    return turns;
  }
  return turns.with(at, { ...turn, text: turn.text + delta.text, thinking: turn.thinking + delta.thinking });
}
