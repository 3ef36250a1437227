import { describe, expect, test } from "vitest";
import type { ToWebview } from "../../src/protocol/webview";
import { applyMessage } from "../../src/webview/panelModel";
import { panelModelOf } from "./panelModelOf";
import { index, panel, turn } from "./panelStates";

describe("messages of the host", () => {
  const start = panelModelOf(
    panel({ turns: [turn({ turnId: "a", state: "answering", text: "One" }), turn({ turnId: "b" })] }),
  );

  test("what comes before the first state is dropped", () => {
    expect(applyMessage(undefined, { type: "turn", turn: turn() })).toBeUndefined();
  });

  test("text is added to its turn; other turns keep their identity", () => {
    const next = applyMessage(start, { type: "text", turnId: "a", text: " two", thinking: "hm" });
    expect(next?.turns[0]).toMatchObject({ text: "One two", thinking: "hm" });
    expect(next?.turns[1]).toBe(start.turns[1]);
  });

  test("text of a turn that is no longer there is dropped", () => {
    expect(applyMessage(start, { type: "text", turnId: "x", text: "?", thinking: "" })?.turns).toBe(start.turns);
  });

  test("a turn replaces the one of its name, or is new at the end", () => {
    const replaced = applyMessage(start, { type: "turn", turn: turn({ turnId: "a", state: "stopped" }) });
    expect(replaced?.turns.map(({ state }) => state)).toEqual(["stopped", "searching"]);
    const added = applyMessage(start, { type: "turn", turn: turn({ turnId: "c" }) });
    expect(added?.turns.map(({ turnId }) => turnId)).toEqual(["a", "b", "c"]);
  });

  test("news of the index leave the conversation alone", () => {
    const message: ToWebview = { type: "index", index: index({ files: 7 }), model: "m", examples: ["q"] };
    expect(applyMessage(start, message)).toMatchObject({ index: { files: 7 }, model: "m", turns: start.turns });
  });
});
